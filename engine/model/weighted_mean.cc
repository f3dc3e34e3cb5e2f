#include "engine/model/weighted_mean.h"

namespace musubi::engine {

std::int32_t Agreement(std::uint32_t common, std::uint32_t left, std::uint32_t right,
                       const Filter& filter) {
  // With s = 2c/t and f = n/d, both branches have s - f = (2cd - nt) / td above or below. With c
  // and t below 2^15, fractions of at most 10^6 and a unit of 10^6, 64 bits hold every product but
  // those of the penalty, whose fraction is applied to a value already in units.
  const std::int64_t total = std::int64_t{left} + right;
  if (total == 0) return 0;  // two empty filters have no Dice similarity
  const std::int64_t numerator = filter.floor.numerator;
  const std::int64_t denominator = filter.floor.denominator;
  const std::int64_t excess = 2 * std::int64_t{common} * denominator - total * numerator;
  if (excess >= 0) {
    const std::int64_t range = total * (denominator - numerator);
    return static_cast<std::int32_t>((excess * kScoreUnit + range - 1) / range);
  }
  // Division truncates towards zero, which for a negative number is up.
  const std::int64_t below = excess * kScoreUnit / (total * numerator);
  return static_cast<std::int32_t>(below * filter.penalty.numerator / filter.penalty.denominator);
}

}  // namespace musubi::engine
