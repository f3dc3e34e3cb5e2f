#include "engine/attach/payload_rows.h"

#include <algorithm>
#include <utility>

namespace musubi::engine {

namespace {

// Sorts the file's columns into those that are kept, and the others; returns where the kept ones
// are, in the order of rows->variables.
std::vector<std::size_t> ChooseColumns(const DecodedTable& table, std::size_t id,
                                       const std::vector<std::string>& approved,
                                       PayloadRows* rows) {
  std::vector<std::size_t> kept;
  const std::vector<std::string>& columns = table.columns();
  for (const std::string& variable : approved) {
    const auto column = std::ranges::find(columns, variable);
    if (column == columns.end()) {
      rows->lacking.push_back(variable);
      continue;
    }
    rows->variables.push_back(variable);
    kept.push_back(static_cast<std::size_t>(column - columns.begin()));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != id && std::ranges::count(kept, i) == 0) rows->left_out.push_back(columns[i]);
  }
  return kept;
}

}  // namespace

Error PayloadRows::Bad(std::size_t row, std::size_t variable, const std::string& what) const {
  return {ErrorCode::kBadData, file.string() + ": row " + std::to_string(rows[row].number) +
                                   ", column " + variables[variable] + ": " + what};
}

Result<LinkOfId> IndexLinks(const std::vector<Link>& links) {
  LinkOfId index;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto [other, is_new] = index.emplace(links[i].local_id, i);
    if (is_new || links[other->second].project_id == links[i].project_id) continue;
    return Error{ErrorCode::kBadData,
                 "the references files give one local id to two persons of the map, so that its "
                 "rows are of neither for certain; ask the unit to review these records"};
  }
  return index;
}

Result<PayloadRows> ReadPayload(DecodedTable table, const std::filesystem::path& file,
                                const std::string& id_column,
                                const std::vector<std::string>& approved, const LinkOfId& links,
                                const ExecContext& context) {
  PayloadRows rows;
  rows.file = file;
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t id, table.ColumnIndex(id_column));
  const std::vector<std::size_t> kept = ChooseColumns(table, id, approved, &rows);
  if (kept.empty()) {
    return Error{ErrorCode::kBadData,
                 file.string() + ": has none of the variables that are approved for this holder"};
  }
  while (true) {
    if (context.stopped()) return Interrupted();
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next());
    if (!more) break;
    const auto link = links.find(table.id(id));
    if (link == links.end()) {
      ++rows.dropped;
      continue;
    }
    rows.rows.push_back({table.number(), link->second});
    for (const std::size_t column : kept) {
      rows.cells.text() += table.cell(column);
      rows.cells.EndText();
    }
  }
  if (!rows.rows.empty() || rows.dropped == 0 || links.empty()) return rows;
  return Error{ErrorCode::kBadData, file.string() + ": column " + id_column +
                                        " holds the id of nobody in the map; name the column with "
                                        "your own ids"};
}

}  // namespace musubi::engine
