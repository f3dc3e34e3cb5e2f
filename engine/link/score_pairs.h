// Candidates to links, tile by tile, in parallel. Private to engine/link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/result.h"

namespace musubi::engine {

// What judging candidates gives.
struct FoundPairs {
  std::uint64_t compared = 0;     // pairs that may be linked
  std::uint64_t reached = 0;      // pairs that may be one person's and reach the threshold
  std::vector<ScoredPair> links;  // those of them that may be linked
  std::vector<ScoredPair> hits;   // pairs known to be two persons that reach it all the same
  std::uint64_t control = 0;  // pairs known to be two persons; a model that learns counts its own
};

// Judges the candidates of one left record at a time. Threads: one at a time.
class PairJudge {
 public:
  virtual ~PairJudge() = default;

  // Adds what the pairs of `left` and `rights` are, in the order of `rights`.
  virtual void Judge(std::uint32_t left, std::span<const std::uint32_t> rights,
                     FoundPairs* found) = 0;
};

// Makes a judge for a thread. Threads: safe.
using JudgeMaker = std::function<std::unique_ptr<PairJudge>()>;

// What the tiles from where the part before it ended up to `end_tile` - 1 gave, in their order.
struct ScoredPart {
  std::size_t end_tile = 0;
  FoundPairs found;
};

// When a part ends: at the first tile after either is reached. Where that is depends on what
// threads do; what all parts give together does not.
struct PartLimits {
  std::uint64_t links = UINT64_MAX;
  std::uint64_t visits = UINT64_MAX;  // as the plan counts them
};

// Judges the tiles of `plan` from `first_tile` on, as stage "compare", and calls `take` with one
// part after the other, the last of which ends with the last tile; at least one, though it may be
// empty. An error of `take` ends the call.
//
// Memory: 24 bytes for each link of a part.
// Errors: kInterrupted; those of `take`
Status ScorePairs(const blocking::CandidatePlan& plan, const JudgeMaker& make_judge,
                  std::size_t first_tile, const PartLimits& limits, const ExecContext& context,
                  const std::function<Status(ScoredPart part)>& take);

}  // namespace musubi::engine
