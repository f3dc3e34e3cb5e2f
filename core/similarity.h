// How alike two filters must be, decided in integers: a pair exactly on the threshold is similar.
#pragma once

#include <cstdint>

#include "core/threshold.h"

namespace musubi {

// The similarities of two filters with a and b bits set, c of them in common, of `width` bits.
enum class SimilarityKind : std::uint8_t {
  kDice,     // 2c / (a + b)
  kJaccard,  // c / (a + b - c)
  kCosine,   // c / sqrt(ab)
  kHamming,  // 1 - (a + b - 2c) / width, the simple matching coefficient
  kTversky,  // c / (c + alpha (a - c) + beta (b - c)); Tversky, Features of Similarity, 1977
};

// A similarity and the least of it that counts.
struct SimilarityRule {
  static constexpr std::uint32_t kTverskyUnit = 1'000'000;

  SimilarityKind kind = SimilarityKind::kDice;
  Threshold threshold;
  std::uint32_t width = 0;             // bits; only kHamming asks
  std::uint32_t alpha = kTverskyUnit;  // of kTversky, in 1 / kTverskyUnit, from 0 to kTverskyUnit
  std::uint32_t beta = kTverskyUnit;   // likewise

  // How many bits two filters with `a` and `b` bits set must have in common to be similar. More
  // than the smaller of them has where they cannot be. Grows with a and with b.
  //
  // Filters without a bit in common are never similar, but by kHamming or at threshold 0.
  //
  // Requires: a and b at most 2^16.
  std::uint32_t LeastCommon(std::uint32_t a, std::uint32_t b) const;
};

}  // namespace musubi
