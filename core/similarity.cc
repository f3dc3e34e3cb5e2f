#include "core/similarity.h"

#include <algorithm>

namespace musubi {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t CeilDivide(std::uint64_t numerator, std::uint64_t denominator) {
  return (numerator + denominator - 1) / denominator;
}

// The least c with c / sqrt(ab) >= n / d, that is c^2 d^2 >= n^2 ab. The squares of six decimal
// places and of 2^16 bits need more than 64 bits.
std::uint64_t LeastCosine(const Threshold& threshold, std::uint64_t a, std::uint64_t b) {
  const Wide n = threshold.numerator;
  const Wide d = threshold.denominator;
  const Wide least = n * n * a * b;
  std::uint64_t below = 0;                // a cosine of 1 has c = sqrt(ab), so the least c
  std::uint64_t enough = std::max(a, b);  // is no more than the larger of a and b
  while (below < enough) {
    const std::uint64_t middle = (below + enough) / 2;
    if (d * d * middle * middle >= least) {
      enough = middle;
    } else {
      below = middle + 1;
    }
  }
  return enough;
}

}  // namespace

// Each case solves "similarity >= n / d" for c.
std::uint32_t SimilarityRule::LeastCommon(std::uint32_t a, std::uint32_t b) const {
  const std::uint64_t n = threshold.numerator;
  const std::uint64_t d = threshold.denominator;
  const std::uint64_t bits = std::uint64_t{a} + b;
  std::uint64_t least = 0;
  switch (kind) {
    case SimilarityKind::kDice:
      least = CeilDivide(n * bits, 2 * d);
      break;
    case SimilarityKind::kJaccard:
      least = CeilDivide(n * bits, n + d);
      break;
    case SimilarityKind::kCosine:
      least = LeastCosine(threshold, a, b);
      break;
    case SimilarityKind::kHamming: {
      // d (a + b - 2c) <= (d - n) width
      const std::uint64_t allowed = (d - n) * width;
      return d * bits <= allowed
                 ? 0
                 : static_cast<std::uint32_t>(CeilDivide(d * bits - allowed, 2 * d));
    }
    case SimilarityKind::kTversky: {
      const std::uint64_t per_bit = kTverskyUnit * (d - n) + n * (std::uint64_t{alpha} + beta);
      const std::uint64_t needed = n * (std::uint64_t{alpha} * a + std::uint64_t{beta} * b);
      least = per_bit == 0 ? 0 : CeilDivide(needed, per_bit);
      break;
    }
  }
  return static_cast<std::uint32_t>(n == 0 ? 0 : std::max<std::uint64_t>(least, 1));
}

}  // namespace musubi
