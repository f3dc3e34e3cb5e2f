#include "storage/rocks_table.h"

#include <rocksdb/env.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <functional>
#include <string>
#include <system_error>
#include <utility>

#include "core/check.h"
#include "storage/rocks_options.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

rocksdb::Options TableOptions() { return {DatabaseOptions(), FamilyOptions()}; }

std::uint64_t Add(std::uint64_t sum, std::string_view key, std::string_view value) {
  constexpr std::uint64_t kOddFactor = 0x9E3779B97F4A7C15;  // of the order of 2^64: mixes all bits
  const std::hash<std::string_view> hash;
  return ((sum ^ hash(key)) * kOddFactor ^ hash(value)) * kOddFactor;
}

}  // namespace

TableFile::TableFile(const StoreSeal& seal, Family family, fs::path file)
    : family_(family),
      sealing_(seal.Rows(family)),
      path_(std::move(file)),
      // The pages stay cached: Finish reads them back.
      writer_(std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), TableOptions(),
                                                       nullptr, false)) {}

TableFile::TableFile(TableFile&& other) noexcept = default;

TableFile::~TableFile() {
  if (writer_ == nullptr) return;
  writer_.reset();
  std::error_code ignored;  // what stays is removed when the store is next opened
  fs::remove(path_, ignored);
}

Result<TableFile> TableFile::Create(const StoreSeal& seal, Family family, fs::path file) {
  TableFile table(seal, family, std::move(file));
  const rocksdb::Status status = table.writer_->Open(table.path_.string());
  if (!status.ok()) return RocksError(status);
  return table;
}

Status TableFile::Put(std::string_view key, std::string_view value) {
  const std::string_view sealed = sealing_.Seal(key, value);
  const rocksdb::Status status =
      writer_->Put({key.data(), key.size()}, {sealed.data(), sealed.size()});
  if (!status.ok()) return RocksError(status);
  sum_ = Add(sum_, key, sealed);
  ++rows_;
  return {};
}

Status TableFile::Remove(std::string_view key) {
  const rocksdb::Status status = writer_->Delete({key.data(), key.size()});
  if (!status.ok()) return RocksError(status);
  ++removals_;
  return {};
}

Status TableFile::Finish() {
  MUSUBI_CHECK(rows_ + removals_ != 0);
  const rocksdb::Status status = writer_->Finish();
  if (!status.ok()) return RocksError(status);
  return ReadBack();
}

Status TableFile::ReadBack() const {
  rocksdb::SstFileReader reader(TableOptions());
  rocksdb::Status status = reader.Open(path_.string());
  std::uint64_t rows = 0;
  std::uint64_t removals = 0;
  std::uint64_t sum = 0;
  if (status.ok()) {
    removals = reader.GetTableProperties()->num_deletions;
    const std::unique_ptr<rocksdb::Iterator> row(reader.NewIterator(ScanOptions()));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      sum = Add(sum, row->key().ToStringView(), row->value().ToStringView());
      ++rows;
    }
    status = row->status();
  }
  if (status.ok() && rows == rows_ && removals == removals_ && sum == sum_) return {};
  if (status.IsIOError()) return RocksError(status);
  return Error{ErrorCode::kIo, "what was written to " + path_.string() +
                                   " does not read back as it was; check the disk and the memory"};
}

}  // namespace musubi::storage
