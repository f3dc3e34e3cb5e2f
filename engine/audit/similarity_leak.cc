#include "engine/audit/similarity_leak.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "core/seeded_draws.h"
#include "engine/audit/bit_frequencies.h"

namespace musubi::engine {
namespace {

constexpr std::size_t kRandomPairs = 100'000;
constexpr std::size_t kRecords = 500;  // whose neighbours are looked for
constexpr std::size_t kNeighbours = 10;

using Tokens = std::vector<std::uint32_t>;

double Dice(const Tokens& a, const Tokens& b) {
  std::size_t both = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) {
      ++both;
      ++i;
      ++j;
    } else if (*i < *j) {
      ++i;
    } else {
      ++j;
    }
  }
  const std::size_t sum = a.size() + b.size();
  return sum == 0 ? 0 : 2 * static_cast<double>(both) / static_cast<double>(sum);
}

// Pairs of similarities: in clear text, and of encodings.
struct Pairs {
  std::vector<double> clear;
  std::vector<double> encoded;
};

void AddPair(const Matrix& rows, std::size_t a, std::size_t b, double dice, Pairs* pairs) {
  pairs->clear.push_back(dice);
  pairs->encoded.push_back(
      rows.row(static_cast<Eigen::Index>(a)).dot(rows.row(static_cast<Eigen::Index>(b))));
}

// The nearest of record `of`, the nearest first; of several as near the first.
std::vector<std::uint32_t> NearestOf(const std::vector<double>& dice, std::size_t of) {
  std::vector<std::uint32_t> order(dice.size());
  std::iota(order.begin(), order.end(), 0);
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(of));
  const std::size_t count = std::min(kNeighbours, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count),
                            [&](std::uint32_t a, std::uint32_t b) {
                              return dice[a] != dice[b] ? dice[a] > dice[b] : a < b;
                            });
  order.resize(count);
  return order;
}

}  // namespace

SimilarityLeak MeasureSimilarity(const Matrix& unit_rows, const std::vector<Tokens>& tokens,
                                 std::uint64_t seed) {
  const std::size_t records = tokens.size();
  SeededDraws draws(seed);
  Pairs random;
  while (random.clear.size() < kRandomPairs) {
    const std::size_t a = draws.Below(records);
    const std::size_t b = (a + 1 + draws.Below(records - 1)) % records;
    AddPair(unit_rows, a, b, Dice(tokens[a], tokens[b]), &random);
  }
  Pairs near;
  std::vector<double> dice(records);
  for (std::size_t a = 0; a < std::min(kRecords, records); ++a) {
    for (std::size_t b = 0; b < records; ++b) dice[b] = Dice(tokens[a], tokens[b]);
    for (const std::uint32_t b : NearestOf(dice, a)) AddPair(unit_rows, a, b, dice[b], &near);
  }
  return {Correlation(random.encoded, random.clear), Correlation(near.encoded, near.clear)};
}

}  // namespace musubi::engine
