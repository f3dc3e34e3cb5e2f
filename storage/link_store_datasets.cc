// LinkStore: importing data sets and reading them back.

#include <algorithm>
#include <functional>
#include <utility>

#include "core/check.h"
#include "storage/encoding_chunks.h"
#include "storage/link_store_state.h"

namespace musubi::storage {

namespace {

// Whether the arrays are what ReadEncodingFile gives for `contract` and so many records.
bool HasShape(const EncodingSet& set, std::uint64_t records, const Contract& contract) {
  const std::vector<std::uint32_t> widths = contract.filter_bits();
  if (records != set.rows() || set.filters.size() != widths.size() ||
      set.tokens.size() != contract.token_count()) {
    return false;
  }
  for (std::size_t f = 0; f < widths.size(); ++f) {
    const FilterColumn& filter = set.filters[f];
    if (filter.bits.bits() != widths[f] || filter.bits.rows() != set.rows() ||
        filter.present.size() != set.rows()) {
      return false;
    }
  }
  const auto whole = [&set](const auto& pass) { return pass.size() == set.rows(); };
  const auto not_ascending = [](const RecordRef& a, const RecordRef& b) { return !(a < b); };
  return std::ranges::all_of(set.tokens, whole) &&
         std::ranges::adjacent_find(set.refs, not_ascending) == set.refs.end();
}

// Anything else is our bug.
bool HasShape(const EncodingFile& file, const Contract& contract) {
  if (!IsHolderName(file.manifest.holder)) return false;
  if (!HasShape(file.records, file.manifest.records, contract)) return false;
  if (file.manifest.planted == 0) return true;
  return HasShape(file.planted, file.manifest.planted, contract) &&
         std::ranges::includes(file.records.refs, file.planted.refs);
}

DatasetInfo Describe(std::uint32_t id, const EncodingFile& file) {
  DatasetInfo info;
  info.id = id;
  info.manifest = file.manifest;
  info.digest = file.digest;
  for (const FilterColumn& filter : file.records.filters) {
    info.present.push_back(
        static_cast<std::uint64_t>(std::ranges::count(filter.present, std::uint8_t{1})));
  }
  return info;
}

// Tells which audit passed, or which override let the encoding leave, and who signed that.
void AddClearance(const Cleared& cleared, LogEvent* event) {
  if (cleared.clearance.passed) {
    event->digests["audit"] = *cleared.clearance.passed;
    return;
  }
  const auto terms = ReadUnverifiedOverride(cleared.clearance.overrides.front(), "the override");
  MUSUBI_CHECK(terms.ok());  // it was verified
  event->digests["audit"] = terms.value().report;
  event->digests["override"] = DigestOf(terms.value());
  event->signers = cleared.signers;
}

LogEvent EventOf(const DatasetInfo& info, std::uint64_t epoch) {
  LogEvent event{LogKind::kImport};
  event.epoch = epoch;
  event.counts = {{"dataset", info.id},
                  {"records", info.manifest.records},
                  {"planted", info.manifest.planted},
                  {"sealed", info.cleared ? 1 : 0}};
  event.digests["file"] = info.digest;
  event.holders[info.manifest.holder] = info.manifest.records;
  if (info.cleared) AddClearance(*info.cleared, &event);
  return event;
}

std::string Named(const DatasetInfo& dataset) {
  return "data set " + std::to_string(dataset.id) + " of " + dataset.manifest.holder;
}

// The columns of planted copies are numbered behind those of the records.
std::string PlantedChunkKey(std::uint32_t dataset, std::uint16_t columns, const ChunkPlace& place) {
  return ChunkKey(dataset, static_cast<std::uint16_t>(columns + place.column), place.chunk);
}

// Adds a data set's rows. Its chunks are not digested: the data set's row has their file's digest.
Status PutDataset(const DatasetInfo& info, const EncodingFile& file, const ExecContext& context,
                  Change* change) {
  const EncodingSet& records = file.records;
  const std::uint16_t columns = ColumnCount(records);
  for (ChunkWalk walk(columns, records.rows()); !walk.done(); walk.Next()) {
    if (context.stopped()) return Interrupted();
    const ChunkPlace& at = walk.place();
    context.Progress((at.column * records.rows() + at.chunk * kChunkRecords) / columns);
    MUSUBI_RETURN_IF_ERROR(change->PutBulk(
        Family::kEncodings, ChunkKey(info.id, at.column, at.chunk), EncodeChunk(records, 0, at)));
  }
  for (ChunkWalk walk(columns, file.planted.rows()); !walk.done(); walk.Next()) {
    if (context.stopped()) return Interrupted();
    const ChunkPlace& at = walk.place();
    MUSUBI_RETURN_IF_ERROR(change->PutBulk(Family::kEncodings,
                                           PlantedChunkKey(info.id, columns, at),
                                           EncodeChunk(file.planted, 0, at)));
  }
  return change->Put(Family::kDatasets, DatasetKey(info.id), EncodeDataset(info));
}

}  // namespace

Status LinkStore::State::AdmitKeyCheck(const KeyCheck& check) const {
  if (!key_check || *key_check == check) return {};
  if (key_check->key != check.key) {
    return Error{ErrorCode::kRefused,
                 "the file was made with another linkage secret than the files in the store; have "
                 "its holder encode again with the study's secret"};
  }
  return Error{ErrorCode::kRefused,
               "the file was made by an encoder that turns the same text into other bits than that "
               "of the files in the store; have its holder encode again with the same version"};
}

Status LinkStore::State::AdmitBeside(const DatasetInfo& earlier, const EncodingFile& file) const {
  if (earlier.digest == file.digest) {
    return Error{ErrorCode::kExists, "the file is in the store already, as " + Named(earlier)};
  }
  if (earlier.manifest.holder == file.manifest.holder &&
      earlier.manifest.declares_duplicates != file.manifest.declares_duplicates) {
    return Error{ErrorCode::kRefused,
                 "the file declares duplicates otherwise than " + Named(earlier) +
                     "; have its holder encode again with the same declaration"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t shared,
                          CountRefs(earlier, file.records.refs, std::identity()));
  if (shared != 0) {
    return Error{ErrorCode::kExists, std::to_string(shared) + " of the file's " +
                                         std::to_string(file.records.rows()) +
                                         " references are in the store already, in " +
                                         Named(earlier) + "; import only new records"};
  }
  return {};
}

Status LinkStore::State::Admit(const EncodingFile& file) const {
  if (file.manifest.contract != fingerprint) {
    return Error{ErrorCode::kContract,
                 "the file was made for contract " + crypto::ToHex(file.manifest.contract) +
                     ", the store for contract " + crypto::ToHex(fingerprint)};
  }
  MUSUBI_RETURN_IF_ERROR(AdmitKeyCheck(file.manifest.key_check));
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, ReadDatasets());
  for (const DatasetInfo& earlier : datasets) {
    MUSUBI_RETURN_IF_ERROR(AdmitBeside(earlier, file));
  }
  return {};
}

Result<std::vector<DatasetInfo>> LinkStore::State::ReadDatasets() const {
  std::vector<DatasetInfo> datasets;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(DatasetInfo info, DecodeDataset(key, value));
    if (info.id != datasets.size() + 1) return LostRows("data set");
    info.manifest.contract = fingerprint;
    if (key_check) info.manifest.key_check = *key_check;
    datasets.push_back(std::move(info));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(rocks.Scan(Family::kDatasets, "", visit));
  if (datasets.size() != head.datasets) return LostRows("data set");
  return datasets;
}

Status LinkStore::State::VisitColumn(const DatasetInfo& dataset, std::uint16_t column,
                                     const ColumnVisitor& visit) const {
  EncodingSet rows = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  // Those of planted copies lie behind those of the records.
  const std::uint16_t columns = ColumnCount(rows);
  MUSUBI_CHECK(column < 2 * columns);
  const auto content = static_cast<std::uint16_t>(column % columns);
  const std::uint64_t records =
      column < columns ? dataset.manifest.records : dataset.manifest.planted;
  std::uint64_t first = 0;
  std::uint32_t number = 0;
  const auto visit_row = [&](std::string_view key, std::string_view value) -> Status {
    if (key != ChunkKey(dataset.id, column, number)) return LostRows("encoding");
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t count, ChunkRows(value, rows, content));
    if (count > records - first) return LostRows("encoding");
    const std::uint32_t chunk = number++;
    if (count == 0) return {};
    rows.Resize(count);
    MUSUBI_RETURN_IF_ERROR(DecodeChunk(value, {content, 0}, 0, &rows));
    MUSUBI_RETURN_IF_ERROR(visit({content, first, rows, chunk}));
    first += count;
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(rocks.Scan(Family::kEncodings, ColumnKey(dataset.id, column), visit_row));
  if (first != records) return LostRows("encoding");
  return {};
}

Status LinkStore::AdmitPackage(const PackageId& package) const {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  std::uint32_t dataset = 0;
  MUSUBI_ASSIGN_OR_RETURN(
      const bool is_known,
      state_->rocks.Read(Family::kMeta, PackageKey(package), [&](std::string_view value) -> Status {
        MUSUBI_ASSIGN_OR_RETURN(dataset, DecodePackage(value));
        return {};
      }));
  if (!is_known) return {};
  return Error{ErrorCode::kExists, "the package " + ToHex(package) +
                                       " was imported already, as data set " +
                                       std::to_string(dataset)};
}

Result<DatasetInfo> LinkStore::Import(const EncodingFile& file, const ExecContext& context,
                                      const std::optional<VerifiedPackage>& package) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  if (package) MUSUBI_RETURN_IF_ERROR(AdmitPackage(package->id));
  MUSUBI_RETURN_IF_ERROR(store.Admit(file));
  MUSUBI_CHECK(HasShape(file, store.contract));
  StoreHead next = store.head;
  MUSUBI_CHECK(next.datasets != UINT32_MAX);
  DatasetInfo info = Describe(++next.datasets, file);
  if (package) info.cleared = package->cleared;
  Change change = Change::InTables(store.rocks, store.head, store.folder);
  Status put = PutDataset(info, file, context, &change);
  if (put.ok() && !store.key_check) {
    put = change.Put(Family::kMeta, kKeyCheckKey, EncodeKeyCheck(info.manifest.key_check));
  }
  if (put.ok() && package) {
    put = change.Put(Family::kMeta, PackageKey(package->id), EncodePackage(info.id));
  }
  if (!put.ok()) return NothingChanged(put.error());
  MUSUBI_RETURN_IF_ERROR(store.Commit(&change, next, EventOf(info, store.head.epoch), context));
  store.key_check = info.manifest.key_check;
  return info;
}

