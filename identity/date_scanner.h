// Reads a written date piece by piece. Private to identity.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "identity/eras.h"
#include "identity/numerals.h"

namespace musubi::identity {

// A place in a date as it is written, in NFKC. Each Take moves on where it finds what it takes.
class DateScanner {
 public:
  explicit DateScanner(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  bool at_digit() const { return !done() && text_[at_] >= '0' && text_[at_] <= '9'; }

  bool Take(std::string_view literal);
  bool TakeAny(std::initializer_list<std::string_view> literals);
  std::optional<Numeral> TakeNumber() { return TakeNumeral(text_, &at_); }
  const Era* TakeEraName() { return TakeEra(text_, &at_); }

  // Up to `most` ASCII digits; returns how many.
  std::size_t TakeAsciiDigits(std::size_t most);

  // Two of ? X * or the mark for a missing character: a day or month that is not known.
  bool TakeUnknownPair();

  // January or Jan, in any case, to 1; 0 where there is no month.
  int TakeMonthName();

  bool TakeSpaces();

  // `mark`, with or without blanks before it.
  void TakeMark(std::string_view mark);

  // Blanks, or one separator (or `mark`, such as 年) with or without blanks around it.
  bool TakeSeparator(std::string_view mark);

  // The end of the value, perhaps after 生 (born), or a time of day (ISO 8601, or with a blank for
  // the T) and then the end. The time is not used, only known to be one.
  bool TakeTimeAndEnd();

 private:
  bool TakeSixty();
  bool TakeZone();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace musubi::identity
