#include "storage/link_store.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "storage/atomic_file.h"
#include "storage/atomic_folder.h"
#include "storage/link_store_state.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kContractBytes = std::size_t{1} << 20;

Error PartsDisagree(const fs::path& folder, const std::string& how) {
  return {ErrorCode::kBadData,
          folder.string() + ": " + how + "; restore the whole folder from a backup"};
}

Result<Contract> ReadContract(const fs::path& folder) {
  const fs::path file = folder / kContractFile;
  const Result<std::string> text = ReadSmallFile(file, kContractBytes);
  if (!text.ok()) {
    if (text.error().code == ErrorCode::kIo) return text.error();
    return PartsDisagree(folder, text.error().message);
  }
  Result<Contract> contract = Contract::Parse(text.value());
  if (!contract.ok() || contract.value().canonical_json() != text.value()) {
    return PartsDisagree(folder, std::string(kContractFile) + " is damaged");
  }
  return contract;
}

// A row of Family::kMeta, which every store has.
template <typename Decode>
auto ReadMeta(const Rocks& rocks, std::string_view key, Decode decode)
    -> decltype(decode(std::string_view())) {
  std::string value;
  MUSUBI_ASSIGN_OR_RETURN(const bool found,
                          rocks.Read(Family::kMeta, key, [&](std::string_view bytes) -> Status {
                            value = bytes;
                            return {};
                          }));
  if (!found) return LostRows("meta");
  return decode(value);
}

// The database's state, once it is known to belong to this folder's contract and witness.
//
// A database one change ahead is what a kill between the change and its witness leaves: the change
// is whole, and its digest shows that it follows the one that the witness knows.
Result<StoreHead> CheckedHead(const fs::path& folder, const crypto::Fingerprint& fingerprint,
                              const Witness& witness, const Rocks& rocks) {
  MUSUBI_ASSIGN_OR_RETURN(const crypto::Fingerprint recorded,
                          ReadMeta(rocks, kContractKey, DecodeFingerprint));
  if (recorded != fingerprint) {
    return PartsDisagree(folder, "its contract.json is not the contract of its database");
  }
  MUSUBI_ASSIGN_OR_RETURN(StoreHead head, ReadMeta(rocks, kHeadKey, DecodeHead));
  const bool same = head.commit == witness.commit && head.digest == witness.digest;
  const bool one_ahead =
      head.commit != 0 && head.commit - 1 == witness.commit && head.previous == witness.digest;
  if (!same && !one_ahead) {
    return PartsDisagree(folder, "its database is at change " + std::to_string(head.commit) +
                                     " and its witness at change " +
                                     std::to_string(witness.commit) +
                                     ": changes were lost, or files of two stores mixed");
  }
  return head;
}

// Who is trusted, in one digest: over their fingerprints, in order.
void TellTrusted(const std::vector<crypto::Certificate>& trusted, LogEvent* event) {
  event->counts["trusted"] = trusted.size();
  crypto::Sha256Stream digest;
  for (const crypto::Certificate& certificate : trusted) digest.Update(certificate.fingerprint());
  event->digests["trusted"] = digest.Finish();
}

Status FillDatabase(const fs::path& folder, const Contract& contract, const StorePolicy& policy,
                    std::shared_ptr<const StoreSeal> seal, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(
      Rocks rocks, Rocks::Open(folder / kDatabaseFolder, Rocks::Mode::kCreate, std::move(seal)));
  StoreHead head;
  Change change = Change::InMemory(rocks, head);
  MUSUBI_RETURN_IF_ERROR(
      change.Put(Family::kMeta, kContractKey, EncodeFingerprint(crypto::FingerprintOf(contract))));
  MUSUBI_RETURN_IF_ERROR(change.Put(Family::kMeta, kPolicyKey, EncodePolicy(policy)));
  LogEvent event{LogKind::kCreate};
  event.counts["policy"] = policy.decisions;
  event.counts["approvals"] = policy.approvals;
  event.digests["contract"] = crypto::FingerprintOf(contract);
  TellTrusted(policy.trusted, &event);
  LogChain log;
  MUSUBI_RETURN_IF_ERROR(change.Finish(std::move(event), context, &log, &head));
  MUSUBI_RETURN_IF_ERROR(change.Commit(&rocks));
  return WriteWitness(folder, {head.commit, head.digest}, rocks.seal());
}

