// Single mistakes in a written value, as those who type make them. Sees identifiers; holder only.
// Private to identity.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/contract_parts.h"
#include "core/seeded_draws.h"

namespace musubi::identity {

// Each changes `*text` and returns true, or finds nothing to change, leaves it as it was and
// returns false. The same draws give the same slip.
//
// Requires: `*text` and `other` are valid UTF-8.
// Threads:  safe while no two calls share `draws` or `text`.

// One letter, kana or kanji is left out (35 %), doubled or put in (25 %), another of its script
// (25 %), or exchanged with the next (15 %). Latin letters are taken for their neighbours on a
// QWERTY keyboard, half of the kana for one beside them in the table of kana (カ ガ キ), kanji for
// one of `other`, a value of the same column, or of the text itself.
//
// Source: Damerau, Comm. ACM 7(3), 1964, has these four kinds, one of which makes up most
//         misspellings; Pollock, Zamora, JASIS 34(1), 1983, find omissions the commonest, and
//         insertions mostly doublings. The shares are round numbers in that order.
bool SlipInLetters(std::string_view other, SeededDraws* draws, std::string* text);

// One digit, ASCII or full-width, is another (two of three) or exchanged with the next.
bool SlipInDigits(SeededDraws* draws, std::string* text);

// Day and month are exchanged (25 %), the year is one off (25 %), or one digit is another while
// the date stays one that a registry takes. Dates that are not written in digits stay as they are.
bool SlipInDate(DateOrder order, SeededDraws* draws, std::string* text);

// The words of a written name: what blanks, ASCII or U+3000, separate.
std::vector<std::string> WordsOf(std::string_view name);

// `words` with the kind of blank between them that `like` has.
std::string JoinWords(const std::vector<std::string>& words, std::string_view like);

}  // namespace musubi::identity
