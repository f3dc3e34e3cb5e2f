#include "engine/encode/columns.h"

#include <algorithm>
#include <fstream>

#include "identity/utf8.h"

namespace musubi::engine {

Status DecodeColumns(const std::filesystem::path& input, identity::Charset charset,
                     storage::CsvReader* reader) {
  MUSUBI_ASSIGN_OR_RETURN(auto decoder, identity::Decoder::Open(charset));
  std::vector<std::string> names;
  for (const std::string& raw : reader->columns()) {
    std::string& name = names.emplace_back();
    if (!decoder.Decode(raw, &name)) {
      return Error{ErrorCode::kBadData,
                   input.string() + ": row 1, column " + std::to_string(names.size()) +
                       ": the name is not valid in the charset given; see --charset"};
    }
  }
  return reader->RenameColumns(std::move(names));
}

Result<ColumnPlan> PlanColumns(const Contract& contract, const ColumnNames& renamed,
                               const std::string& id_column, const storage::CsvReader& reader) {
  ColumnPlan plan;
  plan.names = reader.columns();
  if (!id_column.empty()) {
    MUSUBI_ASSIGN_OR_RETURN(plan.id, reader.ColumnIndex(id_column));
  }
  for (const auto& [field, column] : renamed) {
    const bool known = std::ranges::any_of(
        contract.fields(), [&name = field](const Field& f) { return f.name == name; });
    if (!known) {
      return Error{ErrorCode::kUsage,
                   "--column names '" + field + "', which is no field of the contract"};
    }
  }
  for (const Field& field : contract.fields()) {
    std::vector<std::string> columns = field.columns;
    for (const auto& [name, column] : renamed) {
      if (name == field.name) columns = {column};
    }
    std::vector<std::size_t>& indices = plan.fields.emplace_back();
    for (const std::string& column : columns) {
      MUSUBI_ASSIGN_OR_RETURN(const std::size_t index, reader.ColumnIndex(column));
      indices.push_back(index);
    }
  }
  return plan;
}

Result<identity::Charset> ChooseCharset(const std::filesystem::path& input,
                                        std::optional<identity::Charset> charset) {
  if (charset) return *charset;
  if (input == "-") {
    return Error{ErrorCode::kUsage, "name the charset of standard input: --charset utf-8 or cp932"};
  }
  std::ifstream file(input, std::ios::binary);
  if (!file) return Error{ErrorCode::kNoInput, "cannot open " + input.string()};
  for (std::string line; std::getline(file, line);) {
    if (!identity::IsValidUtf8(line)) return identity::Charset::kCp932;
  }
  return identity::Charset::kUtf8;
}

}  // namespace musubi::engine
