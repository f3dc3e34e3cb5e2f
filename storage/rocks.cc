#include "storage/rocks.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <cstdarg>
#include <utility>

#include "core/check.h"

namespace musubi::storage {

namespace {

// docs/formats/store.md, "Families"; the order is Family's.
constexpr std::array<const char*, 6> kFamilyNames = {"default", "datasets", "encodings",
                                                     "members", "events",   "projects"};

constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 20;
constexpr std::size_t kBlockCacheBytes = std::size_t{32} << 20;
constexpr int kMaxOpenFiles = 256;
// CountRows walks over this many rows before it searches instead.
constexpr int kStepsBeforeSeek = 8;

// Discards what RocksDB logs. Every failure comes back as a Status anyway, and RocksDB's own log
// writer aborts the process on a full disk where the library was built with assertions (Debian's
// is).
class DiscardingLogger : public rocksdb::Logger {
 public:
  DiscardingLogger() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::DBOptions DatabaseOptions(Rocks::Mode mode) {
  rocksdb::DBOptions options;
  options.create_if_missing = mode == Rocks::Mode::kCreate;
  options.create_missing_column_families = mode == Rocks::Mode::kCreate;
  options.error_if_exists = mode == Rocks::Mode::kCreate;
  options.paranoid_checks = true;
  // A kill can tear the last batch of the log, which no one was told is there: recovery must stop
  // before it, not refuse the store (kAbsoluteConsistency) nor skip it (kSkipAnyCorruptedRecords).
  // What a damaged log loses beyond that is found by the witness.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // What is not flushed when we close is in the log, or is part of an import that failed.
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

std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors() {
  const rocksdb::ColumnFamilyOptions options = FamilyOptions();
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const char* name : kFamilyNames) descriptors.emplace_back(name, options);
  return descriptors;
}

// A long scan must not push the block cache out of use.
rocksdb::ReadOptions ScanOptions() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  return options;
}

// Moves `*rows` forward to the first row at or after `key`.
void AdvanceTo(const rocksdb::Slice& key, rocksdb::Iterator* rows) {
  for (int step = 0; rows->Valid() && rows->key().compare(key) < 0; ++step) {
    if (step == kStepsBeforeSeek) return rows->Seek(key);
    rows->Next();
  }
}

// The database's file that RocksDB names in `text`, such as 000012.sst, or nothing.
std::string FileNamedIn(std::string_view text) {
  constexpr std::string_view kNameBytes =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
  for (const std::string_view mark : {".sst", ".log", "MANIFEST-", "CURRENT", "OPTIONS-"}) {
    const std::size_t at = text.rfind(mark);
    if (at == std::string_view::npos) continue;
    const std::size_t before = text.find_last_not_of(kNameBytes, at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(text.find_first_not_of(kNameBytes, at), text.size());
    return std::string(text.substr(begin, end - begin));
  }
  return {};
}

}  // namespace

Error RocksError(const rocksdb::Status& status) {
  MUSUBI_CHECK(!status.ok());
  const std::string text = status.getState() == nullptr ? "" : status.getState();
  if (status.IsNoSpace()) {
    return {ErrorCode::kIo, "no space left on the disk that holds the store; free some, try again"};
  }
  // An I/O error's text is the system's: an operation, a path and a reason.
  if (status.IsIOError()) {
    return {ErrorCode::kIo, "the store cannot be read or written: " + text};
  }
  const std::string file = FileNamedIn(text);
  return {ErrorCode::kIo, "the store's database is damaged" +
                              (file.empty() ? std::string() : " (db/" + file + ")") +
                              "; restore the store from a backup"};
}

Rocks::Rocks(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> handles)
    : db_(std::move(db)), handles_(std::move(handles)) {}

Rocks::Rocks(Rocks&& other) noexcept = default;

Rocks& Rocks::operator=(Rocks&& other) noexcept {
  if (this != &other) {
    Close();
    db_ = std::move(other.db_);
    handles_ = std::move(other.handles_);
  }
  return *this;
}

Rocks::~Rocks() { Close(); }

void Rocks::Close() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    // Fails only for the default family's, which is then freed with the database.
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  handles_.clear();
  // All that matters was flushed and synced by Commit, so a failure here loses nothing.
  db_->Close().PermitUncheckedError();
  db_.reset();
}

Result<Rocks> Rocks::Open(const std::filesystem::path& folder, Mode mode) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::DBOptions options = DatabaseOptions(mode);
  const rocksdb::Status status =
      mode == Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(options, folder.string(), Descriptors(), &handles, &db)
          : rocksdb::DB::Open(options, folder.string(), Descriptors(), &handles, &db);
  if (!status.ok()) return RocksError(status);
  return Rocks(std::unique_ptr<rocksdb::DB>(db), std::move(handles));
}

