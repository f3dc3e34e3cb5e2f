// Pairs counted by their weight in whole bits, and what each threshold would select. Sees counts,
// no record.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/pattern_counts.h"
#include "engine/model/pattern_weights.h"
#include "engine/model/quality.h"

namespace musubi::engine {

// The pairs whose weight is at least `bits` bits and below one bit more.
struct WeightBin {
  std::int32_t bits = 0;
  std::uint64_t candidates = 0;  // pairs that may be one person's
  std::uint64_t held_out = 0;    // pairs of two persons that the model has not seen
  double expected_matches = 0;   // of the candidates: those of one person, by the model

  bool operator==(const WeightBin&) const = default;
};

// Ascending; bins without a pair are left out. The sums are in the order of `counts`.
std::vector<WeightBin> BinsOf(const PairModel& model, const PatternWeights& weights,
                              const std::vector<PatternCount>& counts);

// What a threshold of `bits` bits would select, before pairs are resolved.
struct ThresholdPoint {
  std::int32_t bits = 0;
  Selection selection;
};

// A point for the lower end of each bin, ascending. `whole` tells what there is to select from.
//
// Requires: `bins` and `whole` are of the same model, weights and counts.
std::vector<ThresholdPoint> ThresholdCurve(const std::vector<WeightBin>& bins,
                                           const Selection& whole);

}  // namespace musubi::engine
