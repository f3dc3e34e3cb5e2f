// The records of a holder as the linkage unit sees them: no identifier, no secret.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/bit_matrix.h"
#include "core/ids.h"

namespace musubi {

// One filter of every record.
struct FilterColumn {
  BitMatrix bits;
  RowVector<std::uint32_t> popcounts;  // per row: the number of bits set
  RowVector<std::uint8_t> present;     // per row: 1, or 0 where every field of it was missing

  // Recomputes `popcounts` from `bits`.
  void CountBits();
};

// Parallel arrays: row i of each belongs to one record.
struct EncodingSet {
  RowVector<RecordRef> refs;
  std::vector<FilterColumn> filters;          // in the contract's order
  std::vector<RowVector<BlockToken>> tokens;  // [pass][row], passes in the contract's order

  std::size_t rows() const { return refs.size(); }

  // Puts row order[i] in place i. Requires: `order` has each row once.
  void Reorder(std::span<const std::uint32_t> order);

  // Resizes every array. New rows are zero, absent and "none".
  void Resize(std::size_t rows);
};

// An empty set with a column for each width in `filter_bits` and `passes` token columns.
EncodingSet MakeEncodingSet(const std::vector<std::uint32_t>& filter_bits, std::size_t passes);

}  // namespace musubi
