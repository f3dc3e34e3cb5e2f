// A normalised value cut into the tokens that set bits. Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/contract_parts.h"

namespace musubi::bloom {

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

// Replaces `*tokens` by those of `value`, in the value's order, repeats kept.
//
// q-grams run over code points. A padded value has q-1 blanks (U+0020) on either side; only
// values of kind raw hold blanks of their own. A value shorter than q without padding is one token, itself.
// A positional gram is preceded by its place, counted from 1, and a blank: "3 19".
//
// Neighbours of a number n, in ASCII digits, are the decimal numbers n / step + i for i from -reach
// to reach; of a date (`days`), n is its day number. Two values d steps apart share
// 2 * reach + 1 - d of them (Vatsalan, Christen, "Privacy-preserving matching of similar patients",
// J Biomed Inform 59, 2016). A value that is no such number has none.
//
// No token is made of a gram, or of a whole value, that holds kMissingCharacter. So a present value
// can be without tokens.
//
// Requires: `value` is valid UTF-8 and not empty.
void Tokenise(const TokenRule& rule, std::string_view value, bool days, TokenList* tokens);

}  // namespace musubi::bloom
