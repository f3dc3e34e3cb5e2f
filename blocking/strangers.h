// Records that are not of a plan's population, held against those that are. Private to blocking.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/encoding_set.h"
#include "core/similarity.h"

namespace musubi::blocking {

// Whether two filters are similar by `rule`. Where either record lacks it, they are not.
inline bool IsSimilarStranger(const FilterColumn& a, std::size_t row, const FilterColumn& b,
                              std::size_t other, const SimilarityRule& rule) {
  if (a.present[row] == 0 || b.present[other] == 0) return false;
  const auto one = a.bits.row(row);
  const auto two = b.bits.row(other);
  std::uint32_t common = 0;
  for (std::size_t word = 0; word < one.size(); ++word) {
    common += static_cast<std::uint32_t>(std::popcount(one[word] & two[word]));
  }
  return common >= rule.LeastCommon(a.popcounts[row], b.popcounts[other]);
}

}  // namespace musubi::blocking
