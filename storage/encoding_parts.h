// How the arrays of an EncodingSet lie in an encoding file (docs/formats/encoding.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/contract.h"
#include "core/encoded_rows.h"
#include "core/encoding_set.h"

namespace musubi::storage {

enum class PartKind { kRefs, kFilter, kPresence, kTokens };

// One .npy member of the file: a header, then one row of bytes for each record.
struct Part {
  PartKind kind = PartKind::kRefs;
  std::size_t filter = 0;  // of kFilter: its index in the contract
  std::string name;        // in the archive
  std::string header;      // NumPy's
  std::size_t row_bytes = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // header and all rows
  bool planted = false;     // of the planted copies, not of the records
};

// The parts of a file of `records` records and `planted` planted copies, in their order.
//
// Requires: both are at most 2^31.
std::vector<Part> PartsOf(const Contract& contract, std::uint64_t records, std::uint64_t planted);

// Writes row `row` of the part into `out`. What a reader would refuse must never be written, so a
// filter's bits are checked here, where they are at hand.
//
// Requires: out.size() == part.row_bytes; `rows` has the contract's shape; a filter has a bit set,
// and none beyond its width.
void CopyRow(const EncodedRows& rows, const Part& part, std::size_t row,
             std::span<std::uint8_t> out);

// Have the memory that CopyRow will read for row `row` fetched meanwhile: first the row's place in
// its arrays, and once that is there, what it points to.
void PrefetchPlace(const EncodedRows& rows, const Part& part, std::size_t row);
void PrefetchRow(const EncodedRows& rows, const Part& part, std::size_t row);

// Appends to the part's arrays in `*set` the rows that `bytes` holds back to back. Each part grows
// its own arrays only: the set is whole when all parts have been read.
//
// Requires: bytes.size() is a multiple of part.row_bytes.
void AppendRows(std::span<const std::uint8_t> bytes, const Part& part, EncodingSet* set);

// Makes room for `rows` rows in the part's arrays.
void ReserveRows(const Part& part, std::size_t rows, EncodingSet* set);

}  // namespace musubi::storage
