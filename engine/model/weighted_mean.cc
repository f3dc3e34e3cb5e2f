#include "engine/model/weighted_mean.h"

namespace musubi::engine {

FilterAgreement::FilterAgreement(const Filter& filter)
    : bits_(filter.hamming ? filter.bits : 0), floor_(filter.floor), penalty_(filter.penalty) {
  // The reciprocal m = (2^64 + e) / range is rounded up, so e < range, and x * m / 2^64 is
  // x / range + x * e / (range * 2^64): the same whole number while x * range < 2^64.
  // Source: Granlund, Montgomery, "Division by invariant integers using multiplication", 1994.
  const std::uint64_t most_total = 2 * std::uint64_t{filter.bits};
  const std::uint64_t most_range = most_total * (floor_.denominator - floor_.numerator);
  const Wide most_numerator = Wide{most_range} * kScoreUnit + most_range;
  if (most_numerator * most_range >> 64 != 0) return;
  reciprocals_.assign(most_total + 1, 0);
  for (std::uint64_t total = 1; total <= most_total; ++total) {
    const std::uint64_t range = total * (floor_.denominator - floor_.numerator);
    // A range of 1, whose reciprocal 64 bits do not hold, is that of a single bit on one side:
    // nothing is in common then, and 0 is divided.
    reciprocals_[total] = range == 1 ? 0 : ~std::uint64_t{0} / range + 1;
  }
}

std::int32_t FilterAgreement::Below(std::int64_t lack, std::uint32_t total) const {
  if (penalty_.numerator == 0) return 0;
  // Division truncates towards zero, which for a negative number is up.
  const std::int64_t below = lack * kScoreUnit / (std::int64_t{total} * floor_.numerator);
  return -static_cast<std::int32_t>(below * penalty_.numerator / penalty_.denominator);
}

}  // namespace musubi::engine
