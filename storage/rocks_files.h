// The file system under the link store's database. Private to storage/.
#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <string>

namespace musubi::storage {

// The machine's own file system, except that it can be told to keep every file.
//
// When syncing its MANIFEST fails, RocksDB deletes the tables that it was about to take in, though
// the MANIFEST's new record, which names them, may well be on the disk: the database could not be
// opened any more. A file that is kept for nothing is deleted when the database is next opened.
//
// Threads: safe.
class KeepingFiles : public rocksdb::FileSystemWrapper {
 public:
  KeepingFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "musubi"; }

  // While it is set, deleting a file does nothing.
  void set_keeps(bool keeps) { keeps_ = keeps; }

  rocksdb::IOStatus DeleteFile(const std::string& file, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override {
    if (keeps_) return rocksdb::IOStatus::OK();
    return FileSystemWrapper::DeleteFile(file, options, context);
  }

 private:
  std::atomic<bool> keeps_ = false;
};

}  // namespace musubi::storage
