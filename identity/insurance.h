// Health insurance of Japan: insurer numbers, symbols and numbers of the insured, branches.
// Sees identifiers; holder only. The rules, with examples, are in docs/identifiers-japan.md.
#pragma once

#include <string>
#include <string_view>

#include "identity/forms.h"

namespace musubi::identity {

// All functions replace `*out`, take valid UTF-8 in NFKC, and call blanks, words for "not known"
// and the fillers that each names kMissing. What they return as present stays as it is when it is
// normalised again.

// An insurer number (保険者番号) of eight digits, or the six of National Health Insurance with two
// zeros before them; or one less of either, a zero that a spreadsheet took from the front, where
// the check digit is right. Blanks and dashes are ignored.
//
//   kMissing  only zeros, only nines
//   kInvalid  a wrong check digit (the output has the digits), another length, other characters
FieldState NormaliseInsurerNumber(std::string_view written, std::string* out);

// Whether the last digit of `digits` checks the others: from the right, the others are multiplied
// by 2, 1, 2, 1..., the digits of the products are added, and the sum with the last digit is a
// multiple of ten. Zeros before the number change nothing.
//
// Requires: `digits` are ASCII digits and not empty.
bool HasInsurerCheckDigit(std::string_view digits);

// A symbol (記号) or number (番号) of the insured: upper case, hiragana as katakana, every dash as
// -, without blanks. Zeros are neither added nor dropped: 0187 is not 187.
//
//   kMissing  only zeros; only nines, six or more
//   kInvalid  nothing but ASCII punctuation; a character that is neither ASCII, kana, kanji nor ・,
//   such
//             as the ● that stands for one that a system lacks
FieldState NormaliseInsuranceCode(std::string_view written, std::string* out);

// Replaces `*out` by `code` with every run of digits without its leading zeros: 0012-0A0 as
// 12-A0. For candidates only.
void StripLeadingZeros(std::string_view code, std::string* out);

// A branch (枝番) of one or two digits, as two: 5 as 05. 00 is a branch and is kept.
//
//   kInvalid  more digits, other characters
FieldState NormaliseInsuranceBranch(std::string_view written, std::string* out);

// The four parts joined by colons, as JP Core identifies a person insured: insurer number, symbol,
// number, branch, each normalised as above. Empty parts stay empty: 00012345::187:. The insurer's
// check digit is not asked for: that is for the field of insurer numbers.
//
//   kMissing  no number, or nothing but zeros or nines throughout
//   kInvalid  not four parts, or a part that is not one of its kind
FieldState NormaliseInsuredId(std::string_view written, std::string* out);

}  // namespace musubi::identity
