// The records of a data set as rows of the link store: columns, cut into chunks of records.
// docs/formats/store.md, "Encodings". Private to storage/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/encoding_set.h"
#include "core/result.h"

namespace musubi::storage {

// A permanent format constant. 4096 records of the widest filter, 8192 bits, are 4 MiB.
inline constexpr std::size_t kChunkRecords = 4096;

// Column 0 holds the references; then each filter has one, then each pass of tokens.
inline constexpr std::uint16_t kRefsColumn = 0;
std::uint16_t ColumnCount(const EncodingSet& set);

// One chunk of one column.
struct ChunkPlace {
  std::uint16_t column = 0;
  std::uint32_t chunk = 0;
};

// Goes through the chunks of `records` records in the order of their keys: column after column.
class ChunkWalk {
 public:
  ChunkWalk(std::uint16_t columns, std::size_t records);

  bool done() const { return place_.column == columns_; }
  // Requires: !done().
  const ChunkPlace& place() const { return place_; }
  void Next();

 private:
  std::uint16_t columns_;
  std::uint32_t chunks_;
  ChunkPlace place_;
};

// The value of one chunk of a data set that is rows `base` and on of `set`.
std::string EncodeChunk(const EncodingSet& set, std::size_t base, const ChunkPlace& place);

// How many records a chunk of a column has, by its length. Chunks have fewer once records of theirs
// were erased. Of `set` only the shape matters.
//
// Errors: kInternal  it has a format that this program never wrote
Result<std::size_t> ChunkRows(std::string_view value, const EncodingSet& set, std::uint16_t column);

// The value of a chunk without some of its rows, which are numbered from 0.
//
// Requires: it has them; they ascend, each once.
std::string WithoutRows(std::string_view value, const EncodingSet& set, std::uint16_t column,
                        std::span<const std::uint32_t> rows);

// Puts a chunk's content where EncodeChunk took it from, and counts the bits of its filters.
//
// Errors: kInternal  it has a format that this program never wrote
Status DecodeChunk(std::string_view value, const ChunkPlace& place, std::size_t base,
                   EncodingSet* set);

}  // namespace musubi::storage
