// RocksDB as the link store uses it: its families, our options, every value sealed, every failure
// as an Error. Sees the rows' bytes and not their meaning. Private to storage/.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storage/family.h"
#include "storage/store_seal.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace musubi::storage {

class KeepingFiles;
class RocksEnv;
class TableFile;

// What a failed RocksDB call means to a user. Quotes the system's text and names of files, and
// never RocksDB's own words about a row.
Error RocksError(const rocksdb::Status& status);

// An open database. On the disk each value is sealed for its family and its row's key; what callers
// give and get is plain. Keys of rows are not sealed. A moved-from database may only be destroyed
// or assigned to.
//
// Errors of every function: kIo  reading or writing failed, a checksum does not match, or a value
//                                is not the one that was sealed for its row
// Threads: one at a time, but for reading.
class Rocks {
 public:
  enum class Mode {
    kCreate,    // makes the database and its families; there must be none
    kReadOnly,  // changes no byte on disk, not even what is left of a crash
    kReadWrite
  };
  using RowVisitor = std::function<Status(std::string_view key, std::string_view value)>;
  using ValueVisitor = std::function<Status(std::string_view value)>;
  using KeySource = std::function<std::optional<std::string_view>()>;

  static Result<Rocks> Open(const std::filesystem::path& folder, Mode mode,
                            std::shared_ptr<const StoreSeal> seal);
  ~Rocks();
  Rocks(Rocks&& other) noexcept;
  Rocks& operator=(Rocks&& other) noexcept;

  const StoreSeal& seal() const { return *seal_; }

  // Calls `visit` with the value of `key`, borrowed until it returns; its error ends the call.
  // False where there is no such row.
  //
  // Threads of this and Scan: any number at once, while no other function runs.
  Result<bool> Read(Family family, std::string_view key, const ValueVisitor& visit) const;

  // Calls `visit` for each row whose key begins with `prefix`, in the order of keys (as unsigned
  // bytes); its first error ends the scan.
  Status Scan(Family family, std::string_view prefix, const RowVisitor& visit) const;

  // How many of the keys that `next` gives, one a call and nothing after the last, have a row.
  // Requires: they ascend; each is valid until the next call.
  // Cost: a merge where the keys are dense among the rows, a search each where they are sparse.
  Result<std::uint64_t> CountRows(Family family, const KeySource& next) const;

  // Adds a row to `*batch`, sealed, or its removal.
  void AddTo(rocksdb::WriteBatch* batch, Family family, std::string_view key,
             std::string_view value) const;
  void RemoveIn(rocksdb::WriteBatch* batch, Family family, std::string_view key) const;

  // Makes the rows of `*batch` durable and visible, all or none, and moves every row from the
  // write-ahead log into checked table files.
  Status Commit(rocksdb::WriteBatch* batch);

  // Makes the rows of `tables` durable and visible, all or none. Their files are linked into the
  // database's folder, not copied, where they are on its file system; a row replaces an earlier one
  // of its key. After a failure no file of the database is deleted until it is opened again.
  // Requires: each table is finished and of another family.
  Status Ingest(const std::vector<const TableFile*>& tables);

  // Links the files of the database as it is now into `folder`, which must not exist and be on the
  // same file system. Requires: every row is in a table file, as Flush leaves it.
  Status Checkpoint(const std::filesystem::path& folder) const;

  // Reads every block of every table file and checks it.
  Status VerifyChecksums() const;

  // Makes every row durable in table files.
  Status Flush();

  // Removes every row at or after `first`, and its bytes from the disk.
  Status EraseFrom(Family family, std::string_view first);

  // Writes anew every table file that has a row from `first` to `last`: nothing stays of rows there
  // that were removed or replaced. Two empty keys stand for the whole family.
  Status Rewrite(Family family, std::string_view first = {}, std::string_view last = {});

  // Writes a family anew, as Rewrite does, where its table files hold rows that were removed or
  // replaced. Requires: every row is in a table file, as Flush leaves it.
  Status ForgetReplaced(Family family);

  // Closes the database and opens it again for writing: keys of table files that are gone stay in
  // its MANIFEST until then. After a failure it may only be destroyed or assigned to.
  Status Reopen();

 private:
  Rocks(std::shared_ptr<KeepingFiles> files, std::shared_ptr<const StoreSeal> seal);
  rocksdb::ColumnFamilyHandle* handle(Family family) const;
  void Close();

  std::shared_ptr<const StoreSeal> seal_;
  mutable std::array<std::optional<RowSeal>, kFamilies> sealing_;  // by Family; AddTo's
  std::shared_ptr<KeepingFiles> files_;
  std::unique_ptr<RocksEnv> env_;                      // over files_
  std::unique_ptr<rocksdb::DB> db_;                    // uses env_
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // by Family; freed by Close
};

}  // namespace musubi::storage
