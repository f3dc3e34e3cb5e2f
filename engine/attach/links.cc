#include "engine/attach/links.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/ids.h"
#include "core/project_id.h"
#include "storage/csv_table.h"
#include "storage/suppressed_ids.h"

namespace musubi::engine {

using storage::CsvRow;
using storage::CsvTable;
using storage::SuppressedIds;

namespace {

struct Mapped {
  RecordRef ref;
  std::string project_id;
  std::uint64_t row = 0;  // in the map
  bool used = false;
};

Result<CsvTable> OpenMapTable(MapTable map) {
  static constexpr std::string_view kColumns[] = {"record_ref", "project_id"};
  if (map.opened) return CsvTable::Take(std::move(*map.opened), map.file, kColumns);
  return CsvTable::Open(map.file, kColumns);
}

// The map, ordered by reference.
Result<std::vector<Mapped>> ReadMap(MapTable source) {
  const std::filesystem::path file = source.file;
  const std::optional<std::uint64_t> rows = source.rows;
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, OpenMapTable(std::move(source)));
  std::vector<Mapped> map;
  CsvRow row;
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) break;
    const auto ref = ParseId<RecordRef>(row[0]);
    if (!ref) return table.Bad(row, "record_ref", "is not a record reference");
    if (!IsProjectId(row[1])) return table.Bad(row, "project_id", "is not a project id");
    map.push_back({*ref, std::string(row[1]), row.number(), false});
  }
  if (rows && map.size() != *rows) {
    return Error{ErrorCode::kBadData, file.string() + ": its rows are not as many as it says"};
  }
  std::ranges::sort(map, {}, &Mapped::ref);
  const auto repeat = std::ranges::adjacent_find(map, {}, &Mapped::ref);
  if (repeat != map.end()) {
    return Error{ErrorCode::kBadData, file.string() + ": row " + std::to_string(repeat->row) +
                                          ", column record_ref: stands in another row too"};
  }
  return map;
}

// Joins one references file to the map.
Status Join(const std::filesystem::path& refs, const SuppressedIds& without,
            std::vector<Mapped>* map, JoinedLinks* joined) {
  static constexpr std::string_view kColumns[] = {"record_ref", "holder", "local_id"};
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(refs, kColumns));
  CsvRow row;
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) return {};
    const auto ref = ParseId<RecordRef>(row[0]);
    if (!ref) return table.Bad(row, "record_ref", "is not a record reference");
    const auto found = std::ranges::lower_bound(*map, *ref, {}, &Mapped::ref);
    if (found == map->end() || found->ref != *ref) {
      ++joined->unmapped;
      continue;
    }
    if (found->used) return table.Bad(row, "record_ref", "stands in an earlier row too");
    found->used = true;
    if (without.Contains(row[2])) {
      ++joined->left_out;
      continue;
    }
    joined->links.push_back({found->project_id, std::string(row[1]), std::string(row[2])});
  }
}

}  // namespace

Result<JoinedLinks> JoinLinks(MapTable map, const OwnRecords& own, const ExecContext& context) {
  const std::filesystem::path file = map.file;
  SuppressedIds without;
  if (!own.without.empty()) {
    MUSUBI_ASSIGN_OR_RETURN(without, SuppressedIds::Load(own.without));
  }
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Mapped> mapped, ReadMap(std::move(map)));
  JoinedLinks joined;
  for (const std::filesystem::path& some : own.refs) {
    MUSUBI_RETURN_IF_ERROR(Join(some, without, &mapped, &joined));
  }
  const auto unknown = std::ranges::find(mapped, false, &Mapped::used);
  if (unknown != mapped.end()) {
    return Error{ErrorCode::kBadData,
                 file.string() + ": row " + std::to_string(unknown->row) +
                     ", column record_ref: is in no references file; give that "
                     "of every encoding this holder sent"};
  }
  if (context.stopped()) return Interrupted();
  std::ranges::sort(joined.links);
  return joined;
}

}  // namespace musubi::engine
