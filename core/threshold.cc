#include "core/threshold.h"

#include <numeric>

namespace musubi {

Result<Threshold> Threshold::Parse(std::string_view decimal) {
  const Error bad{ErrorCode::kUsage,
                  "a threshold is a decimal from 0 to 1 with at most six places, such as 0.85"};
  constexpr std::size_t kMaxPlaces = 6;
  if (decimal.empty() || (decimal[0] != '0' && decimal[0] != '1')) return bad;
  std::uint32_t numerator = static_cast<std::uint32_t>(decimal[0] - '0');
  std::uint32_t denominator = 1;
  if (decimal.size() > 1) {
    const std::string_view places = decimal.substr(2);
    if (decimal[1] != '.' || places.empty() || places.size() > kMaxPlaces) return bad;
    for (const char c : places) {
      if (c < '0' || c > '9') return bad;
      numerator = numerator * 10 + static_cast<std::uint32_t>(c - '0');
      denominator *= 10;
    }
  }
  if (numerator > denominator) return bad;
  const std::uint32_t divisor = std::gcd(numerator, denominator);
  return Threshold{numerator / divisor, denominator / divisor};
}

}  // namespace musubi
