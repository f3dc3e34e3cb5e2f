#include "storage/rocks_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <cstddef>
#include <memory>

namespace musubi::storage {

namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 20;
constexpr std::size_t kBlockCacheBytes = std::size_t{32} << 20;
// Members are read from end to end, or by searches that go forward: larger blocks than RocksDB's
// 4 KiB make fewer reads and a smaller index.
constexpr std::size_t kBlockBytes = std::size_t{16} << 10;
constexpr std::size_t kReadaheadBytes = std::size_t{2} << 20;
constexpr int kMaxOpenFiles = 256;

// Discards what RocksDB logs. Every failure comes back as a Status anyway, and RocksDB's own log
// writer aborts the process on a full disk where the library was built with assertions (Debian's
// is).
class DiscardingLogger : public rocksdb::Logger {
 public:
  DiscardingLogger() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

}  // namespace

rocksdb::DBOptions DatabaseOptions() {
  rocksdb::DBOptions options;
  options.paranoid_checks = true;
  // A kill can tear the last batch of the log, which no one was told is there: recovery must stop
  // before it, not refuse the store (kAbsoluteConsistency) nor skip it (kSkipAnyCorruptedRecords).
  // What a damaged log loses beyond that is found by the witness.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // What is not flushed when we close is in the log.
  options.avoid_flush_during_shutdown = true;
  // A failed write ends our use of the handle; nothing is to be retried behind our back.
  options.max_bgerror_resume_count = 0;
  options.allow_data_in_errors = false;
  options.info_log = std::make_shared<DiscardingLogger>();
  options.info_log_level = rocksdb::InfoLogLevel::FATAL_LEVEL;
  options.keep_log_file_num = 1;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  options.db_host_id = "";  // or every table file would name the machine
  options.max_open_files = kMaxOpenFiles;
  options.max_file_opening_threads = 1;  // of 16 by default, started for every family
  options.max_background_jobs = 2;
  options.allow_fallocate = false;  // a store takes the space of its rows
  return options;
}

rocksdb::ColumnFamilyOptions FamilyOptions() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  table.block_size = kBlockBytes;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferBytes;
  // Filters, references, tokens and keys are random bits: nothing to compress.
  options.compression = rocksdb::kNoCompression;
  options.bottommost_compression = rocksdb::kNoCompression;
  // Each new table file is read back and compared with what was to be written.
  options.paranoid_file_checks = true;
  return options;
}

rocksdb::ReadOptions SearchOptions() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  // A long scan must not push the block cache out of use.
  options.fill_cache = false;
  return options;
}

rocksdb::ReadOptions ScanOptions() {
  rocksdb::ReadOptions options = SearchOptions();
  options.readahead_size = kReadaheadBytes;
  return options;
}

}  // namespace musubi::storage
