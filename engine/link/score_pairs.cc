#include "engine/link/score_pairs.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <numeric>

namespace musubi::engine {
namespace {

// What weighing a pair needs of its contract, made once a run.
struct Weights {
  Weights(const Contract& contract, const FilterRows& rows) {
    std::uint32_t left = 0;
    for (const Filter& filter : contract.filters()) left += filter.weight;
    for (const std::size_t f : rows.order()) {
      const Filter& filter = contract.filters()[f];
      agreements.emplace_back(filter);
      weights.push_back(filter.weight);
      rest.push_back(left -= filter.weight);
    }
  }

  // Per filter, in the order of FilterRows.
  std::vector<FilterAgreement> agreements;
  std::vector<std::uint32_t> weights;
  std::vector<std::uint32_t> rest;  // of the filters behind it
};

// Scores the candidates of one left record at a time. Threads: one at a time.
class GroupScorer {
 public:
  // All are borrowed.
  GroupScorer(const Population& population, const FilterRows& rows, const Contract& contract,
              const Weights& weights, const WeightedMean& model, CompareKernel kernel)
      : population_(population),
        rows_(rows),
        contract_(contract),
        weights_(weights),
        model_(model),
        kernel_(kernel) {}

  // Appends the accepted pairs of `left` and `rights`, in the order of `rights`.
  void Score(std::uint32_t left, std::span<const std::uint32_t> rights,
             std::vector<ScoredPair>* accepted) {
    rights_.assign(rights.begin(), rights.end());
    evidence_.clear();
    for (const std::uint32_t right : rights) evidence_.push_back(MatchEvidence(left, right));
    for (std::size_t place = 0; place < rows_.filters() && !rights_.empty(); ++place) {
      AddFilter(left, place);
    }
    for (std::size_t i = 0; i < rights_.size(); ++i) {
      if (!model_.Accepts(evidence_[i])) continue;
      const auto [low, high] = std::minmax(left, rights_[i]);
      accepted->push_back({low, high, model_.Score(evidence_[i])});
    }
  }

 private:
  // Equal match tokens agree fully, different ones disagree.
  Evidence MatchEvidence(std::uint32_t left, std::uint32_t right) const {
    Evidence evidence;
    for (std::size_t rule = 0; rule < contract_.match_rules().size(); ++rule) {
      const MatchRule& match = contract_.match_rules()[rule];
      const auto& tokens = population_.records.tokens[contract_.block_rules().size() + rule];
      if (tokens[left].is_none() || tokens[right].is_none()) continue;
      if (tokens[left] == tokens[right]) {
        evidence.Add(match.weight, kScoreUnit);
      } else {
        evidence.Add(match.conflict_weight, 0);
      }
    }
    return evidence;
  }

  // Compares and weighs one filter of the pairs that are left, and drops those that the filters
  // behind it cannot bring to the threshold.
  void AddFilter(std::uint32_t left, std::size_t place) {
    counts_.resize(rights_.size());
    kernel_(rows_, {place, place + 1}, left, rights_, counts_.data());
    const std::uint32_t left_bits = rows_.popcount(left, place);
    const FilterAgreement& agreement = weights_.agreements[place];
    const std::uint32_t weight = weights_.weights[place];
    const std::uint32_t rest = weights_.rest[place];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rights_.size(); ++i) {
      Evidence evidence = evidence_[i];
      const std::uint32_t right_bits = rows_.popcount(rights_[i], place);
      if (left_bits > 0 && right_bits > 0) {
        evidence.Add(weight, agreement.Of(counts_[i], left_bits, right_bits));
      }
      if (!model_.CanReach(evidence, rest)) continue;
      rights_[kept] = rights_[i];
      evidence_[kept++] = evidence;
    }
    rights_.resize(kept);
    evidence_.resize(kept);
  }

  const Population& population_;
  const FilterRows& rows_;
  const Contract& contract_;
  const Weights& weights_;
  const WeightedMean& model_;
  CompareKernel kernel_;
  std::vector<std::uint32_t> rights_;
  std::vector<Evidence> evidence_;
  std::vector<std::uint32_t> counts_;
};

// Tells the observer of work that threads finish in any order.
class SharedProgress {
 public:
  explicit SharedProgress(const ExecContext& context) : context_(context) {}

  void Add(std::uint64_t done) {
    const std::scoped_lock lock(mutex_);
    done_ += done;
    context_.Progress(done_);
  }

 private:
  const ExecContext& context_;
  std::mutex mutex_;
  std::uint64_t done_ = 0;
};

}  // namespace

std::vector<std::size_t> HeaviestFirst(const Contract& contract) {
  std::vector<std::size_t> order(contract.filters().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t f) { return contract.filters()[f].weight; });
  return order;
}

Result<ScoredPairs> ScorePairs(const Population& population, const FilterRows& rows,
                               const Contract& contract, const blocking::CandidatePlan& plan,
                               const WeightedMean& model, CompareKernel kernel,
                               const ExecContext& context) {
  struct Worker {
    GroupScorer scorer;
    CandidateBatch batch;
  };
  const Weights weights(contract, rows);
  tbb::enumerable_thread_specific<Worker> workers([&] {
    return Worker{{population, rows, contract, weights, model, kernel}, {}};
  });
  std::vector<ScoredPairs> tiles(plan.tiles());
  SharedProgress progress(context);
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(context.threads));
  tbb::task_arena arena(context.threads);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, plan.tiles(), [&](std::size_t tile) {
      if (context.stopped()) return;
      Worker& worker = workers.local();
      plan.Emit(tile, &worker.batch);
      const CandidateBatch& batch = worker.batch;
      for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
        const std::uint32_t* rights = batch.rights.data();
        worker.scorer.Score(batch.lefts[group],
                            {rights + batch.offsets[group], rights + batch.offsets[group + 1]},
                            &tiles[tile].accepted);
      }
      tiles[tile].compared = batch.pairs();
      progress.Add(plan.tile_visits(tile));
    });
  });
  if (context.stopped()) return Interrupted();

  ScoredPairs all;
  for (ScoredPairs& tile : tiles) {
    all.compared += tile.compared;
    all.accepted.insert(all.accepted.end(), tile.accepted.begin(), tile.accepted.end());
    tile.accepted = {};
  }
  return all;
}

}  // namespace musubi::engine
