// How many bits two records share in each of their filters: the kernel under every similarity.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/compare/filter_rows.h"

namespace musubi::engine {

// Some filters that lie side by side: places [begin, end) of FilterRows::order().
struct FilterRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - begin; }
};

// Writes to counts[i * range.size() + f] the number of bits set in the filter at place
// range.begin + f of both `left` and rights[i].
//
// Requires: left and every right < rows.rows(); range.end <= rows.filters(); counts has room for
//           rights.size() * range.size().
// Cost:     a few cycles a line; rights far from each other wait for memory, so a range from 0 on
//           has whole rows fetched some pairs ahead, for the ranges behind it too.
// Threads:  safe while no two calls share `counts`.
using CompareKernel = void (*)(const FilterRows& rows, FilterRange range, std::uint32_t left,
                               std::span<const std::uint32_t> rights, std::uint32_t* counts);

struct NamedKernel {
  std::string_view name;  // "portable", "popcnt", "avx2", "avx512", "neon"
  CompareKernel run;
};

// The kernels that this processor can run, slowest first. "portable" is always the first; all give
// the same counts.
const std::vector<NamedKernel>& CompareKernels();

// The fastest of them, chosen once.
const NamedKernel& BestCompareKernel();

}  // namespace musubi::engine
