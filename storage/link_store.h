// The linkage unit's store: a folder with the contract and a RocksDB database.
// Holds encodings, references, linkage keys and project keys; no identifier, no linkage secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "core/encoding_set.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/keyring.h"
#include "crypto/secure_bytes.h"
#include "crypto/sha256.h"
#include "crypto/store_key.h"
#include "storage/atomic_file.h"
#include "storage/encoding_file.h"
#include "storage/link_run.h"
#include "storage/log_chain.h"
#include "storage/package_manifest.h"
#include "storage/store_values.h"

namespace musubi::storage {

// One process at a time; one thread at a time. The bytes are in docs/formats/store.md.
//
// Every change is one synced atomic step, with the entry of the audit log that tells of it (at the
// time of context.clock, if there is one): a failure or a kill leaves the store as it was before.
// Only when that step itself fails, with kIo, may it have been made all the same; that is known
// once the store is opened again, and until then every call fails. The error's message says so, or
// that nothing was changed.
//
// Errors of every function: kIo       reading or writing failed, a stored value is damaged, or an
//                                     earlier change failed
//                           kInternal  a stored value has a format this program never wrote
class LinkStore {
 public:
  // Makes a new store at `folder`, which must not exist, sealed under `key`. It appears whole or
  // not at all.
  //
  // Errors: kExists  `folder` exists
  // Requires: 1 <= policy.decisions <= 2; policy.approvals <= 2; policy.trusted is in order, at
  // most kMaxTrusted, each once.
  static Status Create(const std::filesystem::path& folder, const crypto::StoreKey& key,
                       const Contract& contract, const StorePolicy& policy = {},
                       const ExecContext& context = {});

  // Whether there is a store at `folder`, before its key is asked for.
  //
  // Errors: kNoInput  there is none
  //         kBadData  it is not a store, or one of another version
  static Status Look(const std::filesystem::path& folder);

  // Opens an existing store and locks it.
  //
  // Errors: kNoInput  there is no store at `folder`
  //         kRefused  it has another key. Nothing was touched
  //         kLocked   another process has it open
  //         kBadData  it is not a store, or its parts disagree: changes that it reported as done
  //                   are missing, or files of two stores are mixed. Nothing was touched
  static Result<LinkStore> Open(const std::filesystem::path& folder, const crypto::StoreKey& key,
                                const StoreOptions& options = {});
  ~LinkStore();
  LinkStore(LinkStore&&) noexcept;
  LinkStore& operator=(LinkStore&&) noexcept;

  const Contract& contract() const;
  const StorePolicy& policy() const;

  // Puts other certificates in the place of policy().trusted. Requires: as for Create.
  Status SetTrusted(std::vector<crypto::Certificate> trusted, const ExecContext& context = {});

  // Errors: kExists  the package was imported: the message says as which data set
  Status AdmitPackage(const PackageId& package) const;

  // Adds the records of `file`, and its planted copies beside them. The first file sets the store's
  // key check. Where the file came in a sealed package, its id and what let it leave are kept with
  // the change.
  //
  // Cost:   one pass over the references of each earlier data set; the rows are written once, a
  //         chunk of 4096 records in memory.
  // Errors: kContract  it was made for another contract
  //         kRefused   its key check differs from the store's: another secret or encoder
  //         kExists    this very file or package, or one of its references, is in the store already
  //         kRefused   the holder's earlier files declare duplicates otherwise than this one
  //         kInterrupted  `context`, which is told of the rows, was stopped before they were ready
  Result<DatasetInfo> Import(const EncodingFile& file, const ExecContext& context = {},
                             const std::optional<VerifiedPackage>& package = {});

  Result<std::vector<DatasetInfo>> Datasets();

  // Calls `visit` with the records of a data set, one column of them, some at a time, in their
  // file's order; its first error ends the call. Column 0 holds the references, then each filter
  // of the contract has one, popcounts set, then each pass of tokens.
  //
  // Requires: `dataset` is the id of one of Datasets(); column < 1 + filters + passes.
  // Threads:  safe from several at once, while no other function runs.
  using ColumnVisitor = std::function<Status(const RecordsColumn& column)>;
  Status VisitColumn(std::uint32_t dataset, std::uint16_t column, const ColumnVisitor& visit) const;

