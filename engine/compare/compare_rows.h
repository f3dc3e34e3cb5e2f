// How many bits two filters share: the kernel under every similarity.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/bit_matrix.h"

namespace musubi::engine {

// Writes to counts[i] the number of bits set in both row `left` and row rights[i] of `matrix`.
//
// Requires: left and every right < matrix.rows(); counts has room for rights.size().
// Cost:     rights.size() * stride_words word operations.
// Threads:  safe while no two calls share `counts`.
using AndCountKernel = void (*)(const BitMatrix& matrix, std::uint32_t left,
                                std::span<const std::uint32_t> rights, std::uint32_t* counts);

struct NamedKernel {
  std::string_view name;  // "portable", "popcnt", "avx2"
  AndCountKernel run;
};

// The kernels that this processor can run, slowest first. "portable" is always the first; all give
// the same counts.
const std::vector<NamedKernel>& AndCountKernels();

// The fastest of them, chosen once.
const NamedKernel& BestAndCountKernel();

}  // namespace musubi::engine
