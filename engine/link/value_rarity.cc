#include "engine/link/value_rarity.h"

#include <tbb/parallel_for.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "engine/link/threads.h"

namespace musubi::engine {
namespace {

// Of a value that `same` of `all` records have.
unsigned RarityOf(std::uint64_t same, std::uint64_t all) {
  const auto halvings = static_cast<unsigned>(std::bit_width(all / same) - 1);
  return std::min(halvings / 2, kRarities - 1);
}

}  // namespace

ValueRarity::ValueRarity(const FilterRows& rows, const ExecContext& context)
    : filters_(rows.filters()),
      order_(rows.order()),
      levels_(rows.rows() * rows.filters(), kEqual),
      records_(rows.filters(), Counts{}) {
  std::size_t first_word = 0;
  for (std::size_t place = 0; place < filters_; ++place) {
    RateFilter(rows, place, first_word, context);
    first_word += rows.lines()[place] * FilterRows::kLineWords;
  }
}

ValueRarity ValueRarity::Unknown(const FilterRows& rows) { return ValueRarity(rows.filters()); }

// Values of equal hashes are in one of many buckets, each of which is sorted in cache.
void ValueRarity::RateFilter(const FilterRows& rows, std::size_t place, std::size_t first_word,
                             const ExecContext& context) {
  constexpr std::size_t kBucketBits = 10;
  constexpr std::size_t kRowsBetweenLooks = std::size_t{1} << 16;
  std::vector<std::vector<Value>> buckets(std::size_t{1} << kBucketBits);
  std::uint64_t all = 0;
  const std::size_t bytes = rows.lines()[place] * FilterRows::kLineWords * sizeof(std::uint64_t);
  for (std::uint32_t row = 0; row < rows.rows(); ++row) {
    if (row % kRowsBetweenLooks == 0 && context.stopped()) return;
    if (rows.popcount(row, place) == 0) continue;
    const std::uint64_t hash = XXH3_64bits(rows.row(row) + first_word, bytes);
    buckets[hash >> (64 - kBucketBits)].push_back({hash, row});
    ++all;
  }
  std::vector<Counts> counts(buckets.size());
  Threads threads(context);
  threads.Run([&] {
    tbb::parallel_for(std::size_t{0}, buckets.size(), [&](std::size_t bucket) {
      if (context.stopped()) return;
      std::ranges::sort(buckets[bucket], {}, &Value::hash);
      counts[bucket] = RateBucket(buckets[bucket], place, all);
    });
  });
  for (const Counts& of_bucket : counts) {
    for (unsigned rarity = 0; rarity < kRarities; ++rarity) {
      records_[place][rarity] += of_bucket[rarity];
    }
  }
}

ValueRarity::Counts ValueRarity::RateBucket(std::span<const Value> values, std::size_t place,
                                            std::uint64_t all) {
  Counts counts{};
  for (std::size_t begin = 0; begin < values.size();) {
    std::size_t end = begin;
    while (end < values.size() && values[end].hash == values[begin].hash) ++end;
    const unsigned rarity = RarityOf(end - begin, all);
    counts[rarity] += end - begin;
    for (; begin < end; ++begin) {
      levels_[values[begin].row * filters_ + place] = static_cast<std::uint8_t>(kEqual + rarity);
    }
  }
  return counts;
}

ValueRarity ValueRarity::Of(std::span<const std::uint32_t> rows) const {
  ValueRarity some(filters_);
  if (levels_.empty()) return some;
  for (const std::uint32_t row : rows) {
    const auto levels = std::span(levels_).subspan(row * filters_, filters_);
    some.levels_.insert(some.levels_.end(), levels.begin(), levels.end());
  }
  return some;
}

std::vector<LevelTable> ValueRarity::Shares(const Contract& contract) const {
  std::vector<LevelTable> shares(filters_ + contract.match_rules().size());
  for (std::size_t place = 0; place < filters_; ++place) {
    const Counts& records = records_[place];
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
