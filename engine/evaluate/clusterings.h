// Two ways to put the same records into clusters, the true one and the linked one, and what their
// clusters have in common. Sees numbers alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/check.h"
#include "engine/evaluate/measures.h"

namespace musubi::engine {

// The records that one person and one linked cluster share; there are some.
struct Overlap {
  std::uint32_t person = 0;
  std::uint32_t cluster = 0;
  std::uint32_t records = 0;
};

// Immutable. Borrows the numbers that it is made of.
//
// Memory: 4 bytes a record, 12 an overlap, 4 a person and a cluster; 4 a record and 4 a person more
//         while it is made.
// Threads: safe.
class Clusterings {
 public:
  // The person and the linked cluster of each record, both numbered from 0 without gaps.
  //
  // Requires: as many of both.
  Clusterings(std::span<const std::uint32_t> person, std::span<const std::uint32_t> cluster);

  std::size_t records() const { return person_.size(); }

  // Of each record.
  std::span<const std::uint32_t> person() const { return person_; }
  std::span<const std::uint32_t> cluster() const { return cluster_; }
  std::span<const std::uint32_t> overlap() const { return overlap_; }  // an index of overlaps()

  // Records of each person, and of each linked cluster.
  std::span<const std::uint32_t> person_sizes() const { return person_sizes_; }
  std::span<const std::uint32_t> cluster_sizes() const { return cluster_sizes_; }

  // Ordered by person, then cluster.
  std::span<const Overlap> overlaps() const { return overlaps_; }

 private:
  std::span<const std::uint32_t> person_;
  std::span<const std::uint32_t> cluster_;
  std::vector<std::uint32_t> overlap_;
  std::vector<std::uint32_t> person_sizes_;
  std::vector<std::uint32_t> cluster_sizes_;
  std::vector<Overlap> overlaps_;
};

// n (n - 1) / 2.
constexpr std::uint64_t PairsOf(std::uint64_t n) { return n < 2 ? 0 : n * (n - 1) / 2; }

// Calls `visit(label, group, records)` for each label and group that records share, ordered by
// label, then group.
//
// Requires: as many labels as groups.
// Memory:   8 bytes a record.
template <typename Group, typename Visit>
void ForEachPart(std::span<const std::uint32_t> labels, std::span<const Group> groups,
                 Visit visit) {
  MUSUBI_CHECK(labels.size() == groups.size());
  std::vector<std::uint64_t> keys(labels.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = std::uint64_t{labels[i]} << 32 | groups[i];
  }
  std::ranges::sort(keys);
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin;
    while (end < keys.size() && keys[end] == keys[begin]) ++end;
    visit(static_cast<std::uint32_t>(keys[begin] >> 32),
          static_cast<std::uint32_t>(keys[begin] & 0xFFFFFFFF),
          static_cast<std::uint32_t>(end - begin));
    begin = end;
  }
}

// All pairs of two records.
PairCounts CountPairs(const Clusterings& both);

// Pairs whose records are of one holder. Memory: 8 bytes a record.
PairCounts CountPairsWithin(const Clusterings& both, std::span<const std::uint32_t> holder);

}  // namespace musubi::engine