// By fingerprint, each once, and not too many.
bool IsTrustList(const std::vector<crypto::Certificate>& trusted) {
  const auto not_ascending = [](const crypto::Certificate& a, const crypto::Certificate& b) {
    return !(a.fingerprint() < b.fingerprint());
  };
  return trusted.size() <= kMaxTrusted &&
         std::ranges::adjacent_find(trusted, not_ascending) == trusted.end();
}

}  // namespace

Error LostRows(std::string_view rows) {
  return {ErrorCode::kIo, "the store's database has lost " + std::string(rows) +
                              " rows; restore the store from a backup"};
}

Error NothingChanged(const Error& error) {
  if (error.code == ErrorCode::kInterrupted) return error;  // says so already
  return {error.code, error.message + "; nothing was changed"};
}

LinkStore::State::State(fs::path store, FileDescriptor store_lock, Contract store_contract,
                        Rocks database, std::shared_ptr<const StoreSeal> store_seal)
    : folder(std::move(store)),
      seal(std::move(store_seal)),
      run{folder / kRunFolder, seal},
      lock(std::move(store_lock)),
      contract(std::move(store_contract)),
      fingerprint(crypto::FingerprintOf(contract)),
      rocks(std::move(database)) {}

Status LinkStore::State::Usable() const {
  if (failed) {
    return Error{ErrorCode::kIo, "an earlier change of this store failed; open the store again"};
  }
  return {};
}

Status LinkStore::State::Commit(Change* change, StoreHead next, LogEvent event,
                                const ExecContext& context) {
  MUSUBI_CHECK(head.commit != UINT64_MAX);
  next.commit = head.commit + 1;
  LogChain next_log = log;
  const Status ready = change->Finish(std::move(event), context, &next_log, &next);
  if (!ready.ok()) return NothingChanged(ready.error());
  const Status room = CheckRoom(folder, change->bytes_to_commit());
  if (!room.ok()) return NothingChanged(room.error());
  Status done = change->Commit(&rocks);
  if (done.ok()) done = WriteWitness(folder, {next.commit, next.digest}, *seal);
  if (!done.ok()) {
    failed = true;
    return Error{
        done.error().code,
        done.error().message + "; the change is made whole or not at all: see which with status"};
  }
  head = next;
  log = std::move(next_log);
  return {};
}

LinkStore::LinkStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
LinkStore::~LinkStore() = default;
LinkStore::LinkStore(LinkStore&&) noexcept = default;
LinkStore& LinkStore::operator=(LinkStore&&) noexcept = default;

Status LinkStore::Create(const fs::path& folder, const crypto::StoreKey& key,
                         const Contract& contract, const StorePolicy& policy,
                         const ExecContext& context) {
  MUSUBI_CHECK(policy.decisions >= 1 && policy.decisions <= 2 && policy.approvals <= 2 &&
               IsTrustList(policy.trusted));
  const auto seal = std::make_shared<const StoreSeal>(key);
  MUSUBI_ASSIGN_OR_RETURN(AtomicFolder store, AtomicFolder::Create(folder));
  MUSUBI_RETURN_IF_ERROR(WriteFormat(store.path(), seal->key_id()));
  MUSUBI_RETURN_IF_ERROR(WriteStoreFile(store.path() / kLockFile, ""));
  MUSUBI_RETURN_IF_ERROR(WriteStoreFile(store.path() / kContractFile, contract.canonical_json()));
  MUSUBI_RETURN_IF_ERROR(FillDatabase(store.path(), contract, policy, seal, context));
  MUSUBI_RETURN_IF_ERROR(SyncTree(store.path()));
  return store.Commit();
}

Status LinkStore::Look(const fs::path& folder) {
  MUSUBI_RETURN_IF_ERROR(ReadFormat(folder));
  return {};
}

