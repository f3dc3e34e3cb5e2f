#include "engine/log/log_files.h"

#include <utility>

#include "core/check.h"
#include "storage/atomic_folder.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::LogHead;

namespace {

constexpr unsigned kPublicMode = 0644;

Status WriteLines(storage::LinkStore* store, const std::filesystem::path& file,
                  const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile lines,
                          AtomicFile::Create(file, storage::Overwrite::kRefuse, kPublicMode));
  const auto write = [&](std::string_view line, const storage::LogEntry& entry) -> Status {
    if (context.stopped()) return Interrupted();
    context.Progress(entry.number);
    return lines.Write(std::string(line) + "\n");
  };
  MUSUBI_RETURN_IF_ERROR(store->VisitLog(write));
  return lines.Commit();
}

Status WriteText(const std::filesystem::path& file, std::string_view text) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile output,
                          AtomicFile::Create(file, storage::Overwrite::kRefuse, kPublicMode));
  MUSUBI_RETURN_IF_ERROR(output.Write(text));
  return output.Commit();
}

}  // namespace

Result<LogHead> HeadOf(storage::LinkStore* store, const crypto::Identity& unit,
                       const ExecContext& context) {
  MUSUBI_CHECK(context.clock != nullptr);
  LogHead head;
  head.entries = store->log().size();
  head.root = store->log().tree.Root();
  head.last = store->log().last;
  MUSUBI_ASSIGN_OR_RETURN(head.state, store->StateDigest());
  head.contract = crypto::FingerprintOf(store->contract());
  head.unit = unit.certificate().fingerprint();
  head.time = context.clock->UnixSeconds();
  return head;
}

Result<LogHead> ExportLog(storage::LinkStore* store, const std::filesystem::path& folder,
                          const crypto::Identity& unit, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const LogHead head, HeadOf(store, unit, context));
  MUSUBI_ASSIGN_OR_RETURN(const std::string signed_head, storage::SignedHead(head, unit));
  context.Stage("log", head.entries);
  MUSUBI_ASSIGN_OR_RETURN(auto output, storage::AtomicFolder::Create(folder));
  MUSUBI_RETURN_IF_ERROR(WriteLines(store, output.path() / kLinesFile, context));
  MUSUBI_RETURN_IF_ERROR(WriteText(output.path() / kHeadFile, signed_head));
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  return head;
}

}  // namespace musubi::engine
