#include "identity/dates.h"

#include <array>
#include <cstddef>
#include <optional>

#include "core/missing_character.h"
#include "identity/date_scanner.h"
#include "identity/sentinels.h"

namespace musubi::identity {
namespace {

constexpr int kFirstYear = 1850;
constexpr int kLastYear = 2100;

// As written: each number is in its range of digits, not yet of the calendar. 0 for a month or
// day is one that is not known.
struct ReadDate {
  int year = 0;   // 0 to 9999
  int month = 0;  // 0 to 99
  int day = 0;    // 0 to 99
  DateForm form = DateForm::kNone;
  const Era* era = nullptr;
};

// A complete date, or a year alone, or a year and its month.
bool IsKnown(const ReadDate& date) {
  if (date.month == 0 && date.day == 0) return IsCalendarDay(date.year, 1, 1);
  return IsCalendarDay(date.year, date.month, date.day == 0 ? 1 : date.day);
}

bool IsPartial(const ReadDate& date) { return date.day == 0; }

// The date whose parts, in the order `order`, are `first`, `second` and `third`.
ReadDate Arrange(DateOrder order, int first, int second, int third) {
  switch (order) {
    case DateOrder::kDayFirst:
      return {third, second, first, DateForm::kOtherOrder, nullptr};
    case DateOrder::kMonthFirst:
      return {third, first, second, DateForm::kOtherOrder, nullptr};
    case DateOrder::kYearFirst:
      break;
  }
  return {first, second, third, DateForm::kYearFirst, nullptr};
}

// Eight digits without separators. The two readings are never both days: for that the third and
// fourth pair of digits would have to be a month and the first half of a year after 1850.
ReadDate ReadEightDigits(int value, DateOrder order) {
  ReadDate year_first{value / 10000, value / 100 % 100, value % 100, DateForm::kEightDigits,
                      nullptr};
  if (order == DateOrder::kYearFirst || IsKnown(year_first)) return year_first;
  ReadDate other = Arrange(order, value / 1000000, value / 10000 % 100, value % 10000);
  other.form = DateForm::kEightDigits;
  return other;
}

std::optional<ReadDate> ReadEraYear(const Era& era, int year, int month, int day, DateForm form) {
  if (year < 1 || year > 99) return std::nullopt;
  return ReadDate{era.offset + year, month, day, form, &era};
}

// The claims code EYYMMDD. Codes past the end of an era that is long over are refused: they are
// Gregorian dates that lost a digit (1970131), not eras that clerks went on writing.
std::optional<ReadDate> ReadClaimsCode(int value) {
  const Era* era = EraOfCode(value / 1000000);
  const int year = value / 10000 % 100;
  if (era == nullptr || year > era->last_year) return std::nullopt;
  return ReadEraYear(*era, year, value / 100 % 100, value % 100, DateForm::kClaimsCode);
}

std::optional<ReadDate> ReadBareNumber(const Numeral& number, const Era* era, DateOrder order) {
  if (era != nullptr) {
    if (number.width != 6) return std::nullopt;
    return ReadEraYear(*era, number.value / 10000, number.value / 100 % 100, number.value % 100,
                       DateForm::kEra);
  }
  if (number.width == 8) return ReadEightDigits(number.value, order);
  if (number.width == 7) return ReadClaimsCode(number.value);
  return std::nullopt;
}

std::optional<ReadDate> ReadThreeNumbers(const Numeral& first, const Numeral& second,
                                         const Numeral& third, const Era* era, DateOrder order) {
  if (second.width > 2) return std::nullopt;
  if (era != nullptr || first.width == 4) {
    if (third.width > 2) return std::nullopt;
    if (era != nullptr) {
      return ReadEraYear(*era, first.value, second.value, third.value, DateForm::kEra);
    }
    return ReadDate{first.value, second.value, third.value, DateForm::kYearFirst, nullptr};
  }
  if (order == DateOrder::kYearFirst || first.width > 2 || third.width != 4) return std::nullopt;
  return Arrange(order, first.value, second.value, third.value);
}

// A year, perhaps with a month, whose day is not known. `month` is 0 where it is not either.
std::optional<ReadDate> ReadPartial(const Era* era, int year, int month) {
  if (era != nullptr) return ReadEraYear(*era, year, month, 0, DateForm::kEra);
  return ReadDate{year, month, 0, DateForm::kYearFirst, nullptr};
}

// The end of a date whose day, or month and day, are not known: nothing more, or the words for it.
bool TakeUnknownEnd(DateScanner* scanner) {
  scanner->TakeAny({"月日", "日"});
  scanner->TakeAny({"不詳", "不明", "頃", "ごろ"});
  scanner->TakeAny({"月日", "日"});
  scanner->TakeSpaces();
  return scanner->done();
}

// 31 January 1971, Jan 31, 1971: `first` is the day where it was read before the month.
std::optional<ReadDate> ReadMonthName(DateScanner* scanner, const Numeral* first, int month) {
  scanner->TakeSeparator("");
  const std::optional<Numeral> second = scanner->TakeNumber();
  if (!second) return std::nullopt;
  if (first != nullptr) {
    if (first->width > 2 || second->width != 4 || !scanner->TakeTimeAndEnd()) return std::nullopt;
    return ReadDate{second->value, month, first->value, DateForm::kMonthName, nullptr};
  }
  scanner->Take(",");
  if (!scanner->TakeSeparator("")) return std::nullopt;
  const std::optional<Numeral> year = scanner->TakeNumber();
  if (!year || second->width > 2 || year->width != 4 || !scanner->TakeTimeAndEnd()) {
    return std::nullopt;
  }
  return ReadDate{year->value, month, second->value, DateForm::kMonthName, nullptr};
}

// Eight digits whose last two or four are marks for what is not known.
std::optional<ReadDate> ReadMarkedDigits(const Numeral& number, DateScanner* scanner) {
  if (number.width == 4 && scanner->TakeUnknownPair() && scanner->TakeUnknownPair() &&
      scanner->done()) {
    return ReadDate{number.value, 0, 0, DateForm::kEightDigits, nullptr};
  }
  if (number.width == 6 && scanner->TakeUnknownPair() && scanner->done()) {
    return ReadDate{number.value / 100, number.value % 100, 0, DateForm::kEightDigits, nullptr};
  }
  return std::nullopt;
}

// What follows the year and its separator where that is no number. Nothing, with `*read` false,
// where it is none of these either.
std::optional<ReadDate> ReadWordsAfterYear(DateScanner* scanner, const Numeral& year,
                                           const Era* era, bool* read) {
  const bool year_first = era != nullptr || year.width == 4;
  *read = true;
  DateScanner rest = *scanner;
  if (year_first && TakeUnknownEnd(&rest)) return ReadPartial(era, year.value, 0);
  if (year_first && scanner->TakeUnknownPair()) {
    scanner->TakeSeparator("月");
    scanner->TakeUnknownPair();
    scanner->TakeMark("日");
    return scanner->done() ? ReadPartial(era, year.value, 0) : std::nullopt;
  }
  if (const int month = scanner->TakeMonthName(); month != 0) {
    return era == nullptr ? ReadMonthName(scanner, &year, month) : std::nullopt;
  }
  *read = false;
  return std::nullopt;
}

// What follows the year and its separator where the parts are written with the year first; or the
// day or month, where they are not.
std::optional<ReadDate> ReadAfterYear(DateScanner* scanner, const Numeral& year, const Era* era,
                                      DateOrder order) {
  const bool year_first = era != nullptr || year.width == 4;
  if (!scanner->at_digit()) {
    bool read = false;
    const std::optional<ReadDate> date = ReadWordsAfterYear(scanner, year, era, &read);
    if (read) return date;
  }
  const std::optional<Numeral> second = scanner->TakeNumber();
  if (!second) return std::nullopt;
  const bool separated = scanner->TakeSeparator(year_first ? "月" : "");
  if (year_first && second->width <= 2 && !scanner->at_digit()) {
    DateScanner rest = *scanner;
    const bool unknown_end = TakeUnknownEnd(&rest);
    if (unknown_end || scanner->TakeUnknownPair()) {
      scanner->TakeMark("日");
      if (!unknown_end && !scanner->done()) return std::nullopt;
      return ReadPartial(era, year.value, second->value);
    }
  }
  if (!separated) return std::nullopt;
  const std::optional<Numeral> third = scanner->TakeNumber();
  if (!third) return std::nullopt;
  if (year_first) scanner->TakeMark("日");
  if (!scanner->TakeTimeAndEnd()) return std::nullopt;
  return ReadThreeNumbers(year, *second, *third, era, order);
}

// YYYYMMDDHHMMSS, as HL7 messages have it.
std::optional<ReadDate> ReadTimestamp(std::string_view text) {
  constexpr std::size_t kDateDigits = 8;
  constexpr std::size_t kDigits = 14;
  if (text.size() != kDigits) return std::nullopt;
  DateScanner day(text.substr(0, kDateDigits));
  DateScanner time(text.substr(kDateDigits));
  const std::optional<Numeral> date = day.TakeNumber();
  const std::optional<Numeral> clock = time.TakeNumber();
  if (!date || date->width != 8 || !clock || clock->width != 6) return std::nullopt;
  if (clock->value / 10000 > 23 || clock->value / 100 % 100 > 59) return std::nullopt;
  return ReadEightDigits(date->value, DateOrder::kYearFirst);
}

// Moves over the same year in brackets, as certificates give it: 昭和46年(1971年). False where the
// brackets hold anything else.
bool SkipSameYear(DateScanner* scanner, const Era* era, int year) {
  DateScanner inside = *scanner;
  inside.TakeSpaces();
  if (!inside.Take("(")) return true;
  inside.Take("西暦");
  const Era* other = inside.TakeEraName();
  const bool first_year = other != nullptr && inside.Take("元");
  const std::optional<Numeral> number = first_year ? Numeral{1, 1} : inside.TakeNumber();
  inside.TakeMark("年");
  if (!number || !inside.Take(")")) return false;
  *scanner = inside;
  const auto in_the_west = [](const Era* of, int value) { return of ? of->offset + value : value; };
  return in_the_west(era, year) == in_the_west(other, number->value);
}

std::optional<ReadDate> Read(std::string_view text, DateOrder order) {
  if (const auto timestamp = ReadTimestamp(text)) return timestamp;
  DateScanner scanner(text);
  if (const int month = scanner.TakeMonthName(); month != 0) {
    return ReadMonthName(&scanner, nullptr, month);
  }
  if (scanner.Take("西暦")) scanner.TakeSpaces();
  const Era* era = scanner.TakeEraName();
  if (era != nullptr) scanner.TakeSeparator("");
  const bool first_year = era != nullptr && scanner.Take("元");
  const std::optional<Numeral> first = first_year ? Numeral{1, 1} : scanner.TakeNumber();
  if (!first) return std::nullopt;
  if (era == nullptr && !scanner.done()) {
    DateScanner marked = scanner;
    if (auto date = ReadMarkedDigits(*first, &marked)) return date;
  }
  if (first->width >= 6) {
    if (!scanner.TakeTimeAndEnd()) return std::nullopt;
    return ReadBareNumber(*first, era, order);
  }
  const bool year_first = era != nullptr || first->width == 4;
  if (scanner.done() && year_first) return ReadPartial(era, first->value, 0);
  if (year_first && !SkipSameYear(&scanner, era, first->value)) return std::nullopt;
  if (!scanner.TakeSeparator(year_first ? "年" : "")) return std::nullopt;
  if (year_first && !SkipSameYear(&scanner, era, first->value)) return std::nullopt;
  return ReadAfterYear(&scanner, *first, era, order);
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

void AppendUnknown(int digits, std::string* out) {
  for (; digits > 0; --digits) out->append(kMissingCharacter);
}

void AppendDate(const ReadDate& date, bool known, std::string* out) {
  AppendDigits(date.year, 4, out);
  if (known && date.month == 0) return AppendUnknown(4, out);
  AppendDigits(date.month, 2, out);
  if (known && date.day == 0) return AppendUnknown(2, out);
  AppendDigits(date.day, 2, out);
}

bool OverrunsEra(const ReadDate& date) {
  if (date.era == nullptr || IsPartial(date)) return false;
  const int day = date.year * 10000 + date.month * 100 + date.day;
  return day < date.era->first_day || day > date.era->last_day;
}

}  // namespace

bool IsCalendarDay(int year, int month, int day) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < kFirstYear || year > kLastYear || month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const int extra = month == 2 && leap ? 1 : 0;
  return day <= kDays[static_cast<std::size_t>(month - 1)] + extra;
}

FieldState NormaliseDate(std::string_view written, DateOrder order, std::string* out,
                         Notes* notes) {
  out->clear();
  const std::string_view text = Trim(written);
  if (IsMissingMark(text) || IsFiller(text)) return FieldState::kMissing;
  const std::optional<ReadDate> date = Read(text, order);
  if (!date) return FieldState::kInvalid;
  const bool known = IsKnown(*date);
  AppendDate(*date, known, out);
  if (IsMissingDate(*out)) {
    out->clear();
    return FieldState::kMissing;
  }
  if (!known && date->form == DateForm::kYearFirst && IsPartial(*date) && date->month == 0) {
    out->clear();  // "3000": a number of four digits is no date
    return FieldState::kInvalid;
  }
  notes->date_form = date->form;
  notes->partial_date = known && IsPartial(*date);
  notes->era_overrun = known && OverrunsEra(*date);
  return known ? FieldState::kPresent : FieldState::kInvalid;
}

}  // namespace musubi::identity
