// From the bits that two filters share to a level of agreement, decided in integers.
#pragma once

#include <cstdint>
#include <vector>

#include "core/contract.h"
#include "engine/model/pattern.h"

namespace musubi::engine {

// The least similarities of a filter's levels below equality, from the closest level down: the
// contract's, or those of the filter's content:
//   text    0.77, 0.57, 0.38   grams without their place
//   digits  0.70, 0.45         grams with their place, neighbours
//   codes   none               whole values: equal or not
// One recipe, found over all sets of bench/quality together (docs/model.md).
std::vector<Threshold> LevelThresholds(const Filter& filter);

// The level of a pair of filters of one kind. Equal filters are equal values (level kEqual; what is
// rarer is for the caller to say); else the level counts the thresholds that the similarity
// reaches.
//
// Two filters share bits by chance, the more the fuller they are: of a and b bits set among n,
// a*b/n are expected. The similarity is Dice's with that taken out of all three numbers,
// 2(c - ab/n) / (a + b - 2ab/n), so that a threshold means the same in filters of any width.
//
// Threads: safe.
class FilterLevels {
 public:
  explicit FilterLevels(const Filter& filter)
      : bits_(filter.bits), thresholds_(LevelThresholds(filter)) {}

  // Requires: common <= min(left, right); left and right are at most the filter's bits.
  unsigned Of(std::uint32_t common, std::uint32_t left, std::uint32_t right) const {
    if (left == 0 || right == 0) return kMissing;
    if (common == left && common == right) return kEqual;
    // With everything multiplied by n: at most 2^13 * 2^13 * 2 * 10^6, so 64 bits hold it.
    const auto chance = 2 * static_cast<std::int64_t>(std::uint64_t{left} * right);
    const std::int64_t shared = 2 * std::int64_t{common} * bits_ - chance;
    const std::int64_t total = (std::int64_t{left} + right) * bits_ - chance;
    unsigned level = kUnlike;
    for (auto least = thresholds_.rbegin(); least != thresholds_.rend(); ++least) {
      if (shared * least->denominator < total * least->numerator) break;
      ++level;
    }
    return level;
  }

 private:
  std::uint32_t bits_;
  std::vector<Threshold> thresholds_;  // descending
};

}  // namespace musubi::engine
