#include "storage/store_change.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/check.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kDigestBytes = std::size_t{64} << 10;
// Of what is written beside the rows: logs, MANIFEST records, a table's head and end a family, the
// witness. It takes some 40 KiB.
constexpr std::uint64_t kOverheadBytes = std::uint64_t{256} << 10;

// Set in the first byte of what the digest has of a row that is removed.
constexpr std::uint8_t kRemoved = 0x80;

}  // namespace

Change::Change(const Rocks& rocks, const StoreHead& before, std::filesystem::path folder)
    : rocks_(&rocks),
      digest_before_(before.digest),
      state_before_(before.state),
      folder_(std::move(folder)) {
  digest_.Update(before.state);
}

Change Change::InMemory(const Rocks& rocks, const StoreHead& before) { return {rocks, before, {}}; }

Change Change::InTables(const Rocks& rocks, const StoreHead& before, std::filesystem::path folder) {
  MUSUBI_CHECK(!folder.empty());
  return {rocks, before, std::move(folder)};
}

void Change::Digest(std::uint8_t mark, std::string_view key, std::string_view value) {
  // The lengths make the digest's input unambiguous.
  std::array<char, 9> frame{static_cast<char>(mark)};
  for (std::size_t i = 0; i < 4; ++i) {
    frame[1 + i] = static_cast<char>(static_cast<std::uint8_t>(key.size() >> (8 * i)));
    frame[5 + i] = static_cast<char>(static_cast<std::uint8_t>(value.size() >> (8 * i)));
  }
  undigested_.append(frame.data(), frame.size()).append(key).append(value);
  if (undigested_.size() < kDigestBytes) return;
  digest_.Update({reinterpret_cast<const std::uint8_t*>(undigested_.data()), undigested_.size()});
  undigested_.clear();
}

Status Change::Put(Family family, std::string_view key, std::string_view value) {
  has_rows_ = true;
  Digest(static_cast<std::uint8_t>(family), key, value);
  return PutBulk(family, key, value);
}

Status Change::Remove(Family family, std::string_view key) {
  MUSUBI_CHECK(family != Family::kMeta);
  has_rows_ = true;
  Digest(static_cast<std::uint8_t>(family) | kRemoved, key, "");
  if (folder_.empty()) {
    rocks_->RemoveIn(&batch_, family, key);
    return {};
  }
  MUSUBI_ASSIGN_OR_RETURN(TableFile* const table, TableOf(family));
  return table->Remove(key);
}

Status Change::PutBulk(Family family, std::string_view key, std::string_view value) {
  if (folder_.empty()) {
    rocks_->AddTo(&batch_, family, key, value);
    return {};
  }
  if (family == Family::kMeta) {
    own_rows_[std::string(key)] = value;
    return {};
  }
  MUSUBI_ASSIGN_OR_RETURN(TableFile* const table, TableOf(family));
  return table->Put(key, value);
}

Result<TableFile*> Change::TableOf(Family family) {
  const auto number = static_cast<std::size_t>(family);
  std::optional<TableFile>& table = tables_[number];
  if (!table) {
    MUSUBI_ASSIGN_OR_RETURN(TableFile started,
                            TableFile::Create(rocks_->seal(), family,
                                              folder_ / TemporaryTableName(kFamilyNames[number])));
    table.emplace(std::move(started));
  }
  return &*table;
}

crypto::Digest256 Change::TakeDigest() {
  digest_.Update({reinterpret_cast<const std::uint8_t*>(undigested_.data()), undigested_.size()});
  undigested_.clear();
  return std::exchange(digest_, crypto::Sha256Stream()).Finish();
}

Status Change::Finish(LogEvent event, const ExecContext& context, LogChain* log, StoreHead* head) {
  const crypto::Digest256 state = TakeDigest();
  head->state = has_rows_ ? state : state_before_;
  const std::string line = log->Append(std::move(event), head->state, context);
  digest_.Update(digest_before_);
  digest_.Update(head->state);
  MUSUBI_RETURN_IF_ERROR(Put(Family::kLog, LogKey(log->size()), EncodeLogLine(line)));
  MUSUBI_RETURN_IF_ERROR(Put(Family::kMeta, kLogKey, EncodeLog(*log)));
  head->previous = digest_before_;
  head->digest = TakeDigest();
  MUSUBI_RETURN_IF_ERROR(PutBulk(Family::kMeta, kHeadKey, EncodeHead(*head)));
  for (const auto& [key, value] : own_rows_) {
    MUSUBI_ASSIGN_OR_RETURN(TableFile* const table, TableOf(Family::kMeta));
    MUSUBI_RETURN_IF_ERROR(table->Put(key, value));
  }
  for (std::optional<TableFile>& table : tables_) {
    if (table) MUSUBI_RETURN_IF_ERROR(table->Finish());
  }
  return {};
}

std::uint64_t Change::bytes_to_commit() const {
  // Rows in memory go to the log, then to tables, whose blocks and index are a little more.
  return kOverheadBytes + std::uint64_t{3} * batch_.GetDataSize();
}

Status Change::Commit(Rocks* rocks) {
  if (folder_.empty()) return rocks->Commit(&batch_);
  std::vector<const TableFile*> tables;
  for (const std::optional<TableFile>& table : tables_) {
    if (table) tables.push_back(&*table);
  }
  return rocks->Ingest(tables);
}

}  // namespace musubi::storage
