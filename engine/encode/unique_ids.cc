#include "engine/encode/unique_ids.h"

#include <xxhash.h>

#include <algorithm>

namespace musubi::engine {

void UniqueIds::Add(std::string_view id, std::uint64_t row) {
  const XXH128_hash_t hash = XXH3_128bits(id.data(), id.size());
  entries_.push_back({hash.high64, hash.low64, row});
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> UniqueIds::FirstRepeat() {
  std::ranges::sort(entries_);
  std::optional<std::pair<std::uint64_t, std::uint64_t>> first;
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    const Entry& a = entries_[i - 1];
    const Entry& b = entries_[i];
    if (a.high != b.high || a.low != b.low) continue;
    if (!first || b.row < first->second) first = {a.row, b.row};
  }
  return first;
}

}  // namespace musubi::engine
