// The search of one bit-sliced block by a tree of queries: counts, for many records at once, the
// bits of a query that each record lacks. What PlanExactJoin searches with; a test may choose
// which.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace musubi::blocking {

// Slices are counted by eights; a list of slices is a whole number of these.
inline constexpr std::size_t kSlicesAtOnce = 8;

// The fewest and the most planes of a counter, which must hold one miss more than a filter has
// bits.
inline constexpr std::size_t kLeastPlanes = 4;
inline constexpr std::size_t kMostPlanes = 14;
inline constexpr std::size_t kWidestFilter = 8192;

// Where a slice is in its block: the slice's number times IndexStep. 16 bits keep lists short; they
// reach the slice of zeros after 8,192 others.
using SliceIndex = std::uint16_t;

// An index is a number of words, which x86 adds to an address without another instruction, as far
// as 16 bits reach: of half slices where a slice is 8 words.
constexpr std::size_t IndexStep(std::size_t lanes) { return lanes >= 256 ? 4 : lanes / 64; }

// The levels of a tree of queries: nodes of 256, 64, 16, 4 and 1 queries.
inline constexpr std::size_t kTreeLevels = 5;

// A node of a tree of queries, which stand in preorder: the bits that all its queries have and
// that no node above it has counted.
struct QueryNode {
  std::uint32_t first_slice = 0;  // in QueryTree::slices
  std::uint32_t slices = 0;       // a multiple of kSlicesAtOnce
  // Of a query's own node: more slices, behind those, of positions that nodes above it have counted
  // though it has them not. Counted the other way round they take back what those counted too
  // little; worth the time only where a record is left. A multiple of kSlicesAtOnce.
  std::uint32_t lacked = 0;
  std::uint32_t next = 0;         // the node after this one's last descendant
  std::uint16_t tighten = 0;      // misses by which its queries may have fewer than its parent's
  std::uint16_t query = 0;        // of a node at level kTreeLevels - 1: the query, from 0
  std::uint8_t level = 0;         // 0 is the root's
  std::uint8_t parent_state = 0;  // where the counters of the node above are: 0 is the start
};

// A query and a lane of a block that may be similar.
struct Survivor {
  std::uint16_t query;
  std::uint16_t lane;
};

struct BlockSearch {
  std::span<const QueryNode> nodes;
  // The slices to count, node by node.
  const SliceIndex* slices = nullptr;
  // The block: for each bit position one slice of `lanes` bits, set where a record lacks the bit.
  const std::uint64_t* block = nullptr;
  // `planes` + 1 slices: each lane's counter before the first miss. It reaches 2^planes, the last
  // slice, with the first miss too many.
  const std::uint64_t* start = nullptr;
};

// Writes to `survivors` each query and lane whose counter is not past its end after all nodes from
// the root to the query's, and what that lacks, and returns the end of what it wrote, in the order
// of the nodes.
//
// Requires: room for as many as the tree has queries times the block's lanes.
using SearchBlock = Survivor* (*)(const BlockSearch& search, Survivor* survivors);

// The number of bits set in both of two rows of `words` words.
using CountCommonBits = std::uint32_t (*)(const std::uint64_t* a, const std::uint64_t* b,
                                          std::size_t words);

// One instruction set's form of the search.
struct SlicedKernel {
  std::string_view name;  // "portable", "avx2", "avx512"
  std::size_t lanes;      // records a block; a multiple of 64
  CountCommonBits count_common;
  // Per number of planes, from kLeastPlanes.
  SearchBlock search[kMostPlanes - kLeastPlanes + 1];

  SearchBlock WithPlanes(std::size_t planes) const { return search[planes - kLeastPlanes]; }
};

// The forms that this processor can run, slowest first. "portable" is always the first; all find
// the same pairs.
const std::vector<const SlicedKernel*>& SlicedKernels();

#if defined(__x86_64__)
// Requires: the processor has AVX2, or AVX-512F.
extern const SlicedKernel kSlicedKernelAvx2;
extern const SlicedKernel kSlicedKernelAvx512;
#endif

}  // namespace musubi::blocking
