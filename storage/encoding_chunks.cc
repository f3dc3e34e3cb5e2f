#include "storage/encoding_chunks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "core/check.h"
#include "storage/row_bytes.h"
#include "storage/store_keys.h"

namespace musubi::storage {

namespace {

// Words of a filter and ids are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(RecordRef) == RecordRef::kBytes && sizeof(BlockToken) == BlockToken::kBytes);

// The rows of `set` that a chunk covers.
struct RowRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

RowRange RowsOf(const EncodingSet& set, std::size_t base, const ChunkPlace& place) {
  const std::size_t first = base + place.chunk * kChunkRecords;
  MUSUBI_CHECK(first < set.rows());
  return {first, std::min(kChunkRecords, set.rows() - first)};
}

void Append(const void* bytes, std::size_t size, std::string* out) {
  out->append(static_cast<const char*>(bytes), size);
}

// Takes `size` bytes off the front of `*in` into `out`. Requires: they are there.
void Take(void* out, std::size_t size, std::string_view* in) {
  std::memcpy(out, in->data(), size);
  in->remove_prefix(size);
}

std::size_t RowBytes(const FilterColumn& filter) { return (filter.bits.bits() + 7) / 8; }

bool IsFilter(const EncodingSet& set, std::uint16_t column) {
  return column != kRefsColumn && column <= set.filters.size();
}

// Bytes of a record in a chunk of a column.
std::size_t RecordBytes(const EncodingSet& set, std::uint16_t column) {
  return IsFilter(set, column) ? 1 + RowBytes(set.filters[column - 1U]) : RecordRef::kBytes;
}

// Bytes of a chunk's value, the version byte included.
std::size_t ValueBytes(const EncodingSet& set, const ChunkPlace& place, std::size_t count) {
  return 1 + count * RecordBytes(set, place.column);
}

Error NeverWrittenEncodings() {
  return {ErrorCode::kInternal,
          "the store holds encodings of a format that this program never wrote"};
}

// Appends the items of `array`, each of so many bytes, but for those numbered `left_out`.
void AppendOthers(std::string_view array, std::size_t item_bytes,
                  std::span<const std::uint32_t> left_out, std::string* out) {
  std::size_t from = 0;
  for (const std::uint32_t item : left_out) {
    out->append(array.substr(from, item * item_bytes - from));
    from = (item + 1) * item_bytes;
  }
  out->append(array.substr(from));
}

}  // namespace

std::uint16_t ColumnCount(const EncodingSet& set) {
  const std::size_t columns = 1 + set.filters.size() + set.tokens.size();
  MUSUBI_CHECK(columns <= std::numeric_limits<std::uint16_t>::max());
  return static_cast<std::uint16_t>(columns);
}

ChunkWalk::ChunkWalk(std::uint16_t columns, std::size_t records) : columns_(columns) {
  const std::size_t chunks = (records + kChunkRecords - 1) / kChunkRecords;
  MUSUBI_CHECK(chunks <= std::numeric_limits<std::uint32_t>::max());
  chunks_ = static_cast<std::uint32_t>(chunks);
  if (chunks_ == 0) place_.column = columns_;
}

void ChunkWalk::Next() {
  MUSUBI_CHECK(!done());
  if (++place_.chunk == chunks_) place_ = {static_cast<std::uint16_t>(place_.column + 1), 0};
}

std::string EncodeChunk(const EncodingSet& set, std::size_t base, const ChunkPlace& place) {
  const auto [first, count] = RowsOf(set, base, place);
  std::string out;
  out.reserve(ValueBytes(set, place, count));
  out.push_back(static_cast<char>(kValueVersion));
  if (place.column == kRefsColumn) {
    Append(&set.refs[first], count * RecordRef::kBytes, &out);
  } else if (place.column <= set.filters.size()) {
    const FilterColumn& filter = set.filters[place.column - 1U];
    Append(&filter.present[first], count, &out);
    for (std::size_t row = first; row < first + count; ++row) {
      Append(filter.bits.row(row).data(), RowBytes(filter), &out);
    }
  } else {
    const RowVector<BlockToken>& pass = set.tokens[place.column - 1U - set.filters.size()];
    Append(&pass[first], count * BlockToken::kBytes, &out);
  }
  return out;
}

Result<std::size_t> ChunkRows(std::string_view value, const EncodingSet& set,
                              std::uint16_t column) {
  const std::size_t bytes = RecordBytes(set, column);
  const std::size_t rows = value.empty() ? 0 : (value.size() - 1) / bytes;
  if (value.size() != 1 + rows * bytes || rows > kChunkRecords ||
      static_cast<std::uint8_t>(value[0]) != kValueVersion) {
    return NeverWrittenEncodings();
  }
  return rows;
}

std::string WithoutRows(std::string_view value, const EncodingSet& set, std::uint16_t column,
                        std::span<const std::uint32_t> rows) {
  const std::size_t count = (value.size() - 1) / RecordBytes(set, column);
  std::string out;
  out.reserve(value.size());
  out.push_back(value[0]);
  value.remove_prefix(1);
  if (IsFilter(set, column)) {
    AppendOthers(value.substr(0, count), 1, rows, &out);
    AppendOthers(value.substr(count), RowBytes(set.filters[column - 1U]), rows, &out);
  } else {
    AppendOthers(value, RecordRef::kBytes, rows, &out);
  }
  return out;
}

Status DecodeChunk(std::string_view value, const ChunkPlace& place, std::size_t base,
                   EncodingSet* set) {
  const auto [first, count] = RowsOf(*set, base, place);
  if (value.size() != ValueBytes(*set, place, count) ||
      static_cast<std::uint8_t>(value[0]) != kValueVersion) {
    return NeverWrittenEncodings();
  }
  value.remove_prefix(1);
  if (place.column == kRefsColumn) {
    Take(&set->refs[first], count * RecordRef::kBytes, &value);
  } else if (place.column <= set->filters.size()) {
    FilterColumn& filter = set->filters[place.column - 1U];
    Take(&filter.present[first], count, &value);
    for (std::size_t row = first; row < first + count; ++row) {
      Take(filter.bits.row(row).data(), RowBytes(filter), &value);
      filter.popcounts[row] = filter.bits.Popcount(row);
    }
  } else {
    RowVector<BlockToken>& pass = set->tokens[place.column - 1U - set->filters.size()];
    Take(&pass[first], count * BlockToken::kBytes, &value);
  }
  return {};
}

}  // namespace musubi::storage
