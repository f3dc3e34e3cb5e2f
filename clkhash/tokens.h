// A formatted value cut into the tokens that set bits. Sees identifiers; holder only.
// Private to clkhash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clkhash/formats.h"
#include "clkhash/schema.h"
#include "core/text_list.h"

namespace musubi::clkhash {

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
  Reason Tokenise(std::string_view value, TextList* tokens);

 private:
  void AddToken(std::string_view token, TextList* tokens) const;
  Reason TokeniseText(std::string_view value, TextList* tokens);
  void TokeniseGrams(const NgramComparison& ngram, std::string_view value, TextList* tokens);
  Reason TokeniseNumber(const NumericComparison& numeric, std::string_view value, TextList* tokens);
  Reason ScaledNumber(const NumericComparison& numeric, std::string_view value, BigInt* number);

  const Hashing* hashing_;
  std::string padded_;
  std::vector<std::size_t> starts_;  // of the code points of padded_, and its end
  std::string token_;
  std::string digits_;
};

}  // namespace musubi::clkhash