  // Calls `visit` with the planted copies of a data set, some at a time, in the order of their
  // references, which are those of their originals; its first error ends the call. Popcounts are
  // set.
  //
  // Requires: `dataset` is the id of one of Datasets().
  using PlantedVisitor = std::function<Status(const EncodingSet& copies)>;
  Status VisitPlanted(std::uint32_t dataset, const PlantedVisitor& visit) const;

  // The epoch of the last committed link run; 0 before the first.
  Result<std::uint64_t> Epoch();

  // How many records have a linkage key.
  std::uint64_t members() const;

  // Tells two states of any stores apart: it chains all changes so far, but not the audit log.
  Result<crypto::Digest256> StateDigest();

  // Where a link run keeps what it found so far, until it is committed: see LinkRun.
  const LinkRunPlace& run_place() const;
  Result<std::vector<EpochSummary>> Epochs();

  // The report of the run that made an epoch; empty where it has none.
  //
  // Requires: 1 <= epoch <= Epoch().
  Result<std::string> Report(std::uint64_t epoch);

  // Calls `visit` with every member at the present epoch, ordered by reference; its first error
  // ends the call. That rows are lost may be noticed only after the last.
  using MemberVisitor = std::function<Status(const Member& member)>;
  Status VisitMembers(const MemberVisitor& visit);

  // The same as they were at `epoch`: a function of the events up to then alone.
  // Requires: epoch <= Epoch().
  Status VisitMembersAt(std::uint64_t epoch, const MemberVisitor& visit);

  // The same as a list: 48 bytes a member.
  Result<std::vector<Member>> Members();

  // All that was ever proposed, ordered by id, and decided, in its order.
  Result<std::vector<Proposal>> Proposals();
  Result<std::vector<Decision>> Decisions();

  // All records that came under another key by decisions, ordered by reference and epoch.
  const std::vector<Move>& Moves() const;

  // Commits a link run, or decisions.
  //
  // Requires: change.summary.epoch == Epoch() + 1, and all of the change has that epoch; each new
  //           member has a key, and its reference is in the data set it names and has no key yet;
  //           new proposals are numbered on from those there are, in their order, and name records,
  //           ascending; decisions are on earlier proposals, one on each; moves are of members that
  //           were there before, one of each, to a key.
  // Cost:     sorts the members where they are: give the change away with std::move.
  // Errors:   kInternal     one of these does not hold; nothing was changed
  //           kInterrupted  `context` was stopped before the change was ready; nothing was changed
  Status CommitEpoch(EpochChange change, const ExecContext& context = {});

  // The requests of holders that were carried out, by epoch.
  Result<std::vector<Withdrawal>> Withdrawals();

  // Calls `visit` with the history of every record that has a key, ordered by reference; its first
  // error ends the call.
  using HistoryVisitor = std::function<Status(const RecordHistory& history)>;
  Status VisitHistories(const HistoryVisitor& visit);

  // Carries a request out, as an epoch of its own. Where it erases its records, nothing of them is
  // in the store's files afterwards: their encodings, keys and moves are gone, and no proposal,
  // which is closed, or earlier withdrawal names them.
  //
  // Requires: the epoch is Epoch() + 1; keys ascend; erased records are in the store.
  // Cost:     a pass over all references and proposals; rewrites the tables of erased rows.
  // Errors:   kInternal  one of these does not hold; nothing was changed
  //           kIo        as for every change; where the change was made, opening the store erases
  Status CommitWithdrawal(Withdrawal withdrawal, const ExecContext& context = {});

  // Adds a project with its own key, and its decisions. Requires: 32 bytes; its decisions, if any,
  // are approvals of one application; its state is kApproved.
  //
  // Errors: kExists  there is a project of that name
  //         kUsage   the name is not one a project may have
  Status AddProject(const ProjectInfo& project, const crypto::SecureBytes& key,
                    const ExecContext& context = {});
  // By name.
  Result<std::vector<ProjectInfo>> Projects();
  // Errors: kNoInput  there is no such project
  Result<ProjectInfo> Project(std::string_view name);

  // Puts an application that was approved in the place of a project's. Requires: as for AddProject;
  // the project is in the state kApproved.
  //
  // Errors: kNoInput  there is no such project
  Status AmendProject(std::string_view project, const std::vector<std::string>& approvals,
                      const ExecContext& context = {});

