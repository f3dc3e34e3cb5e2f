// CSV files of our own formats: an exact header and nothing left unchecked.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "core/result.h"
#include "storage/csv_reader.h"

namespace musubi::storage {

// Reads rows of a file whose columns must be exactly `columns`.
//
// Threads: one at a time.
class CsvTable {
 public:
  // Errors: those of CsvReader::Open; kBadData  other columns: the message gives those expected
  static Result<CsvTable> Open(const std::filesystem::path& file,
                               std::span<const std::string_view> columns);

  // Reads the next row; false at the end.
  //
  // Errors: those of CsvReader::Next; kBadData  another number of cells
  Result<bool> Next(CsvRow* row);

  // A kBadData error about `row`, with file, row and column.
  Error Bad(const CsvRow& row, std::string_view column, std::string_view what) const;

 private:
  CsvTable(std::filesystem::path file, CsvReader reader)
      : file_(std::move(file)), reader_(std::move(reader)) {}

  std::filesystem::path file_;
  CsvReader reader_;
};

}  // namespace musubi::storage
