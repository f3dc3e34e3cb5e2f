// A table file of the link store's database, written beside it: Rocks::Ingest takes it in.
// Private to storage/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "storage/rocks.h"

namespace rocksdb {
class SstFileWriter;
}  // namespace rocksdb

namespace musubi::storage {

// Rows of one family, in the order of their keys, their values sealed. The file is removed with the
// object; a database that has taken it in has a link of its own. A moved-from table may only be
// destroyed.
//
// Errors of every function: kIo  writing failed, or what was written does not read back
// Threads: one at a time.
class TableFile {
 public:
  // Starts a table at `file`, in the place of whatever is there.
  static Result<TableFile> Create(const StoreSeal& seal, Family family, std::filesystem::path file);
  ~TableFile();
  TableFile(TableFile&& other) noexcept;
  TableFile& operator=(TableFile&&) = delete;

  // Requires: keys ascend, each once, and none comes after Finish.
  // Cost: a buffer of one block; the file is never in memory as a whole.
  Status Put(std::string_view key, std::string_view value);

  // That an earlier row of this key is no more. Requires: as for Put.
  Status Remove(std::string_view key);

  // Syncs the file, then reads it back and compares it with what was put. Requires: something was.
  Status Finish();

  Family family() const { return family_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  TableFile(const StoreSeal& seal, Family family, std::filesystem::path file);
  Status ReadBack() const;

  Family family_;
  RowSeal sealing_;
  std::filesystem::path path_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;  // none once moved from
  std::uint64_t rows_ = 0;
  std::uint64_t removals_ = 0;
  std::uint64_t sum_ = 0;  // over all sealed rows in their order, for ReadBack
};

}  // namespace musubi::storage
