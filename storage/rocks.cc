#include "storage/rocks.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/table_properties.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "storage/rocks_env.h"
#include "storage/rocks_files.h"
#include "storage/rocks_options.h"
#include "storage/rocks_table.h"

namespace musubi::storage {

namespace {

// CountRows walks over this many rows before it searches instead.
constexpr int kStepsBeforeSeek = 8;

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::DBOptions OptionsFor(Rocks::Mode mode) {
  rocksdb::DBOptions options = DatabaseOptions();
  options.create_if_missing = mode == Rocks::Mode::kCreate;
  options.create_missing_column_families = mode == Rocks::Mode::kCreate;
  options.error_if_exists = mode == Rocks::Mode::kCreate;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors() {
  const rocksdb::ColumnFamilyOptions options = FamilyOptions();
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const char* name : kFamilyNames) descriptors.emplace_back(name, options);
  return descriptors;
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

Rocks::Rocks(std::shared_ptr<KeepingFiles> files, std::shared_ptr<const StoreSeal> seal)
    : seal_(std::move(seal)), files_(std::move(files)), env_(std::make_unique<RocksEnv>(files_)) {}

Rocks::Rocks(Rocks&& other) noexcept = default;

Rocks& Rocks::operator=(Rocks&& other) noexcept {
  if (this != &other) {
    Close();
    seal_ = std::move(other.seal_);
    sealing_ = std::move(other.sealing_);
    files_ = std::move(other.files_);
    env_ = std::move(other.env_);
    db_ = std::move(other.db_);
    handles_ = std::move(other.handles_);
  }
  return *this;
}

Rocks::~Rocks() { Close(); }

void Rocks::Close() {
  if (db_ == nullptr) return;
  env_->EndPauses();
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    // Fails only for the default family's, which is then freed with the database.
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  handles_.clear();
  // All that matters was flushed and synced by Commit, so a failure here loses nothing.
  db_->Close().PermitUncheckedError();
  db_.reset();
}

Result<Rocks> Rocks::Open(const std::filesystem::path& folder, Mode mode,
                          std::shared_ptr<const StoreSeal> seal) {
  rocksdb::DB* db = nullptr;
  Rocks rocks(std::make_shared<KeepingFiles>(), std::move(seal));
  rocksdb::DBOptions options = OptionsFor(mode);
  options.env = rocks.env_.get();
  const rocksdb::Status status =
      mode == Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(options, folder.string(), Descriptors(), &rocks.handles_,
                                         &db)
          : rocksdb::DB::Open(options, folder.string(), Descriptors(), &rocks.handles_, &db);
  if (!status.ok()) return RocksError(status);
  rocks.db_.reset(db);
  return rocks;
}

rocksdb::ColumnFamilyHandle* Rocks::handle(Family family) const {
  return handles_[static_cast<std::size_t>(family)];
}

Result<bool> Rocks::Read(Family family, std::string_view key, const ValueVisitor& visit) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db_->Get(SearchOptions(), handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return RocksError(status);
  RowSeal opening = seal_->Rows(family);
  MUSUBI_ASSIGN_OR_RETURN(const std::string_view plain, opening.Open(key, ToView(value)));
  MUSUBI_RETURN_IF_ERROR(visit(plain));
  return true;
}

Status Rocks::Scan(Family family, std::string_view prefix, const RowVisitor& visit) const {
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(ScanOptions(), handle(family)));
  const rocksdb::Slice begin = ToSlice(prefix);
  RowSeal opening = seal_->Rows(family);
  for (rows->Seek(begin); rows->Valid() && rows->key().starts_with(begin); rows->Next()) {
    const std::string_view key = ToView(rows->key());
    MUSUBI_ASSIGN_OR_RETURN(const std::string_view plain, opening.Open(key, ToView(rows->value())));
    MUSUBI_RETURN_IF_ERROR(visit(key, plain));
  }
  if (!rows->status().ok()) return RocksError(rows->status());
  return {};
}

Result<std::uint64_t> Rocks::CountRows(Family family, const KeySource& next) const {
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(SearchOptions(), handle(family)));
  std::uint64_t count = 0;
  rows->SeekToFirst();
  while (rows->Valid()) {
    const std::optional<std::string_view> key = next();
    if (!key) break;
    AdvanceTo(ToSlice(*key), rows.get());
    if (rows->Valid() && rows->key() == ToSlice(*key)) ++count;
  }
  if (!rows->status().ok()) return RocksError(rows->status());
  return count;
}

void Rocks::AddTo(rocksdb::WriteBatch* batch, Family family, std::string_view key,
                  std::string_view value) const {
  std::optional<RowSeal>& sealing = sealing_[static_cast<std::size_t>(family)];
  if (!sealing) sealing.emplace(seal_->Rows(family));
  const std::string_view sealed = sealing->Seal(key, value);
  // Fails only where the batch has a size limit; ours has none.
  MUSUBI_CHECK(batch->Put(handle(family), ToSlice(key), ToSlice(sealed)).ok());
}

void Rocks::RemoveIn(rocksdb::WriteBatch* batch, Family family, std::string_view key) const {
  MUSUBI_CHECK(batch->Delete(handle(family), ToSlice(key)).ok());
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

Status Rocks::Checkpoint(const std::filesystem::path& folder) const {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder.string());
  if (!status.ok()) return RocksError(status);
  return {};
}

Status Rocks::VerifyChecksums() const {
  const rocksdb::Status status = db_->VerifyChecksum(ScanOptions());
  if (!status.ok()) return RocksError(status);
  return {};
}

Status Rocks::Ingest(const std::vector<const TableFile*>& tables) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;           // links them, on one file system
  options.write_global_seqno = false;  // they stay as they were read back
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const TableFile* table : tables) {
    rocksdb::IngestExternalFileArg& argument = arguments.emplace_back();
    argument.column_family = handle(table->family());
    argument.external_files = {table->path().string()};
    argument.options = options;
  }
  files_->set_keeps(true);  // for good, where it fails
  const rocksdb::Status status = db_->IngestExternalFiles(arguments);
  if (!status.ok()) return RocksError(status);
  files_->set_keeps(false);
  return {};
}

