// How good a linkage is, estimated without knowing the truth. Sees counts, no record.
#pragma once

#include <cstdint>

#include "engine/model/pattern_counts.h"
#include "engine/model/pattern_weights.h"

namespace musubi::engine {

// What a model selects at a threshold.
struct Selection {
  std::uint64_t candidates = 0;  // pairs compared
  std::uint64_t selected = 0;    // of them, at least the threshold
  std::uint64_t held_out = 0;    // pairs of two persons that the model has not seen
  std::uint64_t hits = 0;        // of them, at least the threshold: each a mistake
  double expected_matches = 0;   // pairs of one person among the candidates, by the model
  double expected_selected = 0;  // of them, among the selected
};

Selection SelectionOf(const PairModel& model, const PatternWeights& weights, Weight threshold,
                      const std::vector<PatternCount>& counts);

// A share within 0 and 1, what is beyond cut off, as millionths.
std::uint32_t Millionths(double share);

// A share with the interval in which it lies nine times out of ten or more, in millionths.
struct Estimate {
  std::uint32_t value = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};

// The share of `found` among `all`, with its 95 % interval.
//
// Requires: all > 0, found <= all.
// Source: Wilson, JASA 22:209 (1927), the score interval.
Estimate ShareOf(std::uint64_t found, std::uint64_t all);

// The precision of `selected` links among `candidates`, from how many of `held_out` pairs of two
// persons would have been links as well: each stands for candidates / held_out mistakes. The
// interval is the 95 % one of a Poisson count; all is kept within 0 and 1.
//
// Requires: held_out > 0.
// Source: Byar's approximation: Breslow, Day, Statistical Methods in Cancer Research II (1987).
Estimate ControlPrecision(std::uint64_t selected, std::uint64_t candidates, std::uint64_t hits,
                          std::uint64_t held_out);

// Whether what a model selects that looks at the rarity of values is as good as what one selects
// that does not: pairs selected less mistakes by the held-out pairs, and half a hundredth for
// chance.
//
// Requires: both have held-out pairs.
bool RarityPays(const Selection& rare, const Selection& plain);

// Fewer hits than these tell too little to certify a precision.
inline constexpr std::uint64_t kLeastHits = 30;

// The mean chance that a selected pair is one person's; and the share of all pairs of one person
// that is selected. Both are the model's own opinion, in millionths.
std::uint32_t ModelPrecision(const Selection& selection);
std::uint32_t ModelRecall(const Selection& selection);

// Whether the control contradicts the model: their precisions are more than five points apart
// wherever in its interval the control's lies.
bool Contradicts(const Estimate& control, std::uint32_t model_precision);

}  // namespace musubi::engine
