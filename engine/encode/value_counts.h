// How often values occur, without keeping one. Private to engine/encode.
#pragma once

#include <cstdint>
#include <unordered_map>

namespace musubi::engine {

// Counts 64-bit hashes of values. Two different values among a million share a hash with a chance
// of about 10^-8, and would be counted as one.
class ValueCounts {
 public:
  void Add(std::uint64_t hash, std::uint64_t times) { counts_[hash] += times; }
  void Add(const ValueCounts& other);

  std::uint64_t distinct() const { return counts_.size(); }
  // How often the most frequent value occurs.
  std::uint64_t most_frequent() const;

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> counts_;
};

}  // namespace musubi::engine
