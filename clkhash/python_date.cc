#include "clkhash/python_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "clkhash/pattern_classes.h"
#include "clkhash/unicode_text.h"
#include "core/utf8.h"

namespace musubi::clkhash {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::size_t kShortName = 3;  // letters

std::string AnyOf(std::span<const std::string_view> names, std::size_t letters) {
  std::string group = "(";
  for (const std::string_view name : names) {
    if (group.size() > 1) group += '|';
    group += name.substr(0, letters);
  }
  return group + ')';
}

// The group that a directive matches, with the alternatives in the order in which Python tries
// them, which decides what a date without separators means; empty where it is no directive.
std::string GroupOf(char32_t directive) {
  switch (directive) {
    case U'd':
      return "(3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])";
    case U'f':
      return "([0-9]{1,6})";
    case U'H':
      return "(2[0-3]|[01]\\d|\\d)";
    case U'I':
    case U'm':
      return "(1[0-2]|0[1-9]|[1-9])";
    case U'G':
    case U'Y':
      return "(\\d{4})";
    case U'j':
      return "(36[0-6]|3[0-5]\\d|[12]\\d{2}|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9])";
    case U'M':
      return "([0-5]\\d|\\d)";
    case U'S':
      return "(6[01]|[0-5]\\d|\\d)";
    case U'U':
    case U'W':
      return "(5[0-3]|[0-4]\\d|\\d)";
    case U'V':
      return "(5[0-3]|0[1-9]|[1-4]\\d|\\d)";
    case U'w':
      return "([0-6])";
    case U'u':
      return "([1-7])";
    case U'y':
      return "(\\d{2})";
    case U'z':
      return "([+-]\\d{2}:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|(?-i:Z))";
    case U'A':
      return AnyOf(kDays, std::string_view::npos);
    case U'a':
      return AnyOf(kDays, kShortName);
    case U'B':
      return AnyOf(kMonths, std::string_view::npos);
    case U'b':
      return AnyOf(kMonths, kShortName);
    case U'p':
      return "(am|pm)";
    case U'Z':
      return "(utc|gmt)";
    default:
      return {};
  }
}

// What the C locale writes for %c, %x and %X.
std::string_view Expansion(char32_t directive) {
  switch (directive) {
    case U'c':
      return "%a %b %d %H:%M:%S %Y";
    case U'x':
      return "%m/%d/%y";
    case U'X':
      return "%H:%M:%S";
    default:
      return {};
  }
}

Error BadFormat(std::string what) { return {ErrorCode::kContract, std::move(what)}; }

// Appends the pattern of `format`. `*directives` names its groups.
Status AppendPattern(std::string_view format, std::string* pattern, std::string* directives) {
  const std::string blanks = '[' + std::string(kSpaceMembers) + "]+";
  for (std::size_t at = 0; at < format.size();) {
    char32_t c = NextCodePoint(format, &at);
    if (IsSpace(c)) {  // any white space stands for any other
      if (!pattern->ends_with(blanks)) *pattern += blanks;
      continue;
    }
    if (c != U'%') {
      *pattern += LiteralCharacter(c);
      continue;
    }
    if (at == format.size()) return BadFormat("a % at the end of the date format");
    c = NextCodePoint(format, &at);
    if (c == U'%') {
      *pattern += LiteralCharacter(c);
      continue;
    }
    if (const auto expansion = Expansion(c); !expansion.empty()) {
      MUSUBI_RETURN_IF_ERROR(AppendPattern(expansion, pattern, directives));
      continue;
    }
    const std::string group = GroupOf(c);
    if (group.empty()) return BadFormat("a directive that strptime does not know");
    if (directives->find(static_cast<char>(c)) != std::string::npos) {
      return BadFormat("a directive that stands twice");
    }
    *pattern += group;
    *directives += static_cast<char>(c);
  }
  return {};
}

// What the directives of one text say.
struct Parts {
  std::optional<int> year, iso_year, iso_week, week, weekday, day_of_year;
  bool week_starts_sunday = false;
  int month = 1;
  int day = 1;
};

// The number that `text` is, blanks in front left out. Requires: decimal digits, at most nine.
int Number(std::string_view text) {
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const auto digit = DecimalDigit(NextCodePoint(text, &at))) number = number * 10 + *digit;
  }
  return number;
}

