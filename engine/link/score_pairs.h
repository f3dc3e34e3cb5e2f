// Candidates to pairs that have something in common: compare and weigh, tile by tile, in parallel.
// Private to engine/link.
#pragma once

#include <cstdint>
#include <vector>

#include "blocking/candidates.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/population.h"
#include "engine/compare/compare_rows.h"
#include "engine/model/weighted_mean.h"

namespace musubi::engine {

struct ScoredPairs {
  std::vector<ScoredPair> accepted;  // in the order of the plan's tiles
  std::uint64_t compared = 0;        // candidate pairs
};

// The filters from the heaviest down, then in the contract's order: the order for FilterRows.
std::vector<std::size_t> HeaviestFirst(const Contract& contract);

// Compares and weighs one filter after the other in the order of `rows`, which holds those of the
// population's records. A pair is left as soon as the remaining ones cannot bring it to the
// threshold: the result is that of weighing them all.
//
// Errors: kInterrupted
Result<ScoredPairs> ScorePairs(const Population& population, const FilterRows& rows,
                               const Contract& contract, const blocking::CandidatePlan& plan,
                               const WeightedMean& model, CompareKernel kernel,
                               const ExecContext& context);

}  // namespace musubi::engine
