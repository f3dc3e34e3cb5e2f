#include "engine/suppress/suppress.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/blanks.h"
#include "storage/csv_table.h"
#include "storage/sealed_package.h"
#include "storage/suppressed_ids.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::CsvRow;
using storage::CsvTable;
using storage::SuppressedIds;
using storage::WithdrawalAction;
using storage::WithdrawalRequest;

namespace {

constexpr unsigned kPrivateMode = 0600;
constexpr unsigned kPublicMode = 0644;

// An id of the holder's, as the file of ids has it.
struct Leaving {
  std::uint64_t row = 0;
  bool found = false;
};
using LeavingById = std::map<std::string, Leaving, std::less<>>;

Result<LeavingById> ReadIds(const SuppressRequest& request) {
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::OpenAny(request.ids));
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t column, table.ColumnIndex(request.id_column));
  LeavingById ids;
  CsvRow row;
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) break;
    const std::string_view id = TrimBlanks(row[column]);
    if (id.empty()) return table.Bad(row, request.id_column, "is empty");
    if (!ids.emplace(id, Leaving{row.number()}).second) {
      return table.Bad(row, request.id_column, "stands in an earlier row too");
    }
  }
  if (!ids.empty()) return ids;
  return Error{ErrorCode::kBadData, request.ids.string() + ": names nobody"};
}

// Appends the references that a references file has of `*ids`.
Status FindRefs(const std::filesystem::path& file, const std::string& holder, LeavingById* ids,
                std::vector<RecordRef>* refs) {
  static constexpr std::string_view kColumns[] = {"record_ref", "holder", "local_id"};
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(file, kColumns));
  CsvRow row;
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) return {};
    const auto ref = ParseId<RecordRef>(row[0]);
    if (!ref) return table.Bad(row, "record_ref", "is not a record reference");
    if (row[1] != holder) {
      return table.Bad(row, "holder", "is not the holder whose certificate signs");
    }
    const auto leaving = ids->find(row[2]);
    if (leaving == ids->end()) continue;
    leaving->second.found = true;
    refs->push_back(*ref);
  }
}

// The references of all ids, ascending.
Result<std::vector<RecordRef>> RefsOf(const SuppressRequest& request, LeavingById* ids) {
  const std::string& holder = request.sender->certificate().name();
  std::vector<RecordRef> refs;
  for (const std::filesystem::path& file : request.refs) {
    MUSUBI_RETURN_IF_ERROR(FindRefs(file, holder, ids, &refs));
  }
  const Leaving* unknown = nullptr;
  for (const auto& [id, leaving] : *ids) {
    if (leaving.found || (unknown != nullptr && unknown->row < leaving.row)) continue;
    unknown = &leaving;
  }
  if (unknown != nullptr) {
    return Error{ErrorCode::kBadData, request.ids.string() + ": row " +
                                          std::to_string(unknown->row) + ", column " +
                                          request.id_column +
                                          ": is in none of the references files; name those of "
                                          "every encoding that the unit has"};
  }
  std::ranges::sort(refs);
  const auto repeats = std::ranges::unique(refs);
  refs.erase(repeats.begin(), repeats.end());
  if (refs.size() <= storage::kMaxWithdrawn) return refs;
  return Error{ErrorCode::kUsage, "one request names up to " +
                                      std::to_string(storage::kMaxWithdrawn) +
                                      " records; make several"};
}

Result<SuppressedIds> LoadOrNone(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return SuppressedIds();
  return SuppressedIds::Load(file);
}

// The list as it is to be afterwards; none where it does not change.
Result<std::optional<SuppressedIds>> ListAfter(const SuppressRequest& request,
                                               const WithdrawalRequest& asked,
                                               const LeavingById& ids) {
  if (request.suppressed.empty() || !asked.project.empty()) {
    return std::optional<SuppressedIds>();
  }
  MUSUBI_ASSIGN_OR_RETURN(SuppressedIds list, LoadOrNone(request.suppressed));
  if (asked.action == WithdrawalAction::kReinstate && list.Remove(asked.reinstates) == 0) {
    return Error{ErrorCode::kBadData, request.suppressed.string() +
                                          ": has no id of the withdrawal " +
                                          ToHex(asked.reinstates) +
                                          "; where it was for one project alone, leave "
                                          "--suppressed out"};
  }
  for (const auto& [id, leaving] : ids) list.Add(id, asked.id);
  return std::optional<SuppressedIds>(std::move(list));
}

// What goes to the unit.
Result<WithdrawalRequest> RequestOf(const SuppressRequest& request, LeavingById* ids,
                                    const ExecContext& context) {
  WithdrawalRequest asked;
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(asked.id.bytes));
  asked.holder = request.sender->certificate().name();
  asked.by = request.by;
  asked.made = context.clock->UnixSeconds();
  asked.project = request.project;
  asked.reinstates = request.reinstates;
  if (!asked.reinstates.is_none()) {
    asked.action = WithdrawalAction::kReinstate;
    return asked;
  }
  MUSUBI_ASSIGN_OR_RETURN(*ids, ReadIds(request));
  MUSUBI_ASSIGN_OR_RETURN(asked.records, RefsOf(request, ids));
  return asked;
}

Status Seal(const SuppressRequest& request, const WithdrawalRequest& asked, AtomicFile* out,
            const ExecContext& context) {
  const std::string text = storage::WithdrawalText(asked);
  storage::PackageRequest package;
  package.kind = storage::PackageKind::kWithdrawal;
  package.contract = request.contract;
  package.sender = request.sender;
  package.recipient = request.recipient;
  package.folder = request.output.parent_path();
  MUSUBI_ASSIGN_OR_RETURN(auto writer, storage::PackageWriter::Create(package, context));
  MUSUBI_RETURN_IF_ERROR(
      writer.Write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  MUSUBI_ASSIGN_OR_RETURN(const auto manifest, writer.Finish(out));
  return out->Sync();
}

}  // namespace

Result<SuppressReceipt> Suppress(const SuppressRequest& request, const ExecContext& context) {
  context.Stage("withdraw");
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile output,
                          AtomicFile::Create(request.output, request.overwrite, kPublicMode));
  LeavingById ids;
  MUSUBI_ASSIGN_OR_RETURN(const WithdrawalRequest asked, RequestOf(request, &ids, context));
  MUSUBI_ASSIGN_OR_RETURN(const auto list, ListAfter(request, asked, ids));
  MUSUBI_RETURN_IF_ERROR(Seal(request, asked, &output, context));
  if (context.stopped()) return Interrupted();
  if (list) {
    MUSUBI_ASSIGN_OR_RETURN(
        AtomicFile file,
        AtomicFile::Create(request.suppressed, storage::Overwrite::kReplace, kPrivateMode));
    MUSUBI_RETURN_IF_ERROR(list->Write(&file));
    MUSUBI_RETURN_IF_ERROR(file.Commit());
  }
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  return SuppressReceipt{asked.id, ids.size(), asked.records.size(), list ? list->size() : 0};
}

}  // namespace musubi::engine