// Where `text` stands among `names`; none where a letter beyond ASCII only folded to one of them.
std::optional<int> IndexOf(std::string_view text, std::span<const std::string_view> names,
                           std::size_t letters) {
  const auto found = std::ranges::find_if(names, [&](std::string_view name) {
    return std::ranges::equal(text, name.substr(0, letters),
                              [](char a, char b) { return (a | 0x20) == b; });
  });
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin());
}

// Whether a UTC offset, matched by %z, is one that Python takes: colons everywhere or nowhere, and
// less than a day.
bool IsOffset(std::string_view text) {
  if (text == "Z") return true;
  std::vector<char32_t> characters;
  for (std::size_t at = 0; at < text.size();) characters.push_back(NextCodePoint(text, &at));
  const bool colons = characters[3] == U':';
  const std::size_t seconds = colons ? 6 : 5;  // where a third part begins
  if (characters.size() > seconds && (characters[seconds] == U':') != colons) return false;
  std::string hours;
  for (const char32_t c : {characters[1], characters[2]}) AppendUtf8(c, &hours);
  constexpr int kHoursInDay = 24;
  return Number(hours) < kHoursInDay;
}

// Notes what one directive's text says. False where Python would refuse it.
bool Note(char directive, std::string_view text, Parts* parts) {
  constexpr int kPivot = 68;  // POSIX: 69 to 99 are 1969 to 1999
  switch (directive) {
    case 'y':
      parts->year = Number(text) + (Number(text) <= kPivot ? 2000 : 1900);
      return true;
    case 'Y':
      parts->year = Number(text);
      return true;
    case 'G':
      parts->iso_year = Number(text);
      return true;
    case 'm':
      parts->month = Number(text);
      return true;
    case 'd':
      parts->day = Number(text);
      return true;
    case 'S':
      return Number(text) < 60;  // a leap second is no datetime
    case 'w':
      parts->weekday = (Number(text) + 6) % 7;
      return true;
    case 'u':
      parts->weekday = Number(text) - 1;
      return true;
    case 'j':
      parts->day_of_year = Number(text);
      return true;
    case 'U':
    case 'W':
      parts->week = Number(text);
      parts->week_starts_sunday = directive == 'U';
      return true;
    case 'V':
      parts->iso_week = Number(text);
      return true;
    case 'z':
      return IsOffset(text);
    case 'A':
    case 'a':
      parts->weekday = IndexOf(text, kDays, directive == 'A' ? text.npos : kShortName);
      return parts->weekday.has_value();
    case 'B':
    case 'b': {
      const auto month = IndexOf(text, kMonths, directive == 'B' ? text.npos : kShortName);
      parts->month = month.value_or(-1) + 1;
      return month.has_value();
    }
    default:  // a time of day, which the output leaves out
      return true;
  }
}

using Days = std::chrono::sys_days;

constexpr int kMaxYear = 9999;

bool IsYear(int year) { return year >= 1 && year <= kMaxYear; }

Days FirstOf(int year) {
  return Days(std::chrono::year(year) / std::chrono::January / std::chrono::day(1));
}

// Monday is 0.
int WeekdayOf(Days day) { return static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1; }

// The day of a week of `year` counted from its first Sunday or Monday; week 0 is what is before.
Days DayOfWeek(int year, int week, int weekday, bool starts_sunday) {
  int first = WeekdayOf(FirstOf(year));
  if (starts_sunday) {
    first = (first + 1) % 7;
    weekday = (weekday + 1) % 7;
  }
  const int days = week == 0 ? weekday - first : (7 - first) % 7 + 7 * (week - 1) + weekday;
  return FirstOf(year) + std::chrono::days(days);
}

