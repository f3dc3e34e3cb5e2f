#include "engine/link/trial.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <utility>

#include "blocking/candidates.h"
#include "engine/compare/compare_rows.h"
#include "engine/link/learn_links.h"
#include "engine/link/pair_scorer.h"
#include "engine/link/score_pairs.h"
#include "engine/link/weigh_pairs.h"
#include "engine/model/weighted_mean.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {
namespace {

std::vector<std::uint32_t> WidthsOf(const EncodingSet& records) {
  std::vector<std::uint32_t> widths;
  for (const FilterColumn& filter : records.filters) {
    widths.push_back(static_cast<std::uint32_t>(filter.bits.bits()));
  }
  return widths;
}

class LinksInMemory : public LinkSource {
 public:
  explicit LinksInMemory(std::vector<ScoredPair> links) : links_(std::move(links)) {}

  std::uint64_t links() const override { return links_.size(); }
  Status Visit(const Visitor& visit) const override {
    visit(links_);
    return {};
  }
  const std::vector<ScoredPair>& all() const { return links_; }

 private:
  std::vector<ScoredPair> links_;
};

// One trial, stage by stage.
class Trial {
 public:
  Trial(const Contract& contract, const Population& population, const FilterRows& rows,
        const TrialRequest& request, const ExecContext& context)
      : contract_(contract),
        population_(population),
        rows_(rows),
        context_(context),
        threshold_(request.threshold.value_or(contract.plan().threshold)),
        resolution_(request.resolution.value_or(contract.plan().resolution)),
        kernel_(BestCompareKernel().run) {
    std::vector<std::uint32_t> max_records;
    for (const BlockRule& rule : contract.block_rules()) max_records.push_back(rule.max_records);
    std::vector<blocking::BlockPassStats> passes;
    plan_ = request.by_blocks ? blocking::PlanBlocks(population, &passes, context, max_records)
                              : blocking::PlanAllPairs(population);
  }

  Result<TrialLinks> ByMean() {
    const ScoringBasis basis{population_, rows_, contract_, kernel_};
    const PairWeights weights(contract_, rows_);
    const WeightedMean model(threshold_, contract_.plan().prior_weight);
    const ScoresOnDemand scores(basis, weights, model);
    return LinksBy([&] { return std::make_unique<PairScorer>(basis, weights, model); }, scores,
                   model.threshold_score());
  }

  Result<TrialLinks> ByLearning() {
    MUSUBI_ASSIGN_OR_RETURN(
        const LearnedRun learned,
        LearnFrom(population_, rows_, contract_, *plan_, threshold_, kernel_, context_));
    if (!learned.weights) return TrialLinks{{}, learned.model.refusal};
    const PatternSource source = learned.SourceOf(population_, rows_, contract_, kernel_);
    const WeightScores scores(source, *learned.weights, learned.least);
    return LinksBy(
        [&] { return std::make_unique<WeightJudge>(source, *learned.weights, learned.least); },
        scores, kLinkScore);
  }

 private:
  // Of two holders without duplicates a cluster has two records at most, and a link joins them.
  Result<TrialLinks> LinksBy(const JudgeMaker& make_judge, const PairScores& scores,
                             std::uint32_t threshold) {
    std::vector<ScoredPair> found;
    MUSUBI_RETURN_IF_ERROR(
        ScorePairs(*plan_, make_judge, 0, PartLimits(), context_, [&](ScoredPart part) -> Status {
          std::ranges::copy(part.found.links, std::back_inserter(found));
          return {};
        }));
    const LinksInMemory links(std::move(found));
    MUSUBI_ASSIGN_OR_RETURN(
        const Resolution resolution,
        Resolve(population_, links, scores, {threshold, resolution_}, context_));
    TrialLinks joined;
    std::ranges::copy_if(links.all(), std::back_inserter(joined.links),
                         [&](const ScoredPair& link) {
                           return resolution.first_of[link.left] == resolution.first_of[link.right];
                         });
    std::ranges::sort(joined.links);
    return joined;
  }

  const Contract& contract_;
  const Population& population_;
  const FilterRows& rows_;
  const ExecContext& context_;
  Threshold threshold_;
  ResolutionKind resolution_;
  CompareKernel kernel_;
  std::unique_ptr<blocking::CandidatePlan> plan_;
};

}  // namespace

LinkTrial::LinkTrial(const Contract& contract, EncodingSet records, std::size_t left)
    : contract_(contract), left_(left), rows_(WidthsOf(records), HeaviestFirst(contract)) {
  const std::size_t rows = records.rows();
  rows_.Append(records);
  records.filters.clear();  // all are in rows_
  population_.records = std::move(records);
  population_.source.assign(rows, 1);
  std::fill_n(population_.source.begin(), left, std::uint16_t{0});
  population_.allows_within = {0, 0};
  population_.settled.assign(rows, 0);
  population_.learns = contract.plan().model == ModelKind::kFellegiSunter;
}

Threshold LinkTrial::LeastThreshold() const {
  constexpr std::size_t kLefts = 256;  // whose pairs are looked at
  constexpr std::size_t kStrangers = 20;
  const std::size_t lefts = std::min(kLefts, left_);
  const WeightedMean any({1, kScoreUnit}, contract_.plan().prior_weight);
  const ScoringBasis basis{population_, rows_, contract_, BestCompareKernel().run};
  const PairWeights weights(contract_, rows_);
  PairScorer scorer(basis, weights, any);
  std::vector<std::uint32_t> rights(population_.rows() - left_);
  std::iota(rights.begin(), rights.end(), static_cast<std::uint32_t>(left_));
  std::vector<ScoredPair> scored;
  for (std::uint32_t row = 0; row < lefts; ++row) scorer.Score(row, rights, &scored);
  const std::size_t kept = lefts * kStrangers;
  if (scored.size() <= kept) return {1, kScoreUnit};
  const auto last = scored.begin() + static_cast<std::ptrdiff_t>(kept);
  std::ranges::nth_element(scored, last, std::ranges::greater(), &ScoredPair::score);
  return {std::max(last->score, 1U), kScoreUnit};
}

Result<TrialLinks> LinkTrial::Link(const TrialRequest& request, const ExecContext& context) const {
  Trial trial(contract_, population_, rows_, request, context);
  return population_.learns ? trial.ByLearning() : trial.ByMean();
}

}  // namespace musubi::engine
