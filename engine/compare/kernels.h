// The kernels for one instruction set each. Private to engine/compare: call through compare_rows.h,
// which asks the processor first.
#pragma once

#include <cstdint>
#include <span>

#include "engine/compare/compare_rows.h"

namespace musubi::engine {

// Requires: the processor has POPCNT.
void ComparePopcnt(const FilterRows& rows, FilterRange range, std::uint32_t left,
                   std::span<const std::uint32_t> rights, std::uint32_t* counts);

// Requires: the processor has AVX2.
void CompareAvx2(const FilterRows& rows, FilterRange range, std::uint32_t left,
                 std::span<const std::uint32_t> rights, std::uint32_t* counts);

// Requires: the processor has AVX512F and AVX512_VPOPCNTDQ.
void CompareAvx512(const FilterRows& rows, FilterRange range, std::uint32_t left,
                   std::span<const std::uint32_t> rights, std::uint32_t* counts);

// Requires: an AArch64 processor.
void CompareNeon(const FilterRows& rows, FilterRange range, std::uint32_t left,
                 std::span<const std::uint32_t> rights, std::uint32_t* counts);

}  // namespace musubi::engine