// The day of a week of ISO 8601. Week 1 is the one with January 4.
Days DayOfIsoWeek(int year, int week, int weekday) {
  const Days fourth = FirstOf(year) + std::chrono::days(3);
  return fourth + std::chrono::days(7 * (week - 1) + weekday - WeekdayOf(fourth));
}

// Whether the directives go together, as Python asks.
bool Consistent(const Parts& parts) {
  if (!parts.year && parts.iso_year) {
    return parts.iso_week && parts.weekday && !parts.day_of_year;
  }
  return parts.week || !parts.iso_week;
}

constexpr int kDefaultYear = 1900;

// February 29 without a year: Python computes with a leap year, and then sets the default year.
bool NeedsLeapYear(const Parts& parts) {
  return !parts.year && parts.month == 2 && parts.day == 29;
}

// The day that the parts say, or none.
std::optional<Days> DayOf(const Parts& parts) {
  constexpr int kLeapYear = 1904;
  if (!Consistent(parts)) return std::nullopt;
  const int year = parts.year.value_or(NeedsLeapYear(parts) ? kLeapYear : kDefaultYear);
  if (!IsYear(year)) return std::nullopt;
  if (parts.day_of_year) return FirstOf(year) + std::chrono::days(*parts.day_of_year - 1);
  if (parts.weekday && parts.week) {
    return DayOfWeek(year, *parts.week, *parts.weekday, parts.week_starts_sunday);
  }
  if (parts.weekday && parts.iso_year && parts.iso_week) {
    if (!IsYear(*parts.iso_year)) return std::nullopt;
    return DayOfIsoWeek(*parts.iso_year, *parts.iso_week, *parts.weekday);
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok()) return std::nullopt;
  return Days(date);
}

// The date that datetime makes of it, or none.
std::optional<std::chrono::year_month_day> DateOf(const Parts& parts) {
  const auto days = DayOf(parts);
  if (!days) return std::nullopt;
  std::chrono::year_month_day date(*days);
  if (!IsYear(static_cast<int>(date.year()))) return std::nullopt;
  if (NeedsLeapYear(parts)) date = std::chrono::year(kDefaultYear) / date.month() / date.day();
  if (!date.ok()) return std::nullopt;
  return date;
}

void AppendTwoDigits(unsigned number, std::string* out) {
  out->push_back(static_cast<char>('0' + number / 10));
  out->push_back(static_cast<char>('0' + number % 10));
}

}  // namespace

Result<DateFormat> DateFormat::Compile(std::string_view format) {
  std::string pattern;
  std::string directives;
  MUSUBI_RETURN_IF_ERROR(AppendPattern(format, &pattern, &directives));
  MUSUBI_ASSIGN_OR_RETURN(Pattern compiled,
                          Pattern::CompileNative(pattern, Pattern::Mode::kStart, true));
  return DateFormat(std::move(compiled), std::move(directives));
}

bool DateReader::Append(std::string_view text, std::string* out) {
  if (matcher_.Match(text) != MatchOutcome::kMatch) return false;
  // Python takes the first match and only then asks whether anything is left.
  if (matcher_.Group(0)->size() != text.size()) return false;
  Parts parts;
  for (std::size_t i = 0; i < directives_.size(); ++i) {
    const auto group = matcher_.Group(i + 1);
    if (!group || !Note(directives_[i], *group, &parts)) return false;
  }
  const auto date = DateOf(parts);
  if (!date) return false;
  char digits[8];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, static_cast<int>(date->year())).ptr;
  out->append(digits, end);
  AppendTwoDigits(static_cast<unsigned>(date->month()), out);
  AppendTwoDigits(static_cast<unsigned>(date->day()), out);
  return true;
}

}  // namespace musubi::clkhash
