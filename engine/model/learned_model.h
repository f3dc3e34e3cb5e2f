// The model of a link run: learnt from counts of patterns alone, or refused. Sees no record.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/contract.h"
#include "engine/model/match_model.h"
#include "engine/model/null_model.h"
#include "engine/model/pattern_counts.h"
#include "engine/model/pattern_weights.h"
#include "engine/model/quality.h"

namespace musubi::engine {

// What a contract says of its comparisons. Their values are unknown yet: LevelTables of zeros.
//
// Requires: at most kMostComparisons filters and match tokens together.
Comparisons ComparisonsOf(const Contract& contract);

struct LearnedModel {
  PairModel pairs;
  std::vector<LevelTable> base;  // by place: the chances of strangers
  bool rarity = true;            // equal values tell the more the rarer they are
  bool has_control = false;      // there were known pairs of two persons to learn from
  // Why no link may be made of it, in a sentence without a full stop; empty where one may.
  std::string refusal;
};

// Learns from `counts` of the pairs of `records` records; a link is to have at least `threshold`.
//
// With at least a thousand control pairs, the classes of two persons are learnt from these alone
// and the model is checked against those held out. Rarity is left out where the held-out pairs say
// that more is found without it. Without control, a model that has not learnt persons is refused.
//
// The steps, their sources and the reasons for each number: docs/model.md.
//
// Requires: there are candidates; every field of `comparisons` is filled in.
LearnedModel Learn(const std::vector<PatternCount>& counts, const Comparisons& comparisons,
                   std::uint64_t records, Weight threshold);

}  // namespace musubi::engine
