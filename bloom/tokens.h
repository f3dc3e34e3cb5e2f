// A normalised value cut into the tokens that set bits. Sees identifiers; holder only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/contract.h"

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
// q-grams run over code points. A padded value has q-1 blanks (U+0020) on either side; normalised
// values hold no blanks of their own. A value shorter than q without padding is one token, itself,
// so that no present value is without tokens. A positional gram is preceded by its place, counted
// from 1, and a blank: "3 19".
//
// Requires: `value` is valid UTF-8 and not empty.
void Tokenise(const TokenRule& rule, std::string_view value, TokenList* tokens);

}  // namespace musubi::bloom
