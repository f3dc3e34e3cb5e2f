#include "engine/attach/attach.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/project_id.h"
#include "storage/csv_table.h"

namespace musubi::engine {

using storage::CsvRow;
using storage::CsvTable;

namespace {

constexpr unsigned kPrivateMode = 0600;

struct Mapped {
  RecordRef ref;
  std::string project_id;
  std::uint64_t row = 0;  // in the map
  bool used = false;
};

struct Link {
  std::string project_id;
  std::string holder;
  std::string local_id;

  auto operator<=>(const Link&) const = default;
};

// The map, ordered by reference.
Result<std::vector<Mapped>> ReadMap(const std::filesystem::path& file) {
  static constexpr std::string_view kColumns[] = {"record_ref", "project_id"};
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(file, kColumns));
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
  std::ranges::sort(map, {}, &Mapped::ref);
  const auto repeat = std::ranges::adjacent_find(map, {}, &Mapped::ref);
  if (repeat != map.end()) {
    return Error{ErrorCode::kBadData, file.string() + ": row " + std::to_string(repeat->row) +
                                          ", column record_ref: stands in another row too"};
  }
  return map;
}

// Joins the references file to the map.
Result<std::vector<Link>> Join(const std::filesystem::path& refs, std::vector<Mapped>* map,
                               AttachReceipt* receipt) {
  static constexpr std::string_view kColumns[] = {"record_ref", "holder", "local_id"};
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(refs, kColumns));
  std::vector<Link> links;
  CsvRow row;
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) break;
    const auto ref = ParseId<RecordRef>(row[0]);
    if (!ref) return table.Bad(row, "record_ref", "is not a record reference");
    const auto found = std::ranges::lower_bound(*map, *ref, {}, &Mapped::ref);
    if (found == map->end() || found->ref != *ref) {
      ++receipt->unmapped;
      continue;
    }
    if (found->used) return table.Bad(row, "record_ref", "stands in an earlier row too");
    found->used = true;
    links.push_back({found->project_id, std::string(row[1]), std::string(row[2])});
  }
  return links;
}

Status WriteLinks(const std::vector<Link>& links, storage::AtomicFile* output) {
  MUSUBI_RETURN_IF_ERROR(output->Write(std::string_view("project_id,holder,local_id\n")));
  std::string line;
  for (const Link& link : links) {
    line = link.project_id + ',';
    storage::AppendCsvCell(link.holder, &line);
    line += ',';
    storage::AppendCsvCell(link.local_id, &line);
    line += '\n';
    MUSUBI_RETURN_IF_ERROR(output->Write(line));
  }
  return output->Commit();
}

}  // namespace

Result<AttachReceipt> Attach(const std::filesystem::path& map_file,
                             const std::vector<std::filesystem::path>& refs,
                             const std::filesystem::path& output, storage::Overwrite overwrite,
                             const ExecContext& context) {
  context.Stage("attach");
  AttachReceipt receipt;
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Mapped> map, ReadMap(map_file));
  std::vector<Link> links;
  for (const std::filesystem::path& file : refs) {
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<Link> some, Join(file, &map, &receipt));
    links.insert(links.end(), some.begin(), some.end());
  }
  const auto unknown = std::ranges::find(map, false, &Mapped::used);
  if (unknown != map.end()) {
    return Error{ErrorCode::kBadData,
                 map_file.string() + ": row " + std::to_string(unknown->row) +
                     ", column record_ref: is in no references file; give that "
                     "of every encoding this holder sent"};
  }
  if (context.stopped()) return Interrupted();
  // Ordered by project id, which is random: the order of the holder's file does not show.
  std::ranges::sort(links);
  receipt.records = links.size();
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (i == 0 || links[i].project_id != links[i - 1].project_id) ++receipt.persons;
  }
  MUSUBI_ASSIGN_OR_RETURN(auto file, storage::AtomicFile::Create(output, overwrite, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(WriteLinks(links, &file));
  return receipt;
}

}  // namespace musubi::engine
