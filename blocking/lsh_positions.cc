#include "blocking/lsh_positions.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <utility>

namespace musubi::blocking {

std::vector<std::uint32_t> SampleRows(const FilterColumn& column, std::size_t most) {
  std::vector<std::uint32_t> present;
  for (std::uint32_t row = 0; row < column.present.size(); ++row) {
    if (column.present[row] != 0) present.push_back(row);
  }
  if (present.size() <= most) return present;
  std::vector<std::uint32_t> sample(most);
  for (std::size_t i = 0; i < most; ++i) sample[i] = present[i * present.size() / most];
  return sample;
}

PositionPool FindPositions(const FilterColumn& column, const std::vector<std::uint32_t>& sample) {
  std::vector<std::uint64_t> set(column.bits.bits());
  for (const std::uint32_t row : sample) {
    for (std::size_t bit = 0; bit < set.size(); ++bit) set[bit] += column.bits.Get(row, bit);
  }
  const auto spread = [&](std::uint32_t bit) { return set[bit] * (sample.size() - set[bit]); };
  PositionPool pool;
  pool.ranked.resize(set.size());
  std::iota(pool.ranked.begin(), pool.ranked.end(), 0U);
  std::ranges::stable_sort(pool.ranked, std::ranges::greater(), spread);
  for (const std::uint32_t bit : pool.ranked) {
    pool.filter_spread += spread(bit);
    const bool usable =
        spread(bit) > 0 && set[bit] * 5 >= sample.size() && set[bit] * 5 <= sample.size() * 4;
    if (!usable || pool.size() == PositionPool::kMost) continue;
    pool.spread.push_back(spread(bit));
    pool.total_spread += spread(bit);
  }
  return pool;
}

Status LshSample::CheckPositions(std::uint32_t least) const {
  if (pool.size() >= least) return {};
  return Error{ErrorCode::kUsage,
               "only " + std::to_string(pool.size()) +
                   " of the filter's positions are set in 20 % to 80 % of the records, and " +
                   std::to_string(least) +
                   " are needed to hash filters: compare all pairs or use block tokens, or encode "
                   "with more features or other numbers of positions"};
}

std::vector<std::uint32_t> DrawKey(const PositionPool& pool, std::uint64_t seed,
                                   std::uint32_t table, std::uint32_t bits) {
  MUSUBI_CHECK(bits <= pool.size());
  // The generator's numbers are fixed by the standard, those of its distributions are not.
  std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      table};
  std::mt19937_64 random(words);
  std::vector<std::uint32_t> drawn(pool.size());
  std::iota(drawn.begin(), drawn.end(), 0U);
  for (std::uint32_t i = 0; i < bits; ++i) {
    std::swap(drawn[i], drawn[i + random() % (drawn.size() - i)]);
  }
  drawn.resize(bits);
  return drawn;
}

}  // namespace musubi::blocking
