// Every similar pair, found by comparing all, many at a time. Sees filters and holders, nothing
// else.
#pragma once

#include <cstddef>
#include <memory>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "core/population.h"
#include "core/similarity.h"

namespace musubi::blocking {

struct SlicedKernel;

// Every pair that may be one person's and whose filters `filter` are present and similar by `rule`:
// those of the full scan, which it finds many times faster where few pairs are similar. Where
// nearly all are, it is slower than the scan, and a tile's batch holds up to 4 million pairs. The
// lower row of a pair is the first of LeastCommon's two, which only Tversky's similarity asks.
//
// Filters are counted bit by bit for a block of records at a time, and bits that neighbouring
// filters share are counted once for all of them; a block is left as soon as each of its records
// lacks too many bits. Tiles, and each tile's pairs and their order, depend on the population alone
// and on `kernel`'s number of lanes.
//
// `population` is borrowed and must outlive the plan. Prepares in parallel, in the caller's arena;
// what it makes is of no use once `context` was stopped.
// `kernel` is one of SlicedKernels(), where a test chooses; else the fastest.
//
// Requires: filter < population.records.filters.size(); at most 8,192 bits, and popcounts counted.
// Memory:   the filters' once more, 6 bytes a record, and 2 bytes for each two popcounts that
//           occur.
// Cost:     pairs times the bits to count until a record is out, about a third of a filter's set
//           bits, over the kernel's lanes, less what is shared.
std::unique_ptr<CandidatePlan> PlanExactJoin(const Population& population, std::size_t filter,
                                             const SimilarityRule& rule,
                                             const ExecContext& context = {},
                                             const SlicedKernel* kernel = nullptr);

}  // namespace musubi::blocking
