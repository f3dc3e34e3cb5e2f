// The word-by-word kernel, compiled once for any processor and once with POPCNT.
// Private to engine/compare.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "core/bit_matrix.h"

namespace musubi::engine {
namespace {

// In an unnamed namespace on purpose: each file that includes this compiles its own copy for its
// own instruction set, and the linker must not merge them.
[[maybe_unused]] void AndCountRows(const BitMatrix& matrix, std::uint32_t left,
                                   std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  const std::size_t words = matrix.stride_words();
  const std::uint64_t* a = matrix.data() + left * words;
  for (std::size_t i = 0; i < rights.size(); ++i) {
    const std::uint64_t* b = matrix.data() + rights[i] * words;
    std::uint32_t count = 0;
    for (std::size_t w = 0; w < words; ++w) {
      count += static_cast<std::uint32_t>(std::popcount(a[w] & b[w]));
    }
    counts[i] = count;
  }
}

}  // namespace
}  // namespace musubi::engine
