// How many bits of one filter another may lack and the two still be similar. Private to blocking.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/similarity.h"

namespace musubi::blocking {

// A table over the popcounts that occur. Popcounts are known by their rank among those, their
// class.
//
// Threads: safe to read from any number.
class MissAllowance {
 public:
  // `occurs` tells of each popcount whether a filter has it. Computes in parallel.
  // Memory: 2 bytes for each two popcounts that occur.
  MissAllowance(const SimilarityRule& rule, const std::vector<std::uint8_t>& occurs);

  std::uint32_t classes() const { return static_cast<std::uint32_t>(popcounts_.size()); }
  std::uint16_t ClassOf(std::uint32_t popcount) const { return class_of_[popcount]; }

  std::uint32_t popcount(std::uint16_t of_class) const { return popcounts_[of_class]; }

  // For a query of class `query` and each class of record: one more than the number of the
  // query's bits that the record may lack; 0 where they cannot be similar whatever they share.
  std::span<const std::uint16_t> row(std::uint16_t query) const {
    return {table_.data() + std::size_t{query} * classes(), classes()};
  }

 private:
  std::vector<std::uint32_t> popcounts_;  // per class
  std::vector<std::uint16_t> class_of_;   // per popcount
  std::vector<std::uint16_t> table_;
};

}  // namespace musubi::blocking
