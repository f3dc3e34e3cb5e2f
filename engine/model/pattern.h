// How two records agree, comparison by comparison, in one 64-bit word. Sees no record.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/contract_parts.h"

namespace musubi::engine {

// Four bits a comparison, that of place 0 lowest. Comparisons are the contract's filters, then its
// match tokens. A level is
//   0       missing on a side: no evidence
//   1..7    not equal, from the least similar up
//   8..15   equal, from common values (8) to rare ones (15)
using Pattern = std::uint64_t;
static_assert(kMostComparisons * 4 <= 64);

inline constexpr unsigned kPatternLevels = 16;
inline constexpr unsigned kMissing = 0;
inline constexpr unsigned kUnlike = 1;  // the least similar level of every comparison
inline constexpr unsigned kEqual = 8;   // the first level of equal values
inline constexpr unsigned kRarities = kPatternLevels - kEqual;

inline unsigned LevelAt(Pattern pattern, std::size_t place) {
  return static_cast<unsigned>(pattern >> (4 * place)) & 15U;
}

inline Pattern AtPlace(unsigned level, std::size_t place) { return Pattern{level} << (4 * place); }

// The pattern with every level of equal values replaced by kEqual.
inline Pattern WithoutRarity(Pattern pattern) {
  const Pattern equal = pattern & 0x8888'8888'8888'8888U;
  return pattern & ~(equal >> 1 | equal >> 2 | equal >> 3);
}

// Spreads patterns over tables of a power of two; the multiplier is 2^64 over the golden ratio.
// Source: Knuth, The Art of Computer Programming 3, section 6.4.
inline std::size_t HashOf(Pattern pattern) {
  return static_cast<std::size_t>(pattern * 0x9E37'79B9'7F4A'7C15U >> 32);
}

}  // namespace musubi::engine
