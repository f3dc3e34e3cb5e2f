// The file system under the link store's database. Private to storage/.
#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace musubi::storage {

// The machine's own file system, except that it can be told to keep every file, and tells no one
// how much space there is.
//
// When syncing its MANIFEST fails, RocksDB deletes the tables that it was about to take in, though
// the MANIFEST's new record, which names them, may well be on the disk: the database could not be
// opened any more. A file that is kept for nothing is deleted when the database is next opened.
//
// After a write that found no space RocksDB asks every five seconds whether there is some again, to
// recover by itself, and closing the database waits for that. It leaves the failure to us where the
// file system cannot tell.
//
// RocksDB 7.8 parses the properties of a table before it verifies them; one changed bit of them
// ends the process where the library was built with assertions (Debian's is). That bit is looked at
// here, when a table is opened.
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
  // Errors: Corruption, of a table file
  rocksdb::IOStatus NewRandomAccessFile(const std::string& file,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& /*path*/, const rocksdb::IOOptions& /*options*/,
                                 std::uint64_t* /*bytes*/,
                                 rocksdb::IODebugContext* /*context*/) override {
    return rocksdb::IOStatus::NotSupported();
  }

 private:
  std::atomic<bool> keeps_ = false;
};

}  // namespace musubi::storage
