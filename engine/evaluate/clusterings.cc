#include "engine/evaluate/clusterings.h"

#include <algorithm>
#include <numeric>

namespace musubi::engine {

namespace {

std::vector<std::uint32_t> SizesOf(std::span<const std::uint32_t> labels) {
  std::vector<std::uint32_t> sizes(labels.empty() ? 0 : std::ranges::max(labels) + std::size_t{1});
  for (const std::uint32_t label : labels) ++sizes[label];
  return sizes;
}

// The records in the order of their labels, and of their numbers where labels are equal.
std::vector<std::uint32_t> OrderedBy(std::span<const std::uint32_t> labels,
                                     std::span<const std::uint32_t> sizes) {
  std::vector<std::uint32_t> next(sizes.size());
  std::exclusive_scan(sizes.begin(), sizes.end(), next.begin(), std::uint32_t{0});
  std::vector<std::uint32_t> order(labels.size());
  for (std::uint32_t record = 0; record < labels.size(); ++record) {
    order[next[labels[record]]++] = record;
  }
  return order;
}

std::uint64_t SumOfPairs(std::span<const std::uint32_t> sizes) {
  std::uint64_t pairs = 0;
  for (const std::uint32_t size : sizes) pairs += PairsOf(size);
  return pairs;
}

std::uint64_t PairsWithin(std::span<const std::uint32_t> labels,
                          std::span<const std::uint32_t> holder) {
  std::uint64_t pairs = 0;
  ForEachPart(labels, holder,
              [&](auto /*label*/, auto /*holder*/, auto records) { pairs += PairsOf(records); });
  return pairs;
}

}  // namespace

Clusterings::Clusterings(std::span<const std::uint32_t> person,
                         std::span<const std::uint32_t> cluster)
    : person_(person),
      cluster_(cluster),
      overlap_(person.size()),
      person_sizes_(SizesOf(person)),
      cluster_sizes_(SizesOf(cluster)) {
  MUSUBI_CHECK(person.size() == cluster.size());
  std::vector<std::uint32_t> order = OrderedBy(person, person_sizes_);
  auto begin = order.begin();
  for (std::uint32_t p = 0; p < person_sizes_.size(); ++p) {
    const auto end = begin + person_sizes_[p];
    std::sort(begin, end,
              [&](std::uint32_t a, std::uint32_t b) { return cluster[a] < cluster[b]; });
    for (; begin != end; ++begin) {
      const std::uint32_t c = cluster[*begin];
      if (overlaps_.empty() || overlaps_.back().person != p || overlaps_.back().cluster != c) {
        overlaps_.push_back({p, c, 0});
      }
      ++overlaps_.back().records;
      overlap_[*begin] = static_cast<std::uint32_t>(overlaps_.size() - 1);
    }
  }
}

PairCounts CountPairs(const Clusterings& both) {
  PairCounts counts{SumOfPairs(both.person_sizes()), SumOfPairs(both.cluster_sizes()), 0};
  for (const Overlap& overlap : both.overlaps()) counts.correct += PairsOf(overlap.records);
  return counts;
}

PairCounts CountPairsWithin(const Clusterings& both, std::span<const std::uint32_t> holder) {
  return {PairsWithin(both.person(), holder), PairsWithin(both.cluster(), holder),
          PairsWithin(both.overlap(), holder)};
}

}  // namespace musubi::engine
