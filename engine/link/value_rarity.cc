#include "engine/link/value_rarity.h"

#include <tbb/parallel_sort.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <numeric>

namespace musubi::engine {
namespace {

struct Value {
  std::uint64_t hash;
  std::uint32_t row;
};

// Of a value that `same` of `all` records have.
unsigned RarityOf(std::uint64_t same, std::uint64_t all) {
  const auto halvings = static_cast<unsigned>(std::bit_width(all / same) - 1);
  return std::min(halvings / 2, kRarities - 1);
}

}  // namespace

ValueRarity::ValueRarity(const FilterRows& rows)
    : filters_(rows.filters()),
      order_(rows.order()),
      levels_(rows.rows() * rows.filters(), kEqual),
      records_(rows.filters(), std::vector<std::uint64_t>(kRarities)) {
  std::size_t first_word = 0;
  for (std::size_t place = 0; place < filters_; ++place) {
    RateFilter(rows, place, first_word);
    first_word += rows.lines()[place] * FilterRows::kLineWords;
  }
}

void ValueRarity::RateFilter(const FilterRows& rows, std::size_t place, std::size_t first_word) {
  std::vector<Value> values;
  const std::size_t bytes = rows.lines()[place] * FilterRows::kLineWords * sizeof(std::uint64_t);
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    if (rows.popcount(row, place) == 0) continue;
    values.push_back({XXH3_64bits(rows.row(row) + first_word, bytes), row});
  }
  tbb::parallel_sort(values.begin(), values.end(),
                     [](const Value& a, const Value& b) { return a.hash < b.hash; });
  for (std::size_t begin = 0; begin < values.size();) {
    std::size_t end = begin;
    while (end < values.size() && values[end].hash == values[begin].hash) ++end;
    const unsigned rarity = RarityOf(end - begin, values.size());
    records_[place][rarity] += end - begin;
    for (; begin < end; ++begin) {
      levels_[values[begin].row * filters_ + place] = static_cast<std::uint8_t>(kEqual + rarity);
    }
  }
}

std::vector<LevelTable> ValueRarity::Shares(const Contract& contract) const {
  std::vector<LevelTable> shares(filters_ + contract.match_rules().size());
  for (std::size_t place = 0; place < filters_; ++place) {
    const std::vector<std::uint64_t>& records = records_[place];
    const auto all = std::accumulate(records.begin(), records.end(), std::uint64_t{0});
    for (unsigned rarity = 0; rarity < kRarities; ++rarity) {
      if (all == 0) break;
      shares[order_[place]][kEqual + rarity] =
          static_cast<double>(records[rarity]) / static_cast<double>(all);
    }
  }
  for (std::size_t match = filters_; match < shares.size(); ++match) shares[match][kEqual] = 1;
  return shares;
}

}  // namespace musubi::engine
