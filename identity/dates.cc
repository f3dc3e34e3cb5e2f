#include "identity/dates.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "identity/eras.h"
#include "identity/numerals.h"
#include "identity/sentinels.h"

namespace musubi::identity {
namespace {

constexpr int kFirstYear = 1850;
constexpr int kLastYear = 2100;

// NFKC leaves these dashes as they are; ー is typed for a dash as well.
constexpr std::array<std::string_view, 11> kSeparators = {"-", "/", ".", "‐", "‑", "‒",
                                                          "–", "—", "―", "−", "ー"};

// As written: each number is in its range of digits, not yet of the calendar.
struct Ymd {
  int year = 0;   // 0 to 9999
  int month = 0;  // 0 to 99
  int day = 0;    // 0 to 99
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }

  bool Take(std::string_view literal) {
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }

  std::optional<Numeral> TakeNumber() { return TakeNumeral(text_, &at_); }
  const Era* TakeEraName() { return TakeEra(text_, &at_); }

  // Up to `most` ASCII digits; returns how many.
  std::size_t TakeAsciiDigits(std::size_t most) {
    const std::size_t from = at_;
    while (at_ - from < most && !done() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - from;
  }

  bool TakeSpaces() {
    bool any = false;
    while (Take(" ")) any = true;
    return any;
  }

  // `mark`, with or without blanks before it.
  void TakeMark(std::string_view mark) {
    const std::size_t from = at_;
    TakeSpaces();
    if (!Take(mark)) at_ = from;  // the blanks may come before a time
  }

  // Blanks, or one separator (or `mark`, such as 年) with or without blanks around it.
  bool TakeSeparator(std::string_view mark) {
    const bool spaces = TakeSpaces();
    bool taken = !mark.empty() && Take(mark);
    for (std::size_t i = 0; i < kSeparators.size() && !taken; ++i) taken = Take(kSeparators[i]);
    TakeSpaces();
    return spaces || taken;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// ":MM", with its colon.
bool TakeSixty(Scanner* scanner) { return scanner->Take(":") && scanner->TakeAsciiDigits(2) == 2; }

bool TakeZone(Scanner* scanner) {
  if (scanner->Take("Z") || scanner->Take("z")) return true;
  if (!scanner->Take("+") && !scanner->Take("-")) return true;  // none
  if (scanner->TakeAsciiDigits(2) != 2) return false;
  return scanner->Take(":") ? scanner->TakeAsciiDigits(2) == 2 : scanner->TakeAsciiDigits(2) != 1;
}

// The end of the value, or a time of day (ISO 8601, or with a blank for the T) and then the end.
// The time is not used, only known to be one.
bool TakeTimeAndEnd(Scanner* scanner) {
  if (scanner->done()) return true;
  if (!scanner->TakeSpaces() && !scanner->Take("T") && !scanner->Take("t")) return false;
  if (scanner->TakeAsciiDigits(2) == 0 || !TakeSixty(scanner)) return false;
  if (scanner->Take(":")) {
    if (scanner->TakeAsciiDigits(2) != 2) return false;
    if (scanner->Take(".") && scanner->TakeAsciiDigits(9) == 0) return false;
  }
  return TakeZone(scanner) && scanner->done();
}

bool IsDay(const Ymd& date) { return IsCalendarDay(date.year, date.month, date.day); }

// The date whose parts, in the order `order`, are `first`, `second` and `third`.
Ymd Arrange(DateOrder order, int first, int second, int third) {
  switch (order) {
    case DateOrder::kDayFirst:
      return {third, second, first};
    case DateOrder::kMonthFirst:
      return {third, first, second};
    case DateOrder::kYearFirst:
      break;
  }
  return {first, second, third};
}

// Eight digits without separators. The two readings are never both days: for that the third and
// fourth pair of digits would have to be a month and the first half of a year after 1850.
Ymd ReadEightDigits(int value, DateOrder order) {
  const Ymd year_first{value / 10000, value / 100 % 100, value % 100};
  if (order == DateOrder::kYearFirst || IsDay(year_first)) return year_first;
  return Arrange(order, value / 1000000, value / 10000 % 100, value % 10000);
}

std::optional<Ymd> ReadEraYear(const Era& era, int year, int month, int day) {
  if (year < 1 || year > 99) return std::nullopt;
  return Ymd{era.offset + year, month, day};
}

// The claims code EYYMMDD. Codes past the end of an era that is long over are refused: they are
// Gregorian dates that lost a digit (1970131), not eras that clerks went on writing.
std::optional<Ymd> ReadClaimsCode(int value) {
  const Era* era = EraOfCode(value / 1000000);
  const int year = value / 10000 % 100;
  if (era == nullptr || year > era->last_year) return std::nullopt;
  return ReadEraYear(*era, year, value / 100 % 100, value % 100);
}

std::optional<Ymd> ReadBareNumber(const Numeral& number, const Era* era, DateOrder order) {
  if (era != nullptr) {
    if (number.width != 6) return std::nullopt;
    return ReadEraYear(*era, number.value / 10000, number.value / 100 % 100, number.value % 100);
  }
  if (number.width == 8) return ReadEightDigits(number.value, order);
  if (number.width == 7) return ReadClaimsCode(number.value);
  return std::nullopt;
}

std::optional<Ymd> ReadThreeNumbers(const Numeral& first, const Numeral& second,
                                    const Numeral& third, const Era* era, DateOrder order) {
  if (second.width > 2) return std::nullopt;
  if (era != nullptr || first.width == 4) {
    if (third.width > 2) return std::nullopt;
    if (era != nullptr) return ReadEraYear(*era, first.value, second.value, third.value);
    return Ymd{first.value, second.value, third.value};
  }
  if (order == DateOrder::kYearFirst || first.width > 2 || third.width != 4) return std::nullopt;
  return Arrange(order, first.value, second.value, third.value);
}

std::optional<Ymd> ReadDate(std::string_view text, DateOrder order) {
  Scanner scanner(text);
  const Era* era = scanner.TakeEraName();
  if (era != nullptr) scanner.TakeSeparator("");
  const bool first_year = era != nullptr && scanner.Take("元");
  const std::optional<Numeral> first = first_year ? Numeral{1, 1} : scanner.TakeNumber();
  if (!first) return std::nullopt;
  if (first->width >= 6) {
    if (!TakeTimeAndEnd(&scanner)) return std::nullopt;
    return ReadBareNumber(*first, era, order);
  }
  const bool kanji_marks = era != nullptr || first->width == 4;
  if (!scanner.TakeSeparator(kanji_marks ? "年" : "")) return std::nullopt;
  const std::optional<Numeral> second = scanner.TakeNumber();
  if (!second || !scanner.TakeSeparator(kanji_marks ? "月" : "")) return std::nullopt;
  const std::optional<Numeral> third = scanner.TakeNumber();
  if (!third) return std::nullopt;
  if (kanji_marks) scanner.TakeMark("日");
  if (!TakeTimeAndEnd(&scanner)) return std::nullopt;
  return ReadThreeNumbers(*first, *second, *third, era, order);
}

// Bare runs that fill a column of six or seven digits; eight digits are known by IsMissingDate.
bool IsFiller(std::string_view text) {
  return text.size() <= 7 && IsOneDigit(text) && (text.front() == '0' || text.front() == '9');
}

void AppendDigits(int value, int width, std::string* out) {
  out->append(static_cast<std::size_t>(width), '0');
  for (std::size_t at = out->size(); width > 0; --width, value /= 10) {
    (*out)[--at] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

bool IsCalendarDay(int year, int month, int day) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < kFirstYear || year > kLastYear || month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const int extra = month == 2 && leap ? 1 : 0;
  return day <= kDays[static_cast<std::size_t>(month - 1)] + extra;
}

FieldState NormaliseDate(std::string_view written, DateOrder order, std::string* out) {
  out->clear();
  const std::string_view text = Trim(written);
  if (IsMissingMark(text) || IsFiller(text)) return FieldState::kMissing;
  const std::optional<Ymd> date = ReadDate(text, order);
  if (!date) return FieldState::kInvalid;
  AppendDigits(date->year, 4, out);
  AppendDigits(date->month, 2, out);
  AppendDigits(date->day, 2, out);
  if (IsMissingDate(*out)) {
    out->clear();
    return FieldState::kMissing;
  }
  return IsDay(*date) ? FieldState::kPresent : FieldState::kInvalid;
}

}  // namespace musubi::identity
