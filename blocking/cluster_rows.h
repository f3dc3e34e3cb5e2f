// An order of filters in which neighbours are alike. Private to blocking.
#pragma once

#include <cstdint>
#include <span>

#include "blocking/sliced_kernel.h"
#include "core/bit_matrix.h"
#include "core/exec_context.h"

namespace musubi::blocking {

// Reorders `rows`, row numbers of `matrix`, so that runs of 4, 16, 64 and 256 from the start have
// many bits in common: halves them again and again by the two kinds of filter among them that
// differ most. Any order is right; this one makes shared counting fast. The result depends on the
// rows and their order alone, unless `context` is stopped, which ends it early. `kernel` counts.
//
// Threads: divides the work by TBB.
void ClusterRows(const BitMatrix& matrix, const SlicedKernel& kernel, std::span<std::uint32_t> rows,
                 const ExecContext& context);

}  // namespace musubi::blocking
