#include "engine/link/learn_links.h"

#include <algorithm>
#include <memory>

#include "engine/link/control.h"
#include "engine/link/count_patterns.h"
#include "engine/link/value_rarity.h"

namespace musubi::engine {
namespace {

// How often values are equal, in one person's records and in strangers'.
std::vector<ComparisonReport> ReportComparisons(const LearnedModel& model,
                                                const Contract& contract) {
  std::vector<ComparisonReport> reports;
  for (std::size_t place = 0; place < model.base.size(); ++place) {
    const std::size_t filters = contract.filters().size();
    ComparisonReport report;
    report.name = place < filters ? contract.filters()[place].name
                                  : contract.match_rules()[place - filters].name;
    report.equal_match = Millionths(EqualChance(model.pairs.mixture.shape(0, place).chances));
    report.equal_stranger = Millionths(EqualChance(model.base[place]));
    reports.push_back(std::move(report));
  }
  return reports;
}

constexpr std::uint64_t kMostLearnt = 1'000'000'000;  // pairs; some 20 s on two cores

LearnedFrom ChooseLearningPairs(const Population& population) {
  const std::uint64_t rows = population.rows();
  const bool has_control =
      std::ranges::find(population.allows_within, 0) != population.allows_within.end();
  if (rows * (rows - 1) / 2 <= kMostLearnt) return LearnedFrom::kAllPairs;
  return has_control ? LearnedFrom::kCandidates : LearnedFrom::kSample;
}

// The pairs to learn from; null where they are the candidates themselves.
std::unique_ptr<blocking::CandidatePlan> LearningPlan(const Population& population,
                                                      LearnedFrom from) {
  switch (from) {
    case LearnedFrom::kAllPairs:
      return blocking::PlanAllPairs(population);
    case LearnedFrom::kSample:
      return blocking::PlanSampledPairs(population, kMostLearnt);
    case LearnedFrom::kCandidates:
      break;
  }
  return nullptr;
}

}  // namespace

Result<LearnedRun> LearnFrom(const Population& population, const FilterRows& rows,
                             const Contract& contract, const blocking::CandidatePlan& plan,
                             const Threshold& threshold, CompareKernel kernel,
                             const ExecContext& context) {
  const LearnedFrom from = ChooseLearningPairs(population);
  const auto own = LearningPlan(population, from);
  const blocking::CandidatePlan& learning = own ? *own : plan;
  context.Stage("learn", learning.visits());
  LearnedRun learned{
      ValueRarity(rows, context), ThrowCoins(rows, context), {}, WeightOfChance(threshold), {}, {}};
  learned.from = from;
  if (context.stopped()) return Interrupted();
  MUSUBI_ASSIGN_OR_RETURN(
      const std::vector<PatternCount> counts,
      CountPatterns(learned.SourceOf(population, rows, contract, kernel), learning, context));
  if (TableOf(counts, PairKind::kCandidate).patterns.empty()) return learned;  // nobody to link
  Comparisons comparisons = ComparisonsOf(contract);
  comparisons.values = learned.rarity.Shares(contract);
  learned.model = Learn(counts, comparisons, population.rows(), learned.least);
  if (!learned.model.refusal.empty()) return learned;
  learned.weights.emplace(learned.model.pairs, learned.model.rarity, counts);
  learned.selection = SelectionOf(learned.model.pairs, *learned.weights, learned.least, counts);
  learned.bins = BinsOf(learned.model.pairs, *learned.weights, counts);
  return learned;
}

LinkQuality WhatIsLearnt(const LearnedRun& learned, const Contract& contract) {
  LinkQuality quality;
  quality.learns = true;
  quality.refusal = learned.model.refusal;
  quality.has_control = learned.model.has_control;
  quality.rarity = learned.model.rarity;
  if (learned.model.pairs.mixture.classes.empty()) return quality;
  quality.moves = learned.model.pairs.matches > 1;
  quality.comparisons = ReportComparisons(learned.model, contract);
  return quality;
}

std::string HoldOf(const LinkQuality& quality) {
  constexpr std::uint32_t kFivePoints = 50'000;
  if (!quality.has_control || quality.model_precision <= quality.precision.high + kFivePoints) {
    return "";
  }
  return "the model expects " + std::to_string(quality.model_precision / 10'000) +
         " % of its links to be right, and the pairs known to be two persons say " +
         std::to_string(quality.precision.value / 10'000) + " %";
}

Result<LinkQuality> QualityOf(const LearnedRun& learned, const SelectedPairs& selected,
                              const Contract& contract,
                              const std::vector<std::uint32_t>& first_of) {
  LinkQuality quality = WhatIsLearnt(learned, contract);
  if (!learned.weights) return quality;
  quality.model_precision = ModelPrecision(learned.selection);
  quality.model_recall = ModelRecall(learned.selection);
  if (learned.selection.selected > selected.reached) {  // blocking left some out
    quality.model_recall = static_cast<std::uint32_t>(quality.model_recall * selected.reached /
                                                      learned.selection.selected);
  }
  if (!quality.has_control) return quality;
  MUSUBI_ASSIGN_OR_RETURN(quality.control_hits,
                          HitsThatStay(selected.links, selected.hits, selected.population));
  quality.control_pairs = learned.selection.held_out;
  quality.precision = ControlPrecision(PairsWithin(first_of), learned.selection.candidates,
                                       quality.control_hits, quality.control_pairs);
  return quality;
}

}  // namespace musubi::engine
