// What pairs that are known to be two persons' say of links: each that reaches the threshold is a
// mistake that stands for others nobody can see. Private to engine/link.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/pairs.h"
#include "core/population.h"
#include "core/result.h"
#include "core/threshold.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// How many pairs a run decided: those that may be one person's, and those known to be two persons'.
struct PairTotals {
  std::uint64_t candidates = 0;
  std::uint64_t control = 0;
};

// Of every pair of the population.
PairTotals AllPairsOf(const Population& population);

// How many pairs clusters hold. `first_of` is a Resolution's.
std::uint64_t PairsWithin(const std::vector<std::uint32_t>& first_of);

// How many of the hits (see FoundPairs) would have stayed links, had one of their records been of
// another holder: towards each other holder in turn those of whose records neither has a better
// link there, for resolution would take that one; the mean over these holders, rounded up.
//
// Memory: a bit a row, and 16 bytes for each link of a hit's records.
// Errors: those of the links
Result<std::uint64_t> HitsThatStay(const LinkSource& links, std::span<const ScoredPair> hits,
                                   const Population& population);

// The least score from which on at least the share `precision` of the links is right, before any
// resolution: of `selected` links and `hits`, 1 - hits * candidates / control / selected. Nothing,
// where no score reaches it.
//
// Requires: totals.control > 0.
// Memory:   4 bytes a link. Errors: those of the links
// Source:   as false discoveries are told from decoys: Elias, Gygi, Nature Methods 4:207 (2007);
//           decided in integers.
Result<std::optional<std::uint32_t>> LeastScore(const Threshold& precision, const LinkSource& links,
                                                std::span<const ScoredPair> hits,
                                                const PairTotals& totals);

// The links of another source that have at least a score.
class BestLinksOf : public LinkSource {
 public:
  // `links` is borrowed. Errors: those of the links
  static Result<BestLinksOf> Make(const LinkSource& links, std::uint32_t least);

  std::uint64_t links() const override { return count_; }
  Status Visit(const Visitor& visit) const override;

 private:
  BestLinksOf(const LinkSource& links, std::uint32_t least) : links_(links), least_(least) {}

  const LinkSource& links_;
  std::uint32_t least_;
  std::uint64_t count_ = 0;
};

}  // namespace musubi::engine