Status Rocks::EraseFrom(Family family, std::string_view first) {
  std::string last;
  {
    const std::unique_ptr<rocksdb::Iterator> rows(
        db_->NewIterator(SearchOptions(), handle(family)));
    rows->SeekToLast();
    if (!rows->status().ok()) return RocksError(rows->status());
    if (!rows->Valid() || rows->key().compare(ToSlice(first)) < 0) return {};
    last = rows->key().ToString();
  }
  const std::string end = last + '\0';  // the key right after it, for ranges are half open
  const rocksdb::Status status =
      db_->DeleteRange(rocksdb::WriteOptions(), handle(family), ToSlice(first), ToSlice(end));
  if (!status.ok()) return RocksError(status);
  MUSUBI_RETURN_IF_ERROR(Flush());
  return Rewrite(family, first, end);
}

Status Rocks::Rewrite(Family family, std::string_view first, std::string_view last) {
  const bool is_whole = first.empty() && last.empty();
  const rocksdb::Slice from = ToSlice(first);
  const rocksdb::Slice to = ToSlice(last);
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Status status = db_->CompactRange(
      options, handle(family), is_whole ? nullptr : &from, is_whole ? nullptr : &to);
  if (!status.ok()) return RocksError(status);
  return {};
}

Status Rocks::ForgetReplaced(Family family) {
  std::uint64_t rows = 0;
  const auto count = [&rows](std::string_view, std::string_view) -> Status {
    ++rows;
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(Scan(family, "", count));
  rocksdb::TablePropertiesCollection tables;
  const rocksdb::Status status = db_->GetPropertiesOfAllTables(handle(family), &tables);
  if (!status.ok()) return RocksError(status);
  std::uint64_t entries = 0;
  for (const auto& [file, properties] : tables) entries += properties->num_entries;
  return entries == rows ? Status() : Rewrite(family);
}

Status Rocks::Reopen() {
  const std::filesystem::path folder = db_->GetName();
  Close();
  MUSUBI_ASSIGN_OR_RETURN(*this, Open(folder, Mode::kReadWrite, seal_));
  return {};
}

}  // namespace musubi::storage
