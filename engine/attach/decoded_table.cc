#include "engine/attach/decoded_table.h"

#include <utility>

#include "core/blanks.h"

namespace musubi::engine {

Result<DecodedTable> DecodedTable::Open(const std::filesystem::path& file,
                                        identity::Charset charset, const std::atomic<bool>* stop) {
  MUSUBI_ASSIGN_OR_RETURN(auto reader, storage::CsvReader::Open(file, stop));
  MUSUBI_ASSIGN_OR_RETURN(auto decoder, identity::Decoder::Open(charset));
  DecodedTable table(file, std::move(reader), std::move(decoder));
  MUSUBI_RETURN_IF_ERROR(table.DecodeColumns());
  return table;
}

Status DecodedTable::DecodeColumns() {
  std::vector<std::string> names;
  for (const std::string& raw : reader_.columns()) {
    if (!decoder_.Decode(raw, &names.emplace_back())) {
      return Bad(1, std::to_string(names.size()),
                 "the name is not valid in the charset given; see --charset");
    }
  }
  return reader_.RenameColumns(std::move(names));
}

Result<bool> DecodedTable::Next() {
  MUSUBI_ASSIGN_OR_RETURN(const bool more, reader_.Next(&row_));
  if (!more) return false;
  if (row_.size() != columns().size()) {
    return Error{ErrorCode::kBadData, file_.string() + ": row " + std::to_string(number()) +
                                          " has " + std::to_string(row_.size()) +
                                          " cells, the header has " +
                                          std::to_string(columns().size())};
  }
  cells_.Clear();
  for (std::size_t column = 0; column < row_.size(); ++column) {
    if (!decoder_.Decode(row_[column], &text_)) {
      return Bad(number(), columns()[column], "is not valid in the charset given; see --charset");
    }
    cells_.text() += text_;
    cells_.EndText();
  }
  return true;
}

std::string_view DecodedTable::id(std::size_t column) const { return TrimBlanks(cell(column)); }

Error DecodedTable::Bad(std::uint64_t number, std::string_view column,
                        std::string_view what) const {
  return {ErrorCode::kBadData, file_.string() + ": row " + std::to_string(number) + ", column " +
                                   std::string(column) + ": " + std::string(what)};
}

}  // namespace musubi::engine
