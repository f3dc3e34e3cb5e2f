#include "storage/link_store.h"

#include <array>
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

Status FillDatabase(const fs::path& folder, const Contract& contract) {
  MUSUBI_ASSIGN_OR_RETURN(Rocks rocks, Rocks::Open(folder / kDatabaseFolder, Rocks::Mode::kCreate));
  StoreHead head;
  Change change(rocks, head.digest);
  change.Put(Family::kMeta, kContractKey, EncodeFingerprint(crypto::FingerprintOf(contract)));
  change.PutHead(&head);
  MUSUBI_RETURN_IF_ERROR(rocks.Commit(change.batch()));
  return WriteWitness(folder, {head.commit, head.digest});
}

}  // namespace

Error LostRows(std::string_view rows) {
  return {ErrorCode::kIo, "the store's database has lost " + std::string(rows) +
                              " rows; restore the store from a backup"};
}

Change::Change(const Rocks& rocks, const crypto::Digest256& before)
    : rocks_(&rocks), before_(before) {
  digest_.Update(before);
}

void Change::Put(Family family, std::string_view key, std::string_view value) {
  // The lengths make the digest's input unambiguous.
  std::array<std::uint8_t, 9> frame{static_cast<std::uint8_t>(family)};
  for (std::size_t i = 0; i < 4; ++i) {
    frame[1 + i] = static_cast<std::uint8_t>(key.size() >> (8 * i));
    frame[5 + i] = static_cast<std::uint8_t>(value.size() >> (8 * i));
  }
  digest_.Update(frame);
  digest_.Update({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
  digest_.Update({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  rocks_->AddTo(&batch_, family, key, value);
}

void Change::PutHead(StoreHead* head) {
  head->previous = before_;
  head->digest = digest_.Finish();
  rocks_->AddTo(&batch_, Family::kMeta, kHeadKey, EncodeHead(*head));
}

LinkStore::State::State(fs::path store, FileDescriptor store_lock, Contract store_contract,
                        Rocks database)
    : folder(std::move(store)),
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

Error LinkStore::State::Fail(const Error& error, std::string_view outcome) {
  failed = true;
  return {error.code, error.message + "; " + std::string(outcome)};
}

Status LinkStore::State::Commit(Change* change, StoreHead next) {
  MUSUBI_CHECK(head.commit != UINT64_MAX);
  next.commit = head.commit + 1;
  change->PutHead(&next);
  Status done = rocks.Commit(change->batch());
  if (done.ok()) done = WriteWitness(folder, {next.commit, next.digest});
  if (!done.ok()) {
    return Fail(done.error(), "the change is made whole or not at all: see which with status");
  }
  head = next;
  return {};
}

LinkStore::LinkStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
LinkStore::~LinkStore() = default;
LinkStore::LinkStore(LinkStore&&) noexcept = default;
LinkStore& LinkStore::operator=(LinkStore&&) noexcept = default;

Status LinkStore::Create(const fs::path& folder, const Contract& contract) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFolder store, AtomicFolder::Create(folder));
  MUSUBI_RETURN_IF_ERROR(WriteFormat(store.path()));
  MUSUBI_RETURN_IF_ERROR(WriteStoreFile(store.path() / kLockFile, ""));
  MUSUBI_RETURN_IF_ERROR(WriteStoreFile(store.path() / kContractFile, contract.canonical_json()));
  MUSUBI_RETURN_IF_ERROR(FillDatabase(store.path(), contract));
  MUSUBI_RETURN_IF_ERROR(SyncTree(store.path()));
  return store.Commit();
}

Result<LinkStore> LinkStore::Open(const fs::path& folder) {
  MUSUBI_RETURN_IF_ERROR(CheckFormat(folder));
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor lock, LockStore(folder));
  MUSUBI_ASSIGN_OR_RETURN(Contract contract, ReadContract(folder));
  MUSUBI_ASSIGN_OR_RETURN(const Witness witness, ReadWitness(folder));
  const crypto::Fingerprint fingerprint = crypto::FingerprintOf(contract);
  const fs::path database = folder / kDatabaseFolder;
  {
    // A look before the leap: opened for writing, a database deletes the files that a damaged
    // MANIFEST has forgotten, and no one could save them any more.
    MUSUBI_ASSIGN_OR_RETURN(const Rocks look, Rocks::Open(database, Rocks::Mode::kReadOnly));
    MUSUBI_RETURN_IF_ERROR(CheckedHead(folder, fingerprint, witness, look));
  }
  MUSUBI_ASSIGN_OR_RETURN(Rocks rocks, Rocks::Open(database, Rocks::Mode::kReadWrite));
  auto state =
      std::make_unique<State>(folder, std::move(lock), std::move(contract), std::move(rocks));
  MUSUBI_ASSIGN_OR_RETURN(state->head, CheckedHead(folder, fingerprint, witness, state->rocks));
  RemoveTemporaryFiles(folder);
  if (state->head.commit != witness.commit) {
    MUSUBI_RETURN_IF_ERROR(WriteWitness(folder, {state->head.commit, state->head.digest}));
  }
  if (state->head.datasets != 0) {
    MUSUBI_ASSIGN_OR_RETURN(state->key_check, ReadMeta(state->rocks, kKeyCheckKey, DecodeKeyCheck));
  }
  // What a killed import left: chunks of a data set that never came to be.
  if (state->head.datasets != UINT32_MAX) {
    MUSUBI_RETURN_IF_ERROR(
        state->rocks.EraseFrom(Family::kEncodings, DatasetKey(state->head.datasets + 1)));
  }
  return LinkStore(std::move(state));
}

const Contract& LinkStore::contract() const { return state_->contract; }

}  // namespace musubi::storage
