// A run that learns its model: counts patterns, and learns from them. Private to engine/link.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "core/pairs.h"
#include "engine/link/link.h"
#include "engine/link/pattern_reader.h"
#include "engine/link/value_rarity.h"
#include "engine/model/learned_model.h"
#include "engine/model/weight_bins.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// Which pairs a run learnt from: see LearnFrom.
enum class LearnedFrom { kAllPairs, kCandidates, kSample };

// What a run learnt, and what judging by it needs.
struct LearnedRun {
  // The records' values, as counting saw them.
  ValueRarity rarity;
  std::vector<std::uint8_t> coins;

  LearnedModel model;   // without classes, where there is no pair that may be one person's
  Weight least = 0;     // of a link
  Selection selection;  // before pairs are resolved
  std::optional<PatternWeights> weights;  // none where the model is refused, or there is nobody
  std::vector<WeightBin> bins = {};       // of the pairs that were learnt from; as `weights`
  LearnedFrom from = LearnedFrom::kAllPairs;

  // Borrows all, this object too.
  PatternSource SourceOf(const Population& population, const FilterRows& rows,
                         const Contract& contract, CompareKernel kernel) const {
    return {population, rows, contract, rarity, coins, kernel};
  }
};

// Learns, as stage "learn", from
//   - all pairs of the population, up to a thousand million, whatever the candidates are: a weight
//     tells what a pattern means, in a block as outside;
//   - beyond that, the plan's own pairs, where holders without duplicates have pairs in its blocks
//     to tell what two persons look like there;
//   - else all pairs of a sample of the records.
// `threshold` is the least chance of a link, above 0 and below 1.
//
// Requires: population.learns.
// Errors: kInterrupted
Result<LearnedRun> LearnFrom(const Population& population, const FilterRows& rows,
                             const Contract& contract, const blocking::CandidatePlan& plan,
                             const Threshold& threshold, CompareKernel kernel,
                             const ExecContext& context);

// What a run selected by what it learnt.
struct SelectedPairs {
  const Population& population;
  const LinkSource& links;
  std::uint64_t reached = 0;         // see FoundPairs
  std::span<const ScoredPair> hits;  // likewise
};

// What is known of the links without the truth, but for the refusal of a model. `first_of` tells
// what they were resolved to (see Resolution).
//
// Held-out hits are pairs of two persons that would have been links, but not all would have stayed
// so. Those that would have (HitsThatStay) are counted against the pairs of the clusters.
//
// Errors: those of the links
Result<LinkQuality> QualityOf(const LearnedRun& learned, const SelectedPairs& selected,
                              const Contract& contract, const std::vector<std::uint32_t>& first_of);

// Why links of this quality are not to be released without anybody looking (EpochSummary::hold):
// the model is surer of them than the control allows, by more than five points. Empty where they
// may be.
std::string HoldOf(const LinkQuality& quality);

// What is known before a pair is weighed: all there is where the model is refused.
LinkQuality WhatIsLearnt(const LearnedRun& learned, const Contract& contract);

}  // namespace musubi::engine
