#include "engine/attach/attach.h"

#include <string>
#include <utility>

#include "engine/attach/links.h"
#include "storage/csv_reader.h"

namespace musubi::engine {

namespace {

constexpr unsigned kPrivateMode = 0600;

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

Result<AttachReceipt> Attach(MapTable map, const OwnRecords& own,
                             const std::filesystem::path& output, storage::Overwrite overwrite,
                             const ExecContext& context) {
  context.Stage("attach");
  MUSUBI_ASSIGN_OR_RETURN(const JoinedLinks joined, JoinLinks(std::move(map), own, context));
  const std::vector<Link>& links = joined.links;
  AttachReceipt receipt;
  receipt.records = links.size();
  receipt.unmapped = joined.unmapped;
  receipt.left_out = joined.left_out;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (i == 0 || links[i].project_id != links[i - 1].project_id) ++receipt.persons;
  }
  MUSUBI_ASSIGN_OR_RETURN(auto file, storage::AtomicFile::Create(output, overwrite, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(WriteLinks(links, &file));
  return receipt;
}

}  // namespace musubi::engine
