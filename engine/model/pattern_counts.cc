#include "engine/model/pattern_counts.h"

#include <algorithm>
#include <utility>

namespace musubi::engine {
namespace {

constexpr std::array<std::uint64_t, kPairKinds> kNone{};

}  // namespace

PatternCounts::PatternCounts() : slots_(1024) {}

PatternCount* PatternCounts::Find(Pattern pattern) {
  for (std::size_t at = HashOf(pattern);; ++at) {
    PatternCount& slot = slots_[at & (slots_.size() - 1)];
    if (slot.counts == kNone) {
      if (2 * (used_ + 1) > slots_.size()) {
        Grow();
        return Find(pattern);
      }
      ++used_;
      slot.pattern = pattern;
      return &slot;
    }
    if (slot.pattern == pattern) return &slot;
  }
}

void PatternCounts::Grow() {
  std::vector<PatternCount> old(2 * slots_.size());
  std::swap(old, slots_);
  for (const PatternCount& entry : old) {
    if (entry.counts == kNone) continue;
    std::size_t at = HashOf(entry.pattern);
    while (slots_[at & (slots_.size() - 1)].counts != kNone) ++at;
    slots_[at & (slots_.size() - 1)] = entry;
  }
}

void PatternCounts::Add(const PatternCounts& other) {
  for (const PatternCount& entry : other.slots_) {
    if (entry.counts == kNone) continue;
    PatternCount* const mine = Find(entry.pattern);
    for (std::size_t kind = 0; kind < kPairKinds; ++kind) mine->counts[kind] += entry.counts[kind];
  }
}

std::vector<PatternCount> PatternCounts::Sorted() const {
  std::vector<PatternCount> sorted;
  for (const PatternCount& slot : slots_) {
    if (slot.counts != kNone) sorted.push_back(slot);
  }
  std::ranges::sort(sorted, {}, &PatternCount::pattern);
  return sorted;
}

}  // namespace musubi::engine
