// The score of candidate pairs: compare and weigh, a filter after the other. Private to
// engine/link.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/contract.h"
#include "core/pairs.h"
#include "core/population.h"
#include "engine/compare/compare_rows.h"
#include "engine/link/pair_reader.h"
#include "engine/link/pattern_reader.h"
#include "engine/link/score_pairs.h"
#include "engine/model/weighted_mean.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

// The filters from the heaviest down, then in the contract's order: the order for FilterRows.
std::vector<std::size_t> HeaviestFirst(const Contract& contract);

// What a pair's score follows from, for all pairs of a run: borrowed, and outlived by it.
struct ScoringBasis {
  const Population& population;
  const FilterRows& rows;  // the filters of the population's records
  const Contract& contract;
  CompareKernel kernel;
};

// What weighing a pair needs of its contract, made once a run. Threads: safe.
class PairWeights {
 public:
  PairWeights(const Contract& contract, const FilterRows& rows);

  // Per filter, in the order of FilterRows.
  std::vector<FilterAgreement> agreements;
  std::vector<std::uint32_t> weights;
  std::vector<std::uint32_t> rest;  // of the filters behind it
  bool best_view;                   // LinkagePlan::best_view
};

// Judges by the weighted mean. A pair's match tokens are weighed first, then its filters in the
// order of `rows`; it is left as soon as the rest cannot bring it to the threshold, so that the
// result is that of weighing them all. Candidates that may not be one person's are hits.
class PairScorer : public PairJudge {
 public:
  // All are borrowed.
  PairScorer(const ScoringBasis& basis, const PairWeights& weights, const WeightedMean& model)
      : basis_(basis), weights_(weights), model_(model) {}

  void Judge(std::uint32_t left, std::span<const std::uint32_t> rights, FoundPairs* found) override;

  // Appends the pairs of `left` and `rights` that reach the model's threshold, in the order of
  // `rights`.
  void Score(std::uint32_t left, std::span<const std::uint32_t> rights,
             std::vector<ScoredPair>* accepted);

 private:
  // Takes pairs of two persons from the links from `first` on.
  void SortOut(std::size_t first, FoundPairs* found) const;

  Evidence MatchEvidence(std::uint32_t left, std::uint32_t right) const;
  void AddFilter(std::uint32_t left, std::size_t place);

  const ScoringBasis& basis_;
  const PairWeights& weights_;
  const WeightedMean& model_;
  std::vector<std::uint32_t> rights_;
  std::vector<Evidence> evidence_;
  std::vector<std::uint32_t> counts_;
};

// The scores of any pairs, as the resolution asks for them: 0 for those below `evidence`'s
// threshold. All are borrowed.
class ScoresOnDemand : public PairReader {
 public:
  ScoresOnDemand(const ScoringBasis& basis, const PairWeights& weights,
                 const WeightedMean& evidence);

  std::uint32_t Of(std::uint32_t left, std::uint32_t right) const override;
  PairReading Read(std::uint32_t left, std::uint32_t right) const override;

 private:
  const ScoringBasis& basis_;
  const PairWeights& weights_;
  const WeightedMean& evidence_;
  ValueRarity no_rarity_;
  std::vector<std::uint8_t> no_coins_;
  PatternSource source_;
};

}  // namespace musubi::engine
