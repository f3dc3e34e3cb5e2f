// Rows of a store's database as they lie on the disk, sealed.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/check.h"
#include "storage/family.h"
#include "storage/rocks_options.h"

namespace musubi::storage {

// A database opened without the store's key.
class RawRows {
 public:
  explicit RawRows(const std::filesystem::path& database, bool writes = false) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const char* name : kFamilyNames) families.emplace_back(name, FamilyOptions());
    rocksdb::DB* db = nullptr;
    const std::string path = database.string();
    const rocksdb::Status opened =
        writes ? rocksdb::DB::Open(DatabaseOptions(), path, families, &handles_, &db)
               : rocksdb::DB::OpenForReadOnly(DatabaseOptions(), path, families, &handles_, &db);
    MUSUBI_CHECK(opened.ok());
    db_.reset(db);
  }
  ~RawRows() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      MUSUBI_CHECK(db_->DestroyColumnFamilyHandle(handle).ok() || handle->GetName() == "default");
    }
  }
  RawRows(const RawRows&) = delete;
  RawRows& operator=(const RawRows&) = delete;

  std::string Get(Family family, const std::string& key) const {
    std::string value;
    MUSUBI_CHECK(db_->Get({}, Of(family), key, &value).ok());
    return value;
  }
  void Put(Family family, const std::string& key, const std::string& value) {
    MUSUBI_CHECK(db_->Put({}, Of(family), key, value).ok());
    MUSUBI_CHECK(db_->Flush({}, Of(family)).ok());
  }
  void Remove(Family family, const std::string& key) {
    MUSUBI_CHECK(db_->Delete({}, Of(family), key).ok());
    MUSUBI_CHECK(db_->Flush({}, Of(family)).ok());
  }
  // Of a family, in their order.
  std::vector<std::string> Keys(Family family) const {
    std::vector<std::string> keys;
    const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator({}, Of(family)));
    for (row->SeekToFirst(); row->Valid(); row->Next()) keys.push_back(row->key().ToString());
    return keys;
  }

 private:
  rocksdb::ColumnFamilyHandle* Of(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace musubi::storage
