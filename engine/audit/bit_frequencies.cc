#include "engine/audit/bit_frequencies.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace musubi::engine {
namespace {

// Source: Gini, "Variabilita e mutabilita", 1912; as a sum over the values in ascending order.
double GiniOf(std::vector<double> values) {
  std::ranges::sort(values);
  double sum = 0;
  double weighted = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values[i];
    weighted += static_cast<double>(i + 1) * values[i];
  }
  const auto n = static_cast<double>(values.size());
  return sum == 0 ? 0 : 2 * weighted / (n * sum) - (n + 1) / n;
}

double EntropyOf(double share) {
  if (share <= 0 || share >= 1) return 0;
  return -share * std::log2(share) - (1 - share) * std::log2(1 - share);
}

}  // namespace

double GiniFloorsOf(std::uint64_t records, double times) {
  constexpr double kRecords = 5000;
  const double more = static_cast<double>(records) / kRecords;
  if (more <= 1 || times <= 1) return times;
  return std::sqrt(1 + (times * times - 1) * more);
}

double Correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double mean_a = 0;
  double mean_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    mean_a += a[i] / n;
    mean_b += b[i] / n;
  }
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa == 0 || bb == 0 ? 0 : ab / std::sqrt(aa * bb);
}

BitFrequencies CountFrequencies(const FilterColumn& filter,
                                const std::vector<std::uint32_t>& tokens) {
  BitFrequencies found;
  std::vector<std::uint64_t> counts(filter.bits.bits(), 0);
  std::vector<double> weights;
  std::vector<double> sizes;
  for (std::size_t row = 0; row < filter.present.size(); ++row) {
    if (filter.present[row] == 0) continue;
    for (std::size_t bit = 0; bit < counts.size(); ++bit) {
      counts[bit] += filter.bits.Get(row, bit) ? 1 : 0;
    }
    weights.push_back(filter.popcounts[row]);
    sizes.push_back(tokens[row]);
  }
  found.records = weights.size();
  if (found.records == 0) return found;
  const auto records = static_cast<double>(found.records);
  std::vector<double> shares;
  for (const std::uint64_t count : counts) {
    shares.push_back(static_cast<double>(count) / records);
    found.entropy += EntropyOf(shares.back()) / static_cast<double>(counts.size());
  }
  found.gini = GiniOf(shares);
  found.floor = 1 / std::sqrt(std::numbers::pi * records);
  found.weight_correlation = Correlation(weights, sizes);
  return found;
}

}  // namespace musubi::engine
