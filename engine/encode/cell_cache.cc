#include "engine/encode/cell_cache.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>

#include "core/check.h"

namespace musubi::engine {
namespace {

constexpr std::size_t kFirstSlots = 1 << 10;
constexpr std::size_t kLineBytes = 64;

std::size_t RoundUp(std::size_t bytes) {
  return (bytes + alignof(std::uint64_t) - 1) / alignof(std::uint64_t) * alignof(std::uint64_t);
}

// Copies `values` to `*at`, moves `*at` behind them, and returns the copy.
template <typename T>
std::span<const T> CopyTo(std::byte** at, std::span<const T> values) {
  static_assert(std::is_trivially_copyable_v<T>);
  T* const copy = reinterpret_cast<T*>(*at);
  std::uninitialized_copy(values.begin(), values.end(), copy);
  *at += RoundUp(values.size_bytes());
  return {copy, values.size()};
}

}  // namespace

// Followed in memory by what its value points to, and by the cell.
struct CellCache::Entry {
  FieldValue value;
  std::uint64_t times;
  std::string_view cell;
};

CellCache::CellCache() : slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

std::uint64_t CellCache::HashOf(std::string_view cell) {
  return XXH3_64bits(cell.data(), cell.size());
}

void CellCache::PrefetchEntry(std::uint64_t hash) const {
  const Slot& slot = slots_[hash & mask_];
  if (slot.entry == nullptr) return;
  const auto* bytes = reinterpret_cast<const std::byte*>(slot.entry);
  for (std::size_t line = 0; line < 5; ++line) __builtin_prefetch(bytes + line * kLineBytes);
}

// The slot of `cell`, or the free one where it belongs.
CellCache::Slot* CellCache::SlotOf(std::string_view cell, std::uint64_t hash) {
  for (std::uint64_t at = hash & mask_;; at = (at + 1) & mask_) {
    Slot* const slot = &slots_[at];
    if (slot->entry == nullptr) return slot;
    if (slot->hash == hash && slot->entry->cell == cell) return slot;
  }
}

const FieldValue* CellCache::Find(std::string_view cell, std::uint64_t hash) {
  Entry* const entry = SlotOf(cell, hash)->entry;
  return entry == nullptr ? nullptr : &entry->value;
}

const FieldValue* CellCache::Remember(std::string_view cell, std::uint64_t hash,
                                      const FieldValue& value) {
  static_assert(std::is_trivially_destructible_v<Entry> && sizeof(Entry) % 8 == 0);
  MUSUBI_CHECK(!full() && cell.size() <= kLongestCell);
  if ((entries_ + 1) * 2 > slots_.size()) GrowSlots();
  const std::size_t bytes = sizeof(Entry) + RoundUp(value.rows.size_bytes()) +
                            RoundUp(value.part_at.size_bytes()) + RoundUp(value.parts.size()) +
                            RoundUp(cell.size());
  std::byte* at = slabs_.Allocate(bytes);
  auto* const entry = new (at) Entry{value, 0, {}};
  at += sizeof(Entry);
  // What every look-up reads comes first, the longest last.
  const std::span<const char> kept = CopyTo(&at, std::span<const char>(cell));
  entry->cell = {kept.data(), kept.size()};
  entry->value.part_at = CopyTo(&at, value.part_at);
  entry->value.parts = CopyTo(&at, value.parts);
  entry->value.rows = CopyTo(&at, value.rows);
  entry->value.times = &entry->times;
  *SlotOf(cell, hash) = {hash, entry};
  ++entries_;
  bytes_ += bytes;
  return &entry->value;
}

void CellCache::GrowSlots() {
  RowVector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.entry != nullptr) *SlotOf(slot.entry->cell, slot.hash) = slot;
  }
}

void CellCache::AddTo(FieldCounts* counts) const {
  for (const Slot& slot : slots_) {
    if (slot.entry == nullptr || slot.entry->times == 0) continue;
    counts->Add(slot.entry->value, slot.entry->times);
  }
}

}  // namespace musubi::engine
