// Candidates to links: compare and weigh, tile by tile, in parallel. Private to engine/link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/result.h"
#include "engine/link/pair_scorer.h"
#include "engine/model/weighted_mean.h"

namespace musubi::engine {

// What the tiles from where the part before it ended up to `end_tile` - 1 gave.
struct ScoredPart {
  std::size_t end_tile = 0;
  std::uint64_t compared = 0;     // candidate pairs
  std::vector<ScoredPair> links;  // in the order of the plan's tiles
};

// When a part ends: at the first tile after either is reached. Where that is depends on what
// threads do; what all parts give together does not.
struct PartLimits {
  std::uint64_t links = UINT64_MAX;
  std::uint64_t visits = UINT64_MAX;  // as the plan counts them
};

// Scores the tiles of `plan` from `first_tile` on, as stage "compare", and calls `take` with one part after the other,
// the last of which ends with the last tile; at least one, though it may be empty. An error of
// `take` ends the call.
//
// Memory: 24 bytes for each link of a part.
// Errors: kInterrupted; those of `take`
Status ScorePairs(const ScoringBasis& basis, const PairWeights& weights, const WeightedMean& model,
                  const blocking::CandidatePlan& plan, std::size_t first_tile,
                  const PartLimits& limits, const ExecContext& context,
                  const std::function<Status(ScoredPart part)>& take);

}  // namespace musubi::engine
