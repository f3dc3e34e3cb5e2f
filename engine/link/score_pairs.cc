#include "engine/link/score_pairs.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <mutex>
#include <numeric>

namespace musubi::engine {
namespace {

// The filters from the heaviest down (then in the contract's order), and the weight that is left
// after each.
struct CompareOrder {
  std::vector<std::size_t> filters;
  std::vector<std::uint32_t> rest;
};

CompareOrder OrderOf(const Contract& contract) {
  const std::vector<Filter>& filters = contract.filters();
  CompareOrder order;
  order.filters.resize(filters.size());
  std::iota(order.filters.begin(), order.filters.end(), std::size_t{0});
  std::ranges::stable_sort(order.filters, [&](std::size_t a, std::size_t b) {
    return filters[a].weight > filters[b].weight;
  });
  std::uint32_t rest = 0;
  for (const Filter& filter : filters) rest += filter.weight;
  for (const std::size_t f : order.filters) order.rest.push_back(rest -= filters[f].weight);
  return order;
}

// Scores the candidates of one left record at a time. Threads: one at a time.
class GroupScorer {
 public:
  GroupScorer(const Population& population, const Contract& contract, const CompareOrder& order,
              const WeightedMean& model, AndCountKernel kernel)
      : population_(population),
        contract_(contract),
        order_(order),
        model_(model),
        kernel_(kernel) {}

  // Appends the accepted pairs of `left` and `rights`, in the order of `rights`.
  void Score(std::uint32_t left, std::span<const std::uint32_t> rights,
             std::vector<ScoredPair>* accepted) {
    rights_.assign(rights.begin(), rights.end());
    evidence_.assign(rights.size(), Evidence{});
    for (std::size_t rule = 0; rule < contract_.match_rules().size(); ++rule) {
      AddMatch(rule, left);
    }
    for (std::size_t step = 0; step < order_.filters.size() && !rights_.empty(); ++step) {
      AddFilter(order_.filters[step], left);
      KeepThoseThat([&](const Evidence& e) { return model_.CanReach(e, order_.rest[step]); });
    }
    for (std::size_t i = 0; i < rights_.size(); ++i) {
      if (!model_.Accepts(evidence_[i])) continue;
      const auto [low, high] = std::minmax(left, rights_[i]);
      accepted->push_back({low, high, model_.Score(evidence_[i])});
    }
  }

 private:
  // Equal match tokens agree fully, different ones disagree.
  void AddMatch(std::size_t rule, std::uint32_t left) {
    const MatchRule& match = contract_.match_rules()[rule];
    const auto& tokens = population_.records.tokens[contract_.block_rules().size() + rule];
    if (tokens[left].is_none()) return;
    for (std::size_t i = 0; i < rights_.size(); ++i) {
      const BlockToken& right = tokens[rights_[i]];
      if (right.is_none()) continue;
      if (right == tokens[left]) {
        evidence_[i].Add(match.weight, kScoreUnit);
      } else {
        evidence_[i].Add(match.conflict_weight, 0);
      }
    }
  }

  void AddFilter(std::size_t f, std::uint32_t left) {
    const FilterColumn& column = population_.records.filters[f];
    const Filter& filter = contract_.filters()[f];
    if (column.present[left] == 0) return;
    counts_.resize(rights_.size());
    kernel_(column.bits, left, rights_, counts_.data());
    for (std::size_t i = 0; i < rights_.size(); ++i) {
      const std::uint32_t right = rights_[i];
      if (column.present[right] == 0) continue;
      evidence_[i].Add(filter.weight, Agreement(counts_[i], column.popcounts[left],
                                                column.popcounts[right], filter));
    }
  }

  template <typename Predicate>
  void KeepThoseThat(Predicate keep) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rights_.size(); ++i) {
      if (!keep(evidence_[i])) continue;
      rights_[kept] = rights_[i];
      evidence_[kept++] = evidence_[i];
    }
    rights_.resize(kept);
    evidence_.resize(kept);
  }

  const Population& population_;
  const Contract& contract_;
  const CompareOrder& order_;
  const WeightedMean& model_;
  AndCountKernel kernel_;
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

Result<ScoredPairs> ScorePairs(const Population& population, const Contract& contract,
                               const blocking::CandidatePlan& plan, const WeightedMean& model,
                               AndCountKernel kernel, const ExecContext& context) {
  struct Worker {
    GroupScorer scorer;
    CandidateBatch batch;
  };
  const CompareOrder order = OrderOf(contract);
  tbb::enumerable_thread_specific<Worker> workers([&] {
    return Worker{{population, contract, order, model, kernel}, {}};
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
