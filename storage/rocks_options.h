// How the link store's database is set up; its table files are written with the same options
// whether the database makes them or Rocks::Ingest takes them in. Private to storage/.
#pragma once

#include <rocksdb/options.h>

#include "core/result.h"
#include "storage/rocks.h"

namespace musubi::storage {

// Neither makes a database nor takes one that is there: Rocks::Open says which.
rocksdb::DBOptions DatabaseOptions();

rocksdb::ColumnFamilyOptions FamilyOptions();

// For reading what a search finds.
rocksdb::ReadOptions SearchOptions();

// For reading many rows one after another.
rocksdb::ReadOptions ScanOptions();

}  // namespace musubi::storage
