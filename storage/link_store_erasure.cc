// LinkStore: how records are erased from data sets and members.

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "storage/encoding_chunks.h"
#include "storage/link_run.h"
#include "storage/link_store_state.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

std::uint64_t CountOf(const ErasedRows& rows) {
  std::uint64_t count = 0;
  for (const auto& [chunk, of_chunk] : rows) count += of_chunk.size();
  return count;
}

// How many of some rows of a filter's chunk have the filter.
std::uint64_t PresentIn(std::string_view value, std::span<const std::uint32_t> rows) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(rows, [value](std::uint32_t row) { return value[1 + row] != 0; }));
}

}  // namespace

Result<ErasedRows> LinkStore::State::FindRows(const DatasetInfo& dataset, std::uint16_t refs_column,
                                              std::span<const RecordRef> refs) const {
  ErasedRows rows;
  auto next = refs.begin();
  const auto visit = [&](const RecordsColumn& column) -> Status {
    const auto& chunk = column.records.refs;
    for (std::uint32_t row = 0; row < chunk.size(); ++row) {
      while (next != refs.end() && *next < chunk[row]) ++next;
      if (next != refs.end() && *next == chunk[row]) rows[column.chunk].push_back(row);
    }
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(VisitColumn(dataset, refs_column, visit));
  return rows;
}

// Column after column, so that rows come in the order of their keys.
Status LinkStore::State::EraseRows(const ErasedRows& rows, std::uint16_t first_column,
                                   DatasetInfo* dataset, Erasure* erasure) const {
  if (rows.empty()) return {};
  const EncodingSet shape = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  for (std::uint16_t content = 0; content < ColumnCount(shape); ++content) {
    const auto column = static_cast<std::uint16_t>(first_column + content);
    const bool counts = first_column == 0 && content >= 1 && content <= shape.filters.size();
    for (const auto& [chunk, of_chunk] : rows) {
      const std::string key = ChunkKey(dataset->id, column, chunk);
      std::string left;
      const auto read = [&, &erased = of_chunk](std::string_view value) -> Status {
        MUSUBI_ASSIGN_OR_RETURN(const std::size_t count, ChunkRows(value, shape, content));
        if (erased.back() >= count) return LostRows("encoding");
        if (counts) dataset->present[content - 1U] -= PresentIn(value, erased);
        left = WithoutRows(value, shape, content, erased);
        return {};
      };
      MUSUBI_ASSIGN_OR_RETURN(const bool found, rocks.Read(Family::kEncodings, key, read));
      if (!found) return LostRows("encoding");
      MUSUBI_RETURN_IF_ERROR(erasure->change->Put(Family::kEncodings, key, left));
    }
    erasure->chunks.push_back({ChunkKey(dataset->id, column, rows.begin()->first),
                               ChunkKey(dataset->id, column, rows.rbegin()->first)});
  }
  return {};
}

Status LinkStore::State::EraseEncodings(std::span<const RecordRef> refs, Erasure* erasure) const {
  const std::uint16_t columns =
      ColumnCount(MakeEncodingSet(contract.filter_bits(), contract.token_count()));
  MUSUBI_ASSIGN_OR_RETURN(std::vector<DatasetInfo> datasets, ReadDatasets());
  for (DatasetInfo& dataset : datasets) {
    MUSUBI_ASSIGN_OR_RETURN(const ErasedRows rows, FindRows(dataset, kRefsColumn, refs));
    if (rows.empty()) continue;
    MUSUBI_ASSIGN_OR_RETURN(const ErasedRows copies, FindRows(dataset, columns, refs));
    MUSUBI_RETURN_IF_ERROR(EraseRows(rows, 0, &dataset, erasure));
    MUSUBI_RETURN_IF_ERROR(EraseRows(copies, columns, &dataset, erasure));
    dataset.manifest.records -= CountOf(rows);
    dataset.manifest.planted -= CountOf(copies);
    erasure->records += CountOf(rows);
    MUSUBI_RETURN_IF_ERROR(
        erasure->change->Put(Family::kDatasets, DatasetKey(dataset.id), EncodeDataset(dataset)));
  }
  return {};
}

Status LinkStore::State::EraseRecords(std::span<const RecordRef> refs, Erasure* erasure) const {
  if (refs.empty()) return {};
  MUSUBI_RETURN_IF_ERROR(EraseEncodings(refs, erasure));
  if (erasure->records != refs.size()) {
    return Error{ErrorCode::kInternal,
                 "a withdrawal that breaks its rules was not committed: it erases a record that "
                 "the store does not have"};
  }
  return EraseMembers(refs, erasure);
}

Status LinkStore::State::EraseMembers(std::span<const RecordRef> refs, Erasure* erasure) const {
  for (const RecordRef& ref : refs) {
    MUSUBI_ASSIGN_OR_RETURN(
        const bool found,
        rocks.Read(Family::kMembers, IdBytes(ref), [](std::string_view) -> Status { return {}; }));
    if (!found) continue;
    MUSUBI_RETURN_IF_ERROR(erasure->change->Remove(Family::kMembers, IdBytes(ref)));
    ++erasure->members;
  }
  return {};
}

Status LinkStore::State::CommitErasure(const Erasure& erasure, const StoreHead& next,
                                       LogEvent event, const ExecContext& context) {
  std::error_code ignored;  // where it stays, the next Open rewrites for nothing
  // Before the change: a kill between the change and the rewriting must not be forgotten.
  const Status marked = WriteStoreFile(folder / kErasingFile, "");
  if (!marked.ok()) return NothingChanged(marked.error());
  const Status made = Commit(erasure.change, next, std::move(event), context);
  if (!made.ok()) {
    if (!failed) fs::remove(folder / kErasingFile, ignored);
    return made;
  }
  const Status erased = EraseBytes(erasure.chunks);
  if (erased.ok()) return {};
  failed = true;
  return Error{erased.error().code,
               erased.error().message +
                   "; the records are withdrawn, but not all their bytes are erased yet: give the "
                   "command again"};
}

Status LinkStore::State::EraseBytes(const std::vector<KeyRange>& chunks) {
  MUSUBI_RETURN_IF_ERROR(rocks.Flush());
  for (const KeyRange& range : chunks) {
    MUSUBI_RETURN_IF_ERROR(rocks.Rewrite(Family::kEncodings, range.first, range.last));
  }
  if (chunks.empty()) MUSUBI_RETURN_IF_ERROR(rocks.Rewrite(Family::kEncodings));
  MUSUBI_RETURN_IF_ERROR(rocks.Rewrite(Family::kMembers));
  MUSUBI_RETURN_IF_ERROR(rocks.Rewrite(Family::kEvents));
  MUSUBI_RETURN_IF_ERROR(rocks.Reopen());
  LinkRun::Remove(folder / kRunFolder);
  std::error_code error;
  fs::remove(folder / kErasingFile, error);
  if (!error) return {};
  return Error{ErrorCode::kIo, "cannot remove " + (folder / kErasingFile).string() + ": " +
                                   error.message() + "; open the store again"};
}

}  // namespace musubi::storage
