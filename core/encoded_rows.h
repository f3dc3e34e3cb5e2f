// The records of a holder as its encoder leaves them: no identifier, no secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/bit_matrix.h"
#include "core/ids.h"

namespace musubi {

// One filter of every record. Values repeat, so records point to the words of their filter, and
// many may share them: a name that thousands have lies in memory once.
struct SharedFilter {
  std::size_t bits = 0;
  // Per row: words as in a row of a BitMatrix of `bits` bits, or null where the filter is absent.
  RowVector<const std::uint64_t*> words;
};

// What an EncodingSet holds, in the form that takes the least memory to make and to write. Row i of
// each array belongs to one record. Borrows the words of all filters.
struct EncodedRows {
  RowVector<RecordRef> refs;
  std::vector<SharedFilter> filters;  // in the contract's order
  std::size_t token_count = 0;        // of a row
  RowVector<BlockToken> tokens;       // those of the first row, in the contract's order, and so on

  std::size_t rows() const { return refs.size(); }

  // Makes room for `rows` rows.
  void Reserve(std::size_t rows) {
    refs.reserve(rows);
    for (SharedFilter& filter : filters) filter.words.reserve(rows);
    tokens.reserve(rows * token_count);
  }
};

// No rows yet, with a filter for each width in `filter_bits`.
inline EncodedRows MakeEncodedRows(const std::vector<std::uint32_t>& filter_bits,
                                   std::size_t token_count) {
  EncodedRows rows;
  for (const std::uint32_t bits : filter_bits) rows.filters.push_back({bits, {}});
  rows.token_count = token_count;
  return rows;
}

}  // namespace musubi
