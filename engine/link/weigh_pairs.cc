#include "engine/link/weigh_pairs.h"

#include <algorithm>

namespace musubi::engine {

std::uint32_t ScoreOf(Weight weight, Weight threshold) {
  const std::int64_t score = kLinkScore + (std::int64_t{weight} - threshold) * (kScoreBit / kBit);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(score, 0, kScoreUnit));
}

void WeightJudge::Judge(std::uint32_t left, std::span<const std::uint32_t> rights,
                        FoundPairs* found) {
  const std::span<const Pattern> patterns = reader_.Read(left, rights);
  for (std::size_t i = 0; i < rights.size(); ++i) {
    const bool may_pair = source_.population.MayPair(left, rights[i]);
    found->compared += may_pair ? 1 : 0;
    const std::uint32_t score = ScoreOf(weights_.Of(patterns[i]), threshold_);
    if (score < kLinkScore) continue;
    const ScoredPair pair{std::min(left, rights[i]), std::max(left, rights[i]), score};
    if (may_pair) found->links.push_back(pair);
    const PairKind kind = KindOf(source_, left, rights[i]);
    found->reached += kind == PairKind::kCandidate ? 1 : 0;
    if (kind == PairKind::kHeldOut) found->hits.push_back(pair);
  }
}

PairReading WeightScores::Read(std::uint32_t left, std::uint32_t right) const {
  const Pattern pattern = readers_.local().Read(left, {&right, 1}).front();
  const std::uint32_t score = ScoreOf(weights_.Of(pattern), threshold_);
  return {pattern, score < kEvidenceScore ? 0 : score};
}

}  // namespace musubi::engine
