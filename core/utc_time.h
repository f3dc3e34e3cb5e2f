// Moments as text: RFC 3339 in UTC, to the second, in one form only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace musubi {

// The seconds since 1970 that have a four-digit year: 0001-01-01T00:00:00Z to the end of 9999.
inline constexpr std::int64_t kMinUtcSeconds = -62135596800;
inline constexpr std::int64_t kMaxUtcSeconds = 253402300799;

// The clock of another party may be ahead by so much.
inline constexpr std::int64_t kClockLeewaySeconds = 86400;

// "2026-11-30T08:05:09Z". Requires: kMinUtcSeconds <= seconds <= kMaxUtcSeconds.
std::string FormatUtc(std::int64_t seconds);

// The moment that FormatUtc writes so; nothing for any other text, such as a 30 February, a leap
// second, a fraction or another zone.
std::optional<std::int64_t> ParseUtc(std::string_view text);

}  // namespace musubi
