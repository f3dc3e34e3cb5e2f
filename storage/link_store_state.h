// What an open LinkStore holds, shared by the files that implement it. Private to storage/.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/contract.h"
#include "core/ids.h"
#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/encoding_chunks.h"
#include "storage/event_rows.h"
#include "storage/link_store.h"
#include "storage/log_chain.h"
#include "storage/posix_file.h"
#include "storage/rocks.h"
#include "storage/store_change.h"
#include "storage/store_keys.h"
#include "storage/store_seal.h"

namespace musubi::storage {

// The error of a store whose database holds fewer `rows` than it should, though all it holds is
// sound.
Error LostRows(std::string_view rows);

// The error of a change that failed before it touched the database.
Error NothingChanged(const Error& error);

// Rows of Family::kEncodings from `first` to `last`.
struct KeyRange {
  std::string first;
  std::string last;
};

// Rows of a data set that are to be erased, by the chunk that they are in; ascending.
using ErasedRows = std::map<std::uint32_t, std::vector<std::uint32_t>>;

// What erasing some records does to the store.
struct Erasure {
  Change* change = nullptr;           // borrowed: takes the rows
  std::uint64_t records = 0;          // whose encodings were found
  std::uint64_t members = 0;          // rows removed
  std::vector<KeyRange> chunks = {};  // rows replaced
};

struct LinkStore::State {
  State(std::filesystem::path store, FileDescriptor store_lock, Contract store_contract,
        Rocks database, std::shared_ptr<const StoreSeal> store_seal);

  // Refuses any use after a change that failed: what is in memory may be ahead of the disk.
  Status Usable() const;

  // Makes the rows of `*change` and `next`, whose counts tell of them, the state of the store, and
  // `event` the next entry of its log.
  Status Commit(Change* change, StoreHead next, LogEvent event, const ExecContext& context);

  // Adds an entry to the log, as a change of its own. Requires: the event is a refusal.
  Status Log(LogEvent event, const ExecContext& context);

  // Errors: kContract, kRefused and kExists, as Import's
  Status Admit(const EncodingFile& file) const;
  Status AdmitKeyCheck(const KeyCheck& check) const;
  Status AdmitBeside(const DatasetInfo& earlier, const EncodingFile& file) const;

  Result<std::vector<DatasetInfo>> ReadDatasets() const;

  Result<std::vector<ProjectInfo>> ReadProjects() const;
  // Errors: kNoInput  there is no such project
  Result<ProjectInfo> ReadProject(std::string_view name) const;
  // Makes rows of decisions on a project, and the project's own, the state of the store.
  Status CommitProject(const ProjectInfo& project, const crypto::SecureBytes& key,
                       std::size_t known_decisions, LogEvent event, const ExecContext& context);

  // As LinkStore's: a chunk at a time. Columns of planted copies are numbered behind those of the
  // records.
  Status VisitColumn(const DatasetInfo& dataset, std::uint16_t column,
                     const ColumnVisitor& visit) const;

  Result<bool> ReadPlanted(std::uint32_t dataset, std::uint32_t chunk, EncodingSet* copies) const;

  // How many of `wanted` have a reference, which `ref_of` tells, of the data set. Requires: the
  // references ascend.
  template <typename Range, typename RefOf>
  Result<std::uint64_t> CountRefs(const DatasetInfo& dataset, const Range& wanted,
                                  RefOf ref_of) const;

  // Parts of LinkStore::Verify.
  Status VerifyMembers(const std::vector<Member>& members) const;
  Status VerifyDatasets(const ExecContext& context) const;

  // Calls `visit` with the rows of a kind, by epoch.
  Status ScanEvents(EventKind kind, const Rocks::RowVisitor& visit) const;
  Result<std::vector<Move>> ReadMoves() const;

  Result<ErasedRows> FindRows(const DatasetInfo& dataset, std::uint16_t refs_column,
                              std::span<const RecordRef> refs) const;
  Status EraseRows(const ErasedRows& rows, std::uint16_t first_column, DatasetInfo* dataset,
                   Erasure* erasure) const;
  // Errors: kInternal  one of `refs` is no record of a data set
  Status EraseRecords(std::span<const RecordRef> refs, Erasure* erasure) const;
  Status EraseEncodings(std::span<const RecordRef> refs, Erasure* erasure) const;
  Status EraseMembers(std::span<const RecordRef> refs, Erasure* erasure) const;
  // Commits an erasure, then sees to it that nothing of what was erased is on the disk.
  Status CommitErasure(const Erasure& erasure, const StoreHead& next, LogEvent event,
                       const ExecContext& context);
  // Rewrites the table files that erased rows were in, of encodings all where no chunk is named,
  // and removes the file that tells that it is still to be done.
  Status EraseBytes(const std::vector<KeyRange>& chunks);

  // Errors: kInternal  `change` breaks a requirement of CommitEpoch
  // Requires: members and moves ascend by reference.
  Status CheckEpoch(const EpochChange& change) const;
  Status CheckMembers(std::span<const Member> ascending) const;
  Status CheckDecisions(const EpochChange& change) const;

  std::filesystem::path folder;
  std::shared_ptr<const StoreSeal> seal;
  LinkRunPlace run;
  FileDescriptor lock;  // released after the database is closed
  StoreOptions options;
  Contract contract;
  crypto::Fingerprint fingerprint;
  Rocks rocks;
  StoreHead head;
  LogChain log;
  StorePolicy policy;
  std::optional<KeyCheck> key_check;  // none before the first import
  std::vector<Move> moves;            // by reference and epoch
  bool failed = false;
};

template <typename Range, typename RefOf>
Result<std::uint64_t> LinkStore::State::CountRefs(const DatasetInfo& dataset, const Range& wanted,
                                                  RefOf ref_of) const {
  std::uint64_t count = 0;
  auto next = std::begin(wanted);
  const auto visit = [&](const RecordsColumn& column) -> Status {
    for (const RecordRef& ref : column.records.refs) {
      while (next != std::end(wanted) && ref_of(*next) < ref) ++next;
      if (next != std::end(wanted) && ref_of(*next) == ref) ++count;
    }
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(VisitColumn(dataset, kRefsColumn, visit));
  return count;
}

}  // namespace musubi::storage
