// What cells gave, found again by their bytes. Private to engine/encode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/bit_matrix.h"
#include "engine/encode/field_counts.h"
#include "engine/encode/field_value.h"
#include "engine/encode/slabs.h"

namespace musubi::engine {

// A hash table of up to kMostCells cells and about kMostBytes. A look-up waits for memory more than
// it computes, so all that belongs to a cell lies together, and whoever knows the next cells can
// have them fetched meanwhile.
//
// Threads: one at a time.
class CellCache {
 public:
  static constexpr std::size_t kMostCells = 1 << 16;
  static constexpr std::size_t kLongestCell = 256;  // bytes
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;

  CellCache();

  static std::uint64_t HashOf(std::string_view cell);

  // Tell the processor that the cell of `hash` will be looked for soon: first its slot, and once
  // that is there, what the slot points to.
  void PrefetchSlot(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }
  void PrefetchEntry(std::uint64_t hash) const;

  // The value of a cell that is remembered, or null. Valid as long as the cache.
  const FieldValue* Find(std::string_view cell, std::uint64_t hash);

  bool full() const { return entries_ >= kMostCells || bytes_ >= kMostBytes; }

  // Copies `value` and what it points to, with a counter of its own, and returns the copy.
  //
  // Requires: not full(); the cell is no longer than kLongestCell and not remembered yet.
  const FieldValue* Remember(std::string_view cell, std::uint64_t hash, const FieldValue& value);

  // Adds each value as often as it was counted.
  void AddTo(FieldCounts* counts) const;

 private:
  struct Entry;
  struct Slot {
    std::uint64_t hash = 0;
    Entry* entry = nullptr;  // null where the slot is free
  };

  Slot* SlotOf(std::string_view cell, std::uint64_t hash);
  void GrowSlots();

  RowVector<Slot> slots_;  // a power of two, at most half of them taken
  std::uint64_t mask_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;  // of all entries
  Slabs slabs_;
};

}  // namespace musubi::engine
