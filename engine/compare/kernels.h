// The kernels for one instruction set each. Private to engine/compare: call through and_count.h,
// which asks the processor first.
#pragma once

#include <cstdint>
#include <span>

#include "core/bit_matrix.h"

namespace musubi::engine {

// Requires: the processor has POPCNT.
void AndCountPopcnt(const BitMatrix& matrix, std::uint32_t left,
                    std::span<const std::uint32_t> rights, std::uint32_t* counts);

// Requires: the processor has AVX2.
void AndCountAvx2(const BitMatrix& matrix, std::uint32_t left,
                  std::span<const std::uint32_t> rights, std::uint32_t* counts);

}  // namespace musubi::engine
