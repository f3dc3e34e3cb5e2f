#include "engine/audit/frequency_divergence.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/seeded_draws.h"

namespace musubi::engine {
namespace {

constexpr std::size_t kRanges = 32;
constexpr std::size_t kFilters = 1000;  // of coins
constexpr std::size_t kRank = 989;  // of their distances in ascending order: the 99th percentile

// Counts of heads among n tosses, in ranges of about the same chance.
class Ranges {
 public:
  explicit Ranges(std::uint64_t tosses) {
    const auto n = static_cast<double>(tosses);
    double below = 0;
    double in_range = 0;
    for (std::uint64_t heads = 0; heads <= tosses; ++heads) {
      const auto k = static_cast<double>(heads);
      in_range += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) -
                           n * std::log(2.0));
      range_of_.push_back(static_cast<std::uint32_t>(chances_.size()));
      const double next = static_cast<double>(chances_.size() + 1) / kRanges;
      if (below + in_range < next && heads < tosses) continue;
      below += in_range;
      chances_.push_back(in_range);
      in_range = 0;
    }
  }

  std::size_t Of(std::uint64_t heads) const { return range_of_[heads]; }
  const std::vector<double>& chances() const { return chances_; }

 private:
  std::vector<std::uint32_t> range_of_;  // per number of heads
  std::vector<double> chances_;
};

// The part of the divergence of p, on its side.
double TowardsMean(double p, double q) { return p == 0 ? 0 : p * std::log2(2 * p / (p + q)); }

double DistanceOf(const std::vector<std::uint64_t>& counts, double bits,
                  const std::vector<double>& chances) {
  double divergence = 0;
  for (std::size_t range = 0; range < chances.size(); ++range) {
    const double share = static_cast<double>(counts[range]) / bits;
    divergence += TowardsMean(share, chances[range]) + TowardsMean(chances[range], share);
  }
  return std::sqrt(std::max(0.0, divergence / 2));
}

// In which range a filter of coins has each of `bits` bits, drawn by the ranges' chances.
std::vector<std::uint64_t> DrawCounts(std::size_t bits, const std::vector<double>& chances,
                                      SeededDraws* draws) {
  constexpr std::uint64_t kSteps = std::uint64_t{1} << 53;
  std::vector<std::uint64_t> counts(chances.size(), 0);
  for (std::size_t bit = 0; bit < bits; ++bit) {
    double left = static_cast<double>(draws->Below(kSteps)) / static_cast<double>(kSteps);
    std::size_t range = 0;
    while (range + 1 < chances.size() && left >= chances[range]) left -= chances[range++];
    ++counts[range];
  }
  return counts;
}

}  // namespace

FrequencyDivergence DivergenceFromCoins(const FilterColumn& filter, std::uint64_t seed) {
  const std::size_t width = filter.bits.bits();
  std::vector<std::uint64_t> heads(width, 0);
  std::uint64_t records = 0;
  for (std::size_t row = 0; row < filter.present.size(); ++row) {
    if (filter.present[row] == 0) continue;
    ++records;
    for (std::size_t bit = 0; bit < width; ++bit) heads[bit] += filter.bits.Get(row, bit) ? 1 : 0;
  }
  if (records == 0) return {};
  const Ranges ranges(records);
  const std::vector<double>& chances = ranges.chances();
  std::vector<std::uint64_t> counts(chances.size(), 0);
  for (const std::uint64_t count : heads) ++counts[ranges.Of(count)];

  SeededDraws draws(seed);
  const auto bits = static_cast<double>(width);
  std::vector<double> of_coins;
  for (std::size_t drawn = 0; drawn < kFilters; ++drawn) {
    of_coins.push_back(DistanceOf(DrawCounts(width, chances, &draws), bits, chances));
  }
  std::ranges::nth_element(of_coins, of_coins.begin() + kRank);
  return {DistanceOf(counts, bits, chances), of_coins[kRank]};
}

}  // namespace musubi::engine
