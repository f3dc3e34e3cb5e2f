#include "core/utc_time.h"

#include <charconv>
#include <chrono>
#include <cstdio>

#include "core/check.h"

namespace musubi {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kDaySeconds = 86400;
constexpr std::string_view kShape = "0000-00-00T00:00:00Z";

// The number of digits text[begin, begin + count). Requires: they are digits.
int NumberAt(std::string_view text, std::size_t begin, std::size_t count) {
  int number = 0;
  std::from_chars(text.data() + begin, text.data() + begin + count, number);
  return number;
}

bool HasShape(std::string_view text) {
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0' ? !is_digit : text[i] != kShape[i]) return false;
  }
  return true;
}

}  // namespace

std::string FormatUtc(std::int64_t seconds) {
  MUSUBI_CHECK(seconds >= kMinUtcSeconds && seconds <= kMaxUtcSeconds);
  std::int64_t days = seconds / kDaySeconds;
  if (seconds % kDaySeconds < 0) --days;
  const auto in_day = static_cast<int>(seconds - days * kDaySeconds);
  const year_month_day date{sys_days(std::chrono::days(days))};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                in_day / 3600, in_day / 60 % 60, in_day % 60);
  return text;
}

std::optional<std::int64_t> ParseUtc(std::string_view text) {
  if (!HasShape(text)) return std::nullopt;
  const year_month_day date{std::chrono::year(NumberAt(text, 0, 4)),
                            std::chrono::month(static_cast<unsigned>(NumberAt(text, 5, 2))),
                            std::chrono::day(static_cast<unsigned>(NumberAt(text, 8, 2)))};
  const int hour = NumberAt(text, 11, 2);
  const int minute = NumberAt(text, 14, 2);
  const int second = NumberAt(text, 17, 2);
  if (NumberAt(text, 0, 4) == 0 || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  return sys_days(date).time_since_epoch().count() * kDaySeconds + hour * 3600 + minute * 60 +
         second;
}

}  // namespace musubi
