#include "engine/encode/columns.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>

#include "core/utf8.h"

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
  std::set<std::string> seen;
  for (const auto& [field, column] : renamed) {
    if (!seen.insert(field).second) {
      return Error{ErrorCode::kUsage, "--column names the field '" + field + "' twice"};
    }
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

namespace {

// The length of `text` without a code point that may go on behind its end.
std::size_t WholeCodePoints(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  for (std::size_t back = 1; back <= std::min(kLongest, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return text.size();
    if (byte >= 0xC0) return text.size() - back;
  }
  return text.size();  // no UTF-8 at all
}

}  // namespace

Result<identity::Charset> ChooseCharset(const std::filesystem::path& input,
                                        std::optional<identity::Charset> charset,
                                        const std::atomic<bool>* stop) {
  constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
  if (charset) return *charset;
  std::error_code error;
  if (std::filesystem::exists(input, error) && !std::filesystem::is_regular_file(input, error)) {
    return Error{ErrorCode::kUsage, input.string() +
                                        ": can be read only once, so name its charset: "
                                        "--charset utf-8 or cp932"};
  }
  if (input == "-") {
    return Error{ErrorCode::kUsage, "name the charset of standard input: --charset utf-8 or cp932"};
  }
  std::ifstream file(input, std::ios::binary);
  if (!file) return Error{ErrorCode::kNoInput, "cannot open " + input.string()};
  std::string text;
  while (file) {
    if (stop != nullptr && *stop) return Interrupted();
    const std::size_t kept = text.size();  // of a code point that the chunk before cut
    text.resize(kept + kChunkBytes);
    file.read(text.data() + kept, static_cast<std::streamsize>(kChunkBytes));
    text.resize(kept + static_cast<std::size_t>(file.gcount()));
    const std::size_t whole = file.eof() ? text.size() : WholeCodePoints(text);
    if (!IsValidUtf8(std::string_view(text).substr(0, whole))) {
      return identity::Charset::kCp932;
    }
    text.erase(0, whole);
  }
  if (file.bad()) return Error{ErrorCode::kIo, "cannot read " + input.string()};
  return identity::Charset::kUtf8;
}

}  // namespace musubi::engine
