// Values that stand for "not known". Read as values, they would link strangers to one another.
// Sees identifiers; holder only. The lists, with reasons, are in docs/identifiers.md.
#pragma once

#include <string_view>

namespace musubi::identity {

// Of a written value in NFKC, with or without blanks around it: empty, "-", "?", "n/a", "null",
// "不明" and the like, in any case. For dates, codes and numbers, which no such word can be.
bool IsMissingMark(std::string_view written);

// Of a normalised text or postcode: "NA", "NULL", "UNKNOWN", "不明", "ナシ" and the like.
bool IsMissingWord(std::string_view normalised);

// Of a normalised name: "UNKNOWN" and "不明" only, because people are called Null, None, Na and
// Nashi.
bool IsMissingName(std::string_view normalised);

// Of the eight digits of a date: one digit eight times, 99991231 or 00010101.
bool IsMissingDate(std::string_view eight_digits);

// True where `digits` is one digit throughout. False where it is empty.
bool IsOneDigit(std::string_view digits);

// `text` without the ASCII blanks around it.
std::string_view Trim(std::string_view text);

}  // namespace musubi::identity
