// A holder's own CSV file, read as UTF-8 row by row. Sees the holder's data, identifiers among it.
// Private to engine/attach.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/text_list.h"
#include "identity/charset.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

// Threads: one at a time.
class DecodedTable {
 public:
  // Errors: those of CsvReader::Open; kBadData  a column's name is not valid in the charset
  static Result<DecodedTable> Open(const std::filesystem::path& file, identity::Charset charset,
                                   const std::atomic<bool>* stop);

  const std::vector<std::string>& columns() const { return reader_.columns(); }

  // Errors: those of CsvReader::ColumnIndex
  Result<std::size_t> ColumnIndex(std::string_view name) const { return reader_.ColumnIndex(name); }

  // Reads the next row; false at the end.
  //
  // Errors: those of CsvReader::Next; kBadData  another number of cells than the header has, or a
  //         cell that is not valid in the charset
  Result<bool> Next();

  // Of the present row. Borrowed until the next.
  std::string_view cell(std::size_t column) const { return cells_[column]; }
  std::uint64_t number() const { return row_.number(); }

  // The present row's id in `column`, without blanks around it, as `encode` reads it.
  std::string_view id(std::size_t column) const;

  // A kBadData error about the row `number`, with file, row and column.
  Error Bad(std::uint64_t number, std::string_view column, std::string_view what) const;

 private:
  DecodedTable(std::filesystem::path file, storage::CsvReader reader, identity::Decoder decoder)
      : file_(std::move(file)), reader_(std::move(reader)), decoder_(std::move(decoder)) {}
  Status DecodeColumns();

  std::filesystem::path file_;
  storage::CsvReader reader_;
  identity::Decoder decoder_;
  storage::CsvRow row_;
  TextList cells_;
  std::string text_;
};

}  // namespace musubi::engine
