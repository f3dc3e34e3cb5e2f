// A formatted value cut into the tokens that set bits. Sees identifiers; holder only.
// Private to clkhash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clkhash/formats.h"
#include "clkhash/schema.h"

namespace musubi::clkhash {

// Tokens back to back in one buffer, so that refilling it allocates nothing in the long run.
class TokenList {
 public:
  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }

  void Clear() {
    text_.clear();
    ends_.clear();
  }
  // A token is what was appended to text() since the token before it.
  std::string& text() { return text_; }
  void EndToken() { ends_.push_back(text_.size()); }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

// The tokens of one feature's values, in their order and with their repeats, as the bytes that are
// hashed: UTF-8 or ASCII, or UTF-16 or UTF-32 in little-endian order, each token with its own byte
// order mark.
//
// Threads: one at a time; make one for each thread.
class Tokeniser {
 public:
  // `hashing` is borrowed.
  explicit Tokeniser(const Hashing& hashing) : hashing_(&hashing) {}

  // Replaces `*tokens` by those of `value`; an empty value has none. n-grams run over code points,
  // of the value with n-1 blanks on either side; a positional one is preceded by its place, from 1,
  // and a blank. Fails for a value that is no number, and for one that its encoding lacks.
  //
  // Requires: `value` is valid UTF-8.
  Reason Tokenise(std::string_view value, TokenList* tokens);

 private:
  void AddToken(std::string_view token, TokenList* tokens) const;
  Reason TokeniseText(std::string_view value, TokenList* tokens);
  void TokeniseGrams(const NgramComparison& ngram, std::string_view value, TokenList* tokens);
  Reason TokeniseNumber(const NumericComparison& numeric, std::string_view value,
                        TokenList* tokens);
  Reason ScaledNumber(const NumericComparison& numeric, std::string_view value, BigInt* number);

  const Hashing* hashing_;
  std::string padded_;
  std::vector<std::size_t> starts_;  // of the code points of padded_, and its end
  std::string token_;
  std::string digits_;
};

}  // namespace musubi::clkhash