  // Ends a project, revoked by a signed decision or, without one, closed, and destroys its key: no
  // byte of it stays in the database's files. Requires: the project is in the state kApproved.
  //
  // Errors: kNoInput  there is no such project
  //         kIo       where the project has ended all the same, what is left of its key is removed
  //                   when the store is next opened
  Status EndProject(std::string_view project, const std::optional<std::string>& revocation,
                    const ExecContext& context = {});

  // Records that a release is made: before it appears, so that none is unknown. Its number is set
  // by this call.
  //
  // Requires: 1 <= release.epoch <= Epoch(), and there is such a project.
  Status AddRelease(ReleaseInfo release, const ReleaseContent& content,
                    const ExecContext& context = {});
  // Ordered by number.
  Result<std::vector<ReleaseInfo>> Releases();

  // Errors: kNoInput  there is no such project
  //         kRefused  it has ended, and has no key any more
  Result<crypto::SecureBytes> ProjectKey(std::string_view project);

  // Logs that a backup is made, and tells where the store then stands.
  Result<BackupHead> BeginBackup(const crypto::BackupId& id, const ExecContext& context = {});

  // Writes all of the store as it is into one file, sealed under the backup's own key, whole or not
  // at all; an unfinished link run is left out. What it holds is sealed under the store's key too.
  //
  // Errors: kExists       `file` exists, and `overwrite` does not let it be replaced
  //         kInterrupted  `context` was stopped
  Status WriteBackup(const std::filesystem::path& file, Overwrite overwrite,
                     const crypto::BackupKey& key, const ExecContext& context = {});

  // Logs that the key of a backup is destroyed.
  Status LogForgotten(const crypto::BackupId& id, const ExecContext& context = {});

  // Makes a store of a backup at `folder`, which must not exist, and logs it there. All of it is
  // verified before it appears. `key` is that of the id that ReadBackupId tells.
  //
  // Errors: kExists       `folder` exists
  //         kNoInput      there is no such file
  //         kBadData      it is no backup, is damaged, or not sealed under `key`
  //         kRefused      the store in it has another key than `store_key`
  //         kInterrupted  `context` was stopped
  static Result<BackupHead> Restore(const std::filesystem::path& file, const crypto::BackupKey& key,
                                    const crypto::StoreKey& store_key,
                                    const std::filesystem::path& folder,
                                    const ExecContext& context = {});

  // Reads every row of the store and every byte of its tables: checksums, seals, formats, what the
  // head counts, members' records, the log's chain and the witness.
  //
  // Memory: 64 bytes a member.
  // Errors: kBadData      the witness has changed meanwhile
  //         kInterrupted  `context`, which is told how far it is, was stopped
  Result<StoreCheck> Verify(const ExecContext& context = {});

  // Where the audit log stands.
  const LogChain& log() const;

  // Calls `visit` with the line of every entry of the audit log, in order, and what it says; its
  // first error ends the call. Each follows the one before it. That lines are lost may be noticed
  // only after the last.
  using LogVisitor = std::function<Status(std::string_view line, const LogEntry& entry)>;
  Status VisitLog(const LogVisitor& visit) const;

  // Logs that `attempt` was refused with `error`, where that is a refusal (docs/formats/log.md),
  // and returns it: the caller fails with it. The message says so where it could not be logged.
  Error LogRefusal(LogEvent attempt, const Error& error, const ExecContext& context);
  // That the run's model was not to be trusted, and no key was given.
  Status LogModelRefusal(const ExecContext& context);

 private:
  struct State;
  explicit LinkStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Which backup a file is: its id is not sealed.
//
// Errors: kNoInput  it does not exist; kBadData  it is no backup; kIo
Result<crypto::BackupId> ReadBackupId(const std::filesystem::path& file);

// Passes the outcome of `attempt` on, and logs it where it is a refusal.
template <typename T>
Result<T> Logged(LinkStore* store, LogEvent attempt, const ExecContext& context,
                 Result<T> outcome) {
  if (outcome.ok()) return outcome;
  return store->LogRefusal(std::move(attempt), outcome.error(), context);
}

}  // namespace musubi::storage
