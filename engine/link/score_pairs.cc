#include "engine/link/score_pairs.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace musubi::engine {
namespace {

// Tells the observer of work that threads finish in any order.
class SharedProgress {
 public:
  SharedProgress(const ExecContext& context, std::uint64_t done) : context_(context), done_(done) {}

  void Add(std::uint64_t done) {
    const std::scoped_lock lock(mutex_);
    done_ += done;
    context_.Progress(done_);
  }

 private:
  const ExecContext& context_;
  std::mutex mutex_;
  std::uint64_t done_;
};

struct TileLinks {
  std::size_t tile;
  std::vector<ScoredPair> links;
};

// What one thread scores with, and what it found in the present part.
struct Worker {
  PairScorer scorer;
  CandidateBatch batch;
  std::uint64_t compared = 0;
  std::vector<TileLinks> found;
};

class TileRunner {
 public:
  TileRunner(const ScoringBasis& basis, const PairWeights& weights, const WeightedMean& model,
             const blocking::CandidatePlan& plan, const PartLimits& limits,
             const ExecContext& context, SharedProgress* progress)
      : plan_(plan),
        limits_(limits),
        context_(context),
        progress_(*progress),
        workers_([&basis, &weights, &model] {
          return Worker{PairScorer(basis, weights, model), {}, 0, {}};
        }) {}

  // Scores tiles from `first` on until a limit is reached. Threads take them in their order, so
  // those that were taken have no gap, and all are finished.
  ScoredPart RunPart(std::size_t first) {
    next_ = first;
    links_ = 0;
    visits_ = 0;
    tbb::parallel_for(0, context_.threads, [this](int /*thread*/) { TakeTiles(); });
    ScoredPart part;
    part.end_tile = std::min(next_.load(), plan_.tiles());
    part.links.reserve(links_);
    std::vector<TileLinks> found;
    for (Worker& worker : workers_) {
      part.compared += std::exchange(worker.compared, 0);
      std::ranges::move(worker.found, std::back_inserter(found));
      worker.found.clear();
    }
    std::ranges::sort(found, {}, &TileLinks::tile);
    for (TileLinks& tile : found) {
      part.links.insert(part.links.end(), tile.links.begin(), tile.links.end());
      tile.links = {};
    }
    return part;
  }

 private:
  void TakeTiles() {
    Worker& worker = workers_.local();
    while (links_ < limits_.links && visits_ < limits_.visits && !context_.stopped()) {
      const std::size_t tile = next_++;
      if (tile >= plan_.tiles()) return;
      ScoreTile(tile, &worker);
    }
  }

  void ScoreTile(std::size_t tile, Worker* worker) {
    plan_.Emit(tile, &worker->batch);
    const CandidateBatch& batch = worker->batch;
    std::vector<ScoredPair> links;
    for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
      const std::uint32_t* rights = batch.rights.data();
      worker->scorer.Score(batch.lefts[group],
                           {rights + batch.offsets[group], rights + batch.offsets[group + 1]},
                           &links);
    }
    worker->compared += batch.pairs();
    links_ += links.size();
    visits_ += plan_.tile_visits(tile);
    progress_.Add(plan_.tile_visits(tile));
    if (!links.empty()) worker->found.push_back({tile, std::move(links)});
  }

  const blocking::CandidatePlan& plan_;
  const PartLimits& limits_;
  const ExecContext& context_;
  SharedProgress& progress_;
  tbb::enumerable_thread_specific<Worker> workers_;
  // Touched once a tile, which takes milliseconds.
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> links_ = 0;
  std::atomic<std::uint64_t> visits_ = 0;
};

}  // namespace

Status ScorePairs(const ScoringBasis& basis, const PairWeights& weights, const WeightedMean& model,
                  const blocking::CandidatePlan& plan, std::size_t first_tile,
                  const PartLimits& limits, const ExecContext& context,
                  const std::function<Status(ScoredPart part)>& take) {
  std::uint64_t before = 0;
  for (std::size_t tile = 0; tile < first_tile; ++tile) before += plan.tile_visits(tile);
  context.Stage("compare", plan.visits(), before);
  SharedProgress progress(context, before);
  TileRunner runner(basis, weights, model, plan, limits, context, &progress);
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(context.threads));
  tbb::task_arena arena(context.threads);
  std::size_t next = first_tile;
  do {
    ScoredPart part;
    arena.execute([&] { part = runner.RunPart(next); });
    if (context.stopped()) return Interrupted();
    next = part.end_tile;
    MUSUBI_RETURN_IF_ERROR(take(std::move(part)));
  } while (next < plan.tiles());
  return {};
}

}  // namespace musubi::engine