rocksdb::ColumnFamilyHandle* Rocks::handle(Family family) const {
  return handles_[static_cast<std::size_t>(family)];
}

Result<bool> Rocks::Read(Family family, std::string_view key, const ValueVisitor& visit) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db_->Get(ScanOptions(), handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return RocksError(status);
  MUSUBI_RETURN_IF_ERROR(visit(ToView(value)));
  return true;
}

Status Rocks::Scan(Family family, std::string_view prefix, const RowVisitor& visit) const {
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(ScanOptions(), handle(family)));
  const rocksdb::Slice begin = ToSlice(prefix);
  for (rows->Seek(begin); rows->Valid() && rows->key().starts_with(begin); rows->Next()) {
    MUSUBI_RETURN_IF_ERROR(visit(ToView(rows->key()), ToView(rows->value())));
  }
  if (!rows->status().ok()) return RocksError(rows->status());
  return {};
}

Result<std::size_t> Rocks::CountRows(Family family,
                                     const std::vector<std::string_view>& keys) const {
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(ScanOptions(), handle(family)));
  std::size_t count = 0;
  rows->SeekToFirst();
  for (const std::string_view key : keys) {
    AdvanceTo(ToSlice(key), rows.get());
    if (!rows->Valid()) break;
    if (rows->key() == ToSlice(key)) ++count;
  }
  if (!rows->status().ok()) return RocksError(rows->status());
  return count;
}

Status Rocks::PutBulk(Family family, std::string_view key, std::string_view value) {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const rocksdb::Status status = db_->Put(options, handle(family), ToSlice(key), ToSlice(value));
  if (!status.ok()) return RocksError(status);
  return {};
}

void Rocks::AddTo(rocksdb::WriteBatch* batch, Family family, std::string_view key,
                  std::string_view value) const {
  // Fails only where the batch has a size limit; ours has none.
  MUSUBI_CHECK(batch->Put(handle(family), ToSlice(key), ToSlice(value)).ok());
}

Status Rocks::Commit(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status status = db_->Write(options, batch);
  if (!status.ok()) return RocksError(status);
  return Flush();
}

Status Rocks::Flush() {
  const rocksdb::Status status = db_->Flush(rocksdb::FlushOptions(), handles_);
  if (!status.ok()) return RocksError(status);
  return {};
}

Status Rocks::EraseFrom(Family family, std::string_view first) {
  std::string last;
  {
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(ScanOptions(), handle(family)));
    rows->SeekToLast();
    if (!rows->status().ok()) return RocksError(rows->status());
    if (!rows->Valid() || rows->key().compare(ToSlice(first)) < 0) return {};
    last = rows->key().ToString();
  }
  const std::string end = last + '\0';  // the key right after it, for ranges are half open
  rocksdb::Status status =
      db_->DeleteRange(rocksdb::WriteOptions(), handle(family), ToSlice(first), ToSlice(end));
  if (!status.ok()) return RocksError(status);
  MUSUBI_RETURN_IF_ERROR(Flush());
  const rocksdb::Slice from = ToSlice(first);
  const rocksdb::Slice to = ToSlice(end);
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  status = db_->CompactRange(options, handle(family), &from, &to);
  if (!status.ok()) return RocksError(status);
  return {};
}

}  // namespace musubi::storage
