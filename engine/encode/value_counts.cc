#include "engine/encode/value_counts.h"

#include <algorithm>

namespace musubi::engine {

void ValueCounts::Add(const ValueCounts& other) {
  for (const auto& [hash, times] : other.counts_) Add(hash, times);
}

std::uint64_t ValueCounts::most_frequent() const {
  std::uint64_t most = 0;
  for (const auto& [hash, times] : counts_) most = std::max(most, times);
  return most;
}

}  // namespace musubi::engine
