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
#include "engine/compare/and_count.h"
#include "engine/model/weighted_mean.h"

namespace musubi::engine {

struct ScoredPairs {
  std::vector<ScoredPair> accepted;  // in the order of the plan's tiles
  std::uint64_t compared = 0;        // candidate pairs
};

// Filters are compared from the heaviest down, and a pair is left as soon as the remaining ones
// cannot bring it to the threshold: the result is that of comparing them all.
//
// Errors: kInterrupted
Result<ScoredPairs> ScorePairs(const Population& population, const Contract& contract,
                               const blocking::CandidatePlan& plan, const WeightedMean& model,
                               AndCountKernel kernel, const ExecContext& context);

}  // namespace musubi::engine