Result<std::vector<DatasetInfo>> LinkStore::Datasets() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->ReadDatasets();
}

Status LinkStore::VisitColumn(std::uint32_t dataset, std::uint16_t column,
                              const ColumnVisitor& visit) const {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  MUSUBI_CHECK(dataset >= 1 && dataset <= state_->head.datasets);
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, state_->ReadDatasets());
  return state_->VisitColumn(datasets[dataset - 1], column, visit);
}

// Fills `*copies` with a chunk of planted copies. False where there is none of that number.
Result<bool> LinkStore::State::ReadPlanted(std::uint32_t dataset, std::uint32_t chunk,
                                           EncodingSet* copies) const {
  const std::uint16_t columns = ColumnCount(*copies);
  for (std::uint16_t column = 0; column < columns; ++column) {
    const auto read = [&](std::string_view value) -> Status {
      MUSUBI_ASSIGN_OR_RETURN(const std::size_t count, ChunkRows(value, *copies, column));
      if (column == kRefsColumn) copies->Resize(count);
      return count == 0 ? Status() : DecodeChunk(value, {column, 0}, 0, copies);
    };
    MUSUBI_ASSIGN_OR_RETURN(
        const bool found,
        rocks.Read(Family::kEncodings, PlantedChunkKey(dataset, columns, {column, chunk}), read));
    if (!found && column == kRefsColumn) return false;
    if (!found) return LostRows("planted encoding");
  }
  return true;
}

Status LinkStore::VisitPlanted(std::uint32_t dataset, const PlantedVisitor& visit) const {
  const State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_CHECK(dataset >= 1 && dataset <= store.head.datasets);
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, store.ReadDatasets());
  EncodingSet copies = MakeEncodingSet(store.contract.filter_bits(), store.contract.token_count());
  std::uint64_t visited = 0;
  for (std::uint32_t chunk = 0;; ++chunk) {
    MUSUBI_ASSIGN_OR_RETURN(const bool found, store.ReadPlanted(dataset, chunk, &copies));
    if (!found) break;
    visited += copies.rows();
    if (copies.rows() != 0) MUSUBI_RETURN_IF_ERROR(visit(copies));
  }
  if (visited != datasets[dataset - 1].manifest.planted) return LostRows("planted encoding");
  return {};
}

}  // namespace musubi::storage
