// CSV files of our own formats: a header that is checked, and nothing left unchecked.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "core/result.h"
#include "storage/csv_reader.h"

namespace musubi::storage {

// Reads rows that all have as many cells as the header.
//
// Threads: one at a time.
class CsvTable {
 public:
  // Opens a file whose columns must be exactly `columns`.
  //
  // Errors: those of CsvReader::Open; kBadData  other columns: the message gives those expected
  static Result<CsvTable> Open(const std::filesystem::path& file,
                               std::span<const std::string_view> columns);

  // Likewise an open file, from where it stands; `file` is what messages call it.
  static Result<CsvTable> Take(FileDescriptor fd, const std::filesystem::path& file,
                               std::span<const std::string_view> columns);

  // Opens a file of any columns: ColumnIndex tells where those needed are.
  //
  // Errors: those of CsvReader::Open
  static Result<CsvTable> OpenAny(const std::filesystem::path& file);

  // Errors: those of CsvReader::ColumnIndex
  Result<std::size_t> ColumnIndex(std::string_view name) const { return reader_.ColumnIndex(name); }

  // Reads the next row; false at the end.
  //
  // Errors: those of CsvReader::Next; kBadData  another number of cells
  Result<bool> Next(CsvRow* row);

  // A kBadData error about `row`, with file, row and column.
  Error Bad(const CsvRow& row, std::string_view column, std::string_view what) const;

 private:
  static Result<CsvTable> Checked(const std::filesystem::path& file, CsvReader reader,
                                  std::span<const std::string_view> columns);

  CsvTable(std::filesystem::path file, CsvReader reader)
      : file_(std::move(file)), reader_(std::move(reader)) {}

  std::filesystem::path file_;
  CsvReader reader_;
};

}  // namespace musubi::storage
