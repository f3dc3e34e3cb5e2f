// A change of the link store in the making: docs/formats/store.md, "Changes". Private to storage/.
#pragma once

#include <rocksdb/write_batch.h>

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/log_chain.h"
#include "storage/rocks.h"
#include "storage/rocks_table.h"
#include "storage/store_keys.h"

namespace musubi::storage {

// Rows that are to become visible together, the digest of the state that they lead to, and the
// entry of the audit log that tells of them: no change is made without one. They wait for Commit
// either in memory or, where there are many, in table files. Until then the database is untouched.
//
// Errors of every function: kIo, writing failed
class Change {
 public:
  // `before` is what the rows are added to.
  static Change InMemory(const Rocks& rocks, const StoreHead& before);

  // Keeps the rows in temporary files in `folder`, of the names that RemoveTemporaryFiles knows;
  // they are removed with this object. Each family's rows, except the store's own, must come in
  // the order of their keys.
  static Change InTables(const Rocks& rocks, const StoreHead& before, std::filesystem::path folder);

  Status Put(Family family, std::string_view key, std::string_view value);

  // Requires: the row is there, and not one of Family::kMeta.
  Status Remove(Family family, std::string_view key);

  // Leaves the row out of the digest. Requires: another row tells what it holds.
  Status PutBulk(Family family, std::string_view key, std::string_view value);

  // Adds the entry of `event` to `*log`, and its row; then `head`'s row, with the digests before
  // and after; and makes the table files durable. Call once, after the last row.
  Status Finish(LogEvent event, const ExecContext& context, LogChain* log, StoreHead* head);

  // How much Commit may write to the disk, with room to spare: after a disk that is full in the
  // middle of it, whether the change was made is known only when the store is opened again.
  std::uint64_t bytes_to_commit() const;

  // Makes the rows part of the database, all or none. Requires: Finish succeeded.
  // Errors: kIo  it failed, and may have been done all the same
  Status Commit(Rocks* rocks);

 private:
  Change(const Rocks& rocks, const StoreHead& before, std::filesystem::path folder);
  crypto::Digest256 TakeDigest();
  void Digest(std::uint8_t mark, std::string_view key, std::string_view value);
  Result<TableFile*> TableOf(Family family);

  const Rocks* rocks_;
  crypto::Digest256 digest_before_;
  crypto::Digest256 state_before_;
  bool has_rows_ = false;
  crypto::Sha256Stream digest_;
  std::string undigested_;  // rows are short: they are hashed many at once

  std::filesystem::path folder_;  // of the table files; empty where the rows are in batch_
  rocksdb::WriteBatch batch_;
  std::array<std::optional<TableFile>, kFamilies> tables_;  // by Family
  std::map<std::string, std::string> own_rows_;             // of Family::kMeta, put into order
};

}  // namespace musubi::storage
