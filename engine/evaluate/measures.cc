#include "engine/evaluate/measures.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace musubi::engine {

Interval WilsonInterval(std::uint64_t part, std::uint64_t whole) {
  MUSUBI_CHECK(part <= whole);
  if (whole == 0) return {};
  constexpr double kZ = 1.959963984540054;  // of the normal distribution, 2.5 % lie above
  const auto n = static_cast<double>(whole);
  const double share = static_cast<double>(part) / n;
  const double scale = 1 + kZ * kZ / n;
  const double centre = (share + kZ * kZ / (2 * n)) / scale;
  const double spread = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n)) / scale;
  // At its ends the interval ends there too, which rounding must not change.
  return {part == 0 ? 0.0 : std::max(0.0, centre - spread),
          part == whole ? 1.0 : std::min(1.0, centre + spread)};
}

double Ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double MeanRatios::f1() const {
  const double sum = precision + recall;
  return sum == 0 ? 0.0 : 2 * precision * recall / sum;
}

double FractionMean::value() const {
  if (terms_ == 0) return 1.0;
  double sum = 0;
  for (const auto& [denominator, numerator] : sums_) {
    sum += static_cast<double>(numerator) / static_cast<double>(denominator);
  }
  return sum / static_cast<double>(terms_);
}

}  // namespace musubi::engine
