#include "storage/csv_table.h"

#include <algorithm>
#include <string>

namespace musubi::storage {

Result<CsvTable> CsvTable::Open(const std::filesystem::path& file,
                                std::span<const std::string_view> columns) {
  MUSUBI_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(file));
  return Checked(file, std::move(reader), columns);
}

Result<CsvTable> CsvTable::Take(FileDescriptor fd, const std::filesystem::path& file,
                                std::span<const std::string_view> columns) {
  MUSUBI_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Take(std::move(fd), file));
  return Checked(file, std::move(reader), columns);
}

Result<CsvTable> CsvTable::Checked(const std::filesystem::path& file, CsvReader reader,
                                   std::span<const std::string_view> columns) {
  if (!std::ranges::equal(reader.columns(), columns)) {
    std::string expected;
    for (const std::string_view column : columns) {
      expected += (expected.empty() ? "" : ",") + std::string(column);
    }
    return Error{ErrorCode::kBadData, file.string() + ": its columns must be " + expected};
  }
  return CsvTable(file, std::move(reader));
}

Result<CsvTable> CsvTable::OpenAny(const std::filesystem::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(file));
  return CsvTable(file, std::move(reader));
}

Result<bool> CsvTable::Next(CsvRow* row) {
  MUSUBI_ASSIGN_OR_RETURN(const bool more, reader_.Next(row));
  if (more && row->size() != reader_.columns().size()) {
    return Error{ErrorCode::kBadData, file_.string() + ": row " + std::to_string(row->number()) +
                                          " has " + std::to_string(row->size()) +
                                          " cells, the header has " +
                                          std::to_string(reader_.columns().size())};
  }
  return more;
}

Error CsvTable::Bad(const CsvRow& row, std::string_view column, std::string_view what) const {
  return {ErrorCode::kBadData, file_.string() + ": row " + std::to_string(row.number()) +
                                   ", column " + std::string(column) + ": " + std::string(what)};
}

}  // namespace musubi::storage
