// The second pass of a run that learns: candidates weighed by what was learnt. Private to
// engine/link.
#pragma once

#include <tbb/enumerable_thread_specific.h>

#include <cstdint>
#include <span>

#include "core/pairs.h"
#include "engine/link/pair_reader.h"
#include "engine/link/pattern_reader.h"
#include "engine/link/score_pairs.h"
#include "engine/model/pattern_weights.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// Weights as scores: the threshold is kLinkScore, a bit is kScoreBit. The rules by which pairs are
// resolved are fractions of the threshold (engine/resolve): an unknown pair counts a third of it,
// which is 10 bits below the threshold, and the mean of two clusters may be a fifth of it, 3 bits,
// below. From here on a pair is evidence: 5 bits below the threshold.
inline constexpr std::uint32_t kEvidenceScore = kLinkScore - 5 * kScoreBit;

// 0 to kScoreUnit, which is 110 bits above the threshold; what is beyond is cut off.
std::uint32_t ScoreOf(Weight weight, Weight threshold);

// Judges by what was learnt. Threads: one at a time.
class WeightJudge : public PairJudge {
 public:
  // All are borrowed. A link has at least `threshold`.
  WeightJudge(const PatternSource& source, const PatternWeights& weights, Weight threshold)
      : source_(source), weights_(weights), threshold_(threshold), reader_(source) {}

  // Of candidates that may not be linked, those that may be one person's count as reached, and
  // those held out of the learning are hits.
  void Judge(std::uint32_t left, std::span<const std::uint32_t> rights, FoundPairs* found) override;

 private:
  const PatternSource& source_;
  const PatternWeights& weights_;
  Weight threshold_;
  PatternReader reader_;
};

// The scores of any pairs, as the resolution asks for them: 0 below kEvidenceScore. Borrows all.
class WeightScores : public PairReader {
 public:
  WeightScores(const PatternSource& source, const PatternWeights& weights, Weight threshold)
      : weights_(weights),
        threshold_(threshold),
        readers_([&source] { return PatternReader(source); }) {}

  std::uint32_t Of(std::uint32_t left, std::uint32_t right) const override {
    return Read(left, right).score;
  }
  PairReading Read(std::uint32_t left, std::uint32_t right) const override;

 private:
  const PatternWeights& weights_;
  Weight threshold_;
  mutable tbb::enumerable_thread_specific<PatternReader> readers_;
};

}  // namespace musubi::engine
