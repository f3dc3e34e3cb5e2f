// The records of each table in key order, without those that have nobody to pair with there.
// Private to blocking.
#pragma once

#include <tbb/enumerable_thread_specific.h>

#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "blocking/lsh_bits.h"
#include "blocking/lsh_rows.h"
#include "core/bit_matrix.h"
#include "core/exec_context.h"

namespace musubi::blocking {

// In huge pages where the system has them: sorting writes all over them.
using TableEntries = std::vector<std::uint32_t, RowAllocator<std::uint32_t>>;
using SortEntries = std::vector<std::uint64_t, RowAllocator<std::uint64_t>>;

// Slots, ascending inside a bucket; the last of a bucket is marked. A bucket has at least one pair
// that may be.
struct LshTable {
  static constexpr std::uint32_t kEndsBucket = std::uint32_t{1} << 31;

  std::uint32_t slot(std::size_t entry) const { return entries[entry] & ~kEndsBucket; }
  bool ends_bucket(std::size_t entry) const { return (entries[entry] & kEndsBucket) != 0; }

  TableEntries entries;
};

// Makes tables. `population` and `rows` are borrowed.
//
// Threads: safe from any number.
class TableMaker {
 public:
  // keys[t] holds the bits of a head that make table t's key: at most 32.
  TableMaker(const Population& population, const HashedRows& rows,
             std::vector<std::vector<std::uint32_t>> keys)
      : population_(population), rows_(rows), keys_(std::move(keys)) {}

  // Gives back the memory that making tables took. Threads: while no one makes any.
  void FreeScratch() const { scratch_.clear(); }

  std::size_t tables() const { return keys_.size(); }
  const std::vector<std::uint32_t>& key(std::size_t table) const { return keys_[table]; }

  // Tables `begin` to `end`-1, with all threads of the present arena. Not whole once `context` was
  // stopped.
  std::vector<LshTable> Make(std::size_t begin, std::size_t end, const ExecContext& context) const;

  // One table, in this thread.
  LshTable Make(std::size_t table) const;

 private:
  std::size_t Blocks() const {
    return (rows_.size() + BitGatherer::kBlock - 1) / BitGatherer::kBlock;
  }
  void HashBlocks(std::size_t first_block, std::size_t end_block, std::size_t begin,
                  std::size_t end, std::vector<TableEntries>* hashes) const;
  LshTable Sort(std::size_t table, TableEntries hashes) const;
  bool HasPair(std::span<const std::uint64_t> bucket) const;

  struct SortScratch {
    SortEntries entries;  // a key above a slot
    SortEntries other;
  };

  const Population& population_;
  const HashedRows& rows_;
  std::vector<std::vector<std::uint32_t>> keys_;
  mutable tbb::enumerable_thread_specific<SortScratch> scratch_;
};

// The tables of a plan: all of them where memory suffices, else those last used.
//
// Threads: safe from any number.
class TableStore {
 public:
  // Keeps `made`, all tables, for good.
  explicit TableStore(std::vector<LshTable> made);

  // Makes tables when they are asked for, and keeps `most` of them. `maker` is borrowed.
  TableStore(const TableMaker& maker, std::size_t most) : maker_(&maker), most_(most) {}

  std::shared_ptr<const LshTable> Get(std::uint32_t table);

 private:
  using Made = std::shared_future<std::shared_ptr<const LshTable>>;

  void ForgetOldest();

  struct Recent {
    Made table;
    std::uint64_t last_use;
  };

  std::vector<std::shared_ptr<const LshTable>> all_;
  const TableMaker* maker_ = nullptr;
  std::size_t most_ = 0;
  std::mutex mutex_;
  std::map<std::uint32_t, Recent> recent_;
  std::uint64_t uses_ = 0;
};

}  // namespace musubi::blocking
