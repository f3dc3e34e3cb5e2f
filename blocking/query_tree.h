// Neighbouring queries as a tree, so that what they share is counted once. Private to blocking.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "blocking/miss_allowance.h"
#include "blocking/sliced_kernel.h"
#include "core/bit_matrix.h"

namespace musubi::blocking {

// The queries of a tree, and of each of its nodes by level.
inline constexpr std::size_t kTreeQueries = 256;
inline constexpr std::size_t kQueriesOfLevel[kTreeLevels] = {256, 64, 16, 4, 1};

// A tree over up to kTreeQueries queries in the order given: a node of n queries has those whose
// numbers are n * i to n * i + n - 1.
struct QueryTree {
  std::vector<QueryNode> nodes;  // preorder; without queries that nothing can be similar to
  std::vector<SliceIndex> slices;
  // For each class of record: with as many misses counted, no query of the tree is similar to it.
  std::vector<std::uint16_t> allowance;
};

// Makes trees, one after another, in the same memory.
//
// A position is counted at the highest node most of whose queries have it. Those that have it not
// are allowed a miss more: a counter is never above the misses of any query, less what is allowed,
// so none is lost. Records that have such a position are counted too little; a query's own node
// makes up for that.
class QueryTreeMaker {
 public:
  // Both are borrowed. Threads: one maker each.
  QueryTreeMaker(const BitMatrix& matrix, const MissAllowance& allowance, std::size_t lanes);

  // The tree of the filters rows[0], rows[1], ... whose popcounts are of the classes `classes`.
  // Position order[i] is counted before order[i + 1], and is slice i of a block. Borrowed until the
  // next call.
  //
  // Requires: between 1 and kTreeQueries rows.
  const QueryTree& Make(std::span<const std::uint32_t> rows, std::span<const std::uint16_t> classes,
                        std::span<const std::uint16_t> order);

 private:
  static constexpr std::size_t kWords = kTreeQueries / 64;
  using QuerySet = std::array<std::uint64_t, kWords>;  // one bit for each query

  void SliceQueries(std::span<const std::uint32_t> rows);
  void ShareOut(std::span<const std::uint16_t> order);
  void ShareOutWord(std::size_t w, std::uint64_t having, SliceIndex slice);
  void AddLacking(std::size_t w, std::uint64_t queries, SliceIndex slice);
  void AllowMisses(std::span<const std::uint16_t> classes);
  void AddNode(std::size_t level, std::size_t index, std::uint8_t parent_state,
               std::uint32_t above);
  void AddSlices(const std::vector<SliceIndex>& list, QueryNode* node);
  void AddLacked(std::size_t query, QueryNode* node);
  std::uint16_t* Allowed(std::size_t level, std::size_t index);

  const BitMatrix& matrix_;
  const MissAllowance& allowance_;
  std::size_t steps_;             // of SliceIndex, from a slice to the next
  QuerySet valid_{};              // the queries there are
  std::vector<QuerySet> having_;  // per position
  // Per query: the slices counted for a node of it whose positions it has not.
  std::array<std::vector<SliceIndex>, kTreeQueries> lacked_;
  std::array<std::vector<std::vector<SliceIndex>>, kTreeLevels> lists_;  // per level and node
  std::vector<std::uint16_t> allowed_;  // per node, level by level, and class
  QueryTree tree_;
};

}  // namespace musubi::blocking
