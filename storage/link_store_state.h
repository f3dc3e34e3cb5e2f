// What an open LinkStore holds, shared by the files that implement it. Private to storage/.
#pragma once

#include <rocksdb/write_batch.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/contract.h"
#include "core/ids.h"
#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/link_store.h"
#include "storage/posix_file.h"
#include "storage/rocks.h"
#include "storage/store_keys.h"

namespace musubi::storage {

// Rows that are to become visible together, and the digest of the state that they lead to.
class Change {
 public:
  // `before` is the digest of the state that the rows are added to.
  Change(const Rocks& rocks, const crypto::Digest256& before);

  void Put(Family family, std::string_view key, std::string_view value);

  // Adds `head`'s row, with the digests of the state before and after. Call once, last.
  void PutHead(StoreHead* head);

  rocksdb::WriteBatch* batch() { return &batch_; }

 private:
  const Rocks* rocks_;
  crypto::Digest256 before_;
  crypto::Sha256Stream digest_;
  rocksdb::WriteBatch batch_;
};

// The error of a store whose database holds fewer `rows` than it should, though all it holds is
// sound.
Error LostRows(std::string_view rows);

struct LinkStore::State {
  State(std::filesystem::path store, FileDescriptor store_lock, Contract store_contract,
        Rocks database);

  // Refuses any use after a change that failed: what is in memory may be ahead of the disk.
  Status Usable() const;

  // Makes the rows of `*change` and `next`, whose counts tell of them, the state of the store.
  Status Commit(Change* change, StoreHead next);

  // Marks the store as unusable until it is opened again; `outcome` says what became of the
  // change.
  Error Fail(const Error& error, std::string_view outcome);

  // Errors: kContract, kRefused and kExists, as Import's
  Status Admit(const EncodingFile& file) const;
  Status AdmitKeyCheck(const KeyCheck& check) const;
  Status AdmitBeside(const DatasetInfo& earlier, const EncodingFile& file) const;

  // Writes the chunks of a data set that nothing refers to yet.
  Status StoreChunks(std::uint32_t dataset, const EncodingSet& records);

  Result<std::vector<DatasetInfo>> ReadDatasets() const;

  // How many of `refs` are references of the data set. Requires: ascending.
  Result<std::size_t> CountRefs(const DatasetInfo& dataset,
                                std::span<const RecordRef> refs) const;

  // Errors: kInternal  `change` breaks a requirement of CommitEpoch
  Status CheckEpoch(const EpochChange& change) const;
  Status CheckMembers(const std::vector<Member>& ascending) const;

  std::filesystem::path folder;
  FileDescriptor lock;  // released after the database is closed
  Contract contract;
  crypto::Fingerprint fingerprint;
  Rocks rocks;
  StoreHead head;
  std::optional<KeyCheck> key_check;  // none before the first import
  bool failed = false;
};

}  // namespace musubi::storage