Result<LinkStore> LinkStore::Open(const fs::path& folder, const crypto::StoreKey& key,
                                  const StoreOptions& options) {
  const auto seal = std::make_shared<const StoreSeal>(key);
  MUSUBI_ASSIGN_OR_RETURN(const StoreKeyId key_id, ReadFormat(folder));
  if (key_id != seal->key_id()) {
    return Error{ErrorCode::kRefused,
                 folder.string() + " has another key than this; name its key file"};
  }
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor lock, LockStore(folder));
  MUSUBI_ASSIGN_OR_RETURN(Contract contract, ReadContract(folder));
  MUSUBI_ASSIGN_OR_RETURN(const Witness witness, ReadWitness(folder, *seal));
  const crypto::Fingerprint fingerprint = crypto::FingerprintOf(contract);
  const fs::path database = folder / kDatabaseFolder;
  {
    // A look before the leap: opened for writing, a database deletes the files that a damaged
    // MANIFEST has forgotten, and no one could save them any more.
    MUSUBI_ASSIGN_OR_RETURN(const Rocks look, Rocks::Open(database, Rocks::Mode::kReadOnly, seal));
    MUSUBI_RETURN_IF_ERROR(CheckedHead(folder, fingerprint, witness, look));
  }
  MUSUBI_ASSIGN_OR_RETURN(Rocks rocks, Rocks::Open(database, Rocks::Mode::kReadWrite, seal));
  auto state =
      std::make_unique<State>(folder, std::move(lock), std::move(contract), std::move(rocks), seal);
  state->options = options;
  MUSUBI_ASSIGN_OR_RETURN(state->head, CheckedHead(folder, fingerprint, witness, state->rocks));
  RemoveTemporaryFiles(folder);
  if (state->head.commit != witness.commit) {
    MUSUBI_RETURN_IF_ERROR(WriteWitness(folder, {state->head.commit, state->head.digest}, *seal));
  }
  MUSUBI_ASSIGN_OR_RETURN(state->policy, ReadMeta(state->rocks, kPolicyKey, DecodePolicy));
  MUSUBI_ASSIGN_OR_RETURN(state->log, ReadMeta(state->rocks, kLogKey, DecodeLog));
  MUSUBI_ASSIGN_OR_RETURN(state->moves, state->ReadMoves());
  if (state->head.datasets != 0) {
    MUSUBI_ASSIGN_OR_RETURN(state->key_check, ReadMeta(state->rocks, kKeyCheckKey, DecodeKeyCheck));
  }
  // Chunks beyond the last data set belong to nothing. Imports used to write them ahead.
  if (state->head.datasets != UINT32_MAX) {
    MUSUBI_RETURN_IF_ERROR(
        state->rocks.EraseFrom(Family::kEncodings, DatasetKey(state->head.datasets + 1)));
  }
  // What a kill left of the key of a project that has ended.
  MUSUBI_RETURN_IF_ERROR(state->rocks.ForgetReplaced(Family::kProjects));
  if (fs::exists(folder / kErasingFile)) MUSUBI_RETURN_IF_ERROR(state->EraseBytes({}));
  return LinkStore(std::move(state));
}

const Contract& LinkStore::contract() const { return state_->contract; }

const StorePolicy& LinkStore::policy() const { return state_->policy; }

Status LinkStore::SetTrusted(std::vector<crypto::Certificate> trusted, const ExecContext& context) {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  MUSUBI_CHECK(IsTrustList(trusted));
  StorePolicy policy = state_->policy;
  policy.trusted = std::move(trusted);
  Change change = Change::InMemory(state_->rocks, state_->head);
  const Status put = change.Put(Family::kMeta, kPolicyKey, EncodePolicy(policy));
  if (!put.ok()) return NothingChanged(put.error());
  LogEvent event{LogKind::kTrust};
  event.epoch = state_->head.epoch;
  TellTrusted(policy.trusted, &event);
  MUSUBI_RETURN_IF_ERROR(state_->Commit(&change, state_->head, std::move(event), context));
  state_->policy = std::move(policy);
  return {};
}

}  // namespace musubi::storage
