// The records that are hashed, each with what most pairs are decided by, in two cache lines.
// Private to blocking.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/bit_matrix.h"
#include "core/population.h"

namespace musubi::blocking {

// The bits of a filter that tell records apart best, the best first. The first line decides most
// pairs of a bucket; keys are drawn from both.
struct alignas(kRowAlignment) FilterHead {
  static constexpr std::size_t kWords = 15;
  static constexpr std::size_t kFirstWords = 7;  // those in the first cache line
  static constexpr std::uint16_t kMostBits = 0xFFFF;

  std::uint32_t row;
  std::uint16_t bits;       // set in the whole filter; kMostBits also stands for more
  std::uint16_t tail_bits;  // of them, those that are not in the first line
  std::uint64_t words[kWords];
};
static_assert(sizeof(FilterHead) == 2 * kRowAlignment);

using FilterHeads = std::vector<FilterHead, RowAllocator<FilterHead>>;

// Records that follow one another, in slots or in a table's entries, and are alike in what decides
// whether they may pair.
struct RecordRun {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint16_t source;
  bool settled;
};

// Whether a row is left out of pairs with others like it: it has a key, and nothing is learnt.
inline bool IsSettled(const Population& population, std::size_t row) {
  return !population.learns && population.settled[row] != 0;
}

// Population::MayCompare of any two records of two runs.
inline bool MayCompare(const Population& population, const RecordRun& a, const RecordRun& b) {
  return population.learns || ((a.source != b.source || population.allows_within[a.source] != 0) &&
                               !(a.settled && b.settled));
}

// The rows that have the filter: those without a key first, and among each by source, then by row.
// Slot i is the i-th of them. In this order, whatever may not pair comes in runs.
struct HashedRows {
  // `ranked` holds the filter's positions, those that tell records apart best first.
  HashedRows(const Population& population, const FilterColumn& column,
             std::span<const std::uint32_t> ranked);

  std::size_t size() const { return row_of.size(); }

  // The run of slots that `slot` is in.
  const RecordRun& RunOf(std::uint32_t slot) const {
    std::size_t run = 0;  // there are a few, one or two a holder
    while (runs[run].end <= slot) ++run;
    return runs[run];
  }

  std::vector<std::uint32_t> row_of;  // per slot
  std::vector<RecordRun> runs;        // of slots
  FilterHeads heads;                  // per slot
};

}  // namespace musubi::blocking
