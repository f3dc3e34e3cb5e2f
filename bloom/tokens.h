// A normalised value cut into the tokens that set bits. Sees identifiers; holder only.
#pragma once

#include <string_view>

#include "core/contract_parts.h"
#include "core/text_list.h"

namespace musubi::bloom {

// Replaces `*tokens` by those of `value`, in the value's order, repeats kept.
//
// q-grams run over code points. A padded value has q-1 blanks (U+0020) on either side; only
// values of kind raw hold blanks of their own. A value shorter than q without padding is one token,
// itself. A positional gram is preceded by its place, counted from 1, and a blank: "3 19".
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
void Tokenise(const TokenRule& rule, std::string_view value, bool days, TextList* tokens);

}  // namespace musubi::bloom
