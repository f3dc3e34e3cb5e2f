#include "engine/link/score_pairs.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/link/threads.h"
#include "engine/link/tile_loop.h"

namespace musubi::engine {
namespace {

struct FoundInTile {
  std::size_t tile;
  FoundPairs found;
};

// What one thread judges with, and what it found in the present part.
struct Worker {
  std::unique_ptr<PairJudge> judge;
  CandidateBatch batch;
  std::vector<FoundInTile> tiles;
};

class TileRunner {
 public:
  TileRunner(const blocking::CandidatePlan& plan, const JudgeMaker& make_judge,
             const PartLimits& limits, const ExecContext& context, SharedProgress* progress)
      : plan_(plan),
        limits_(limits),
        context_(context),
        progress_(*progress),
        workers_([&make_judge] {
          return Worker{make_judge(), {}, {}};
        }) {}

  // Judges tiles from `first` on until a limit is reached. Threads take them in their order, so
  // those that were taken have no gap, and all are finished.
  ScoredPart RunPart(std::size_t first) {
    next_ = first;
    links_ = 0;
    visits_ = 0;
    tbb::parallel_for(0, context_.threads, [this](int /*thread*/) { TakeTiles(); });
    ScoredPart part;
    part.end_tile = std::min(next_.load(), plan_.tiles());
    part.found.links.reserve(links_);
    std::vector<FoundInTile> tiles;
    for (Worker& worker : workers_) {
      std::ranges::move(worker.tiles, std::back_inserter(tiles));
      worker.tiles.clear();
    }
    std::ranges::sort(tiles, {}, &FoundInTile::tile);
    for (FoundInTile& tile : tiles) Append(std::exchange(tile.found, {}), &part.found);
    return part;
  }

 private:
  static void Append(const FoundPairs& tile, FoundPairs* all) {
    all->compared += tile.compared;
    all->reached += tile.reached;
    all->control += tile.control;
    all->links.insert(all->links.end(), tile.links.begin(), tile.links.end());
    all->hits.insert(all->hits.end(), tile.hits.begin(), tile.hits.end());
  }

  void TakeTiles() {
    Worker& worker = workers_.local();
    while (links_ < limits_.links && visits_ < limits_.visits && !context_.stopped()) {
      const std::size_t tile = next_++;
      if (tile >= plan_.tiles()) return;
      JudgeTile(tile, &worker);
    }
  }

  void JudgeTile(std::size_t tile, Worker* worker) {
    plan_.Emit(tile, &worker->batch);
    const CandidateBatch& batch = worker->batch;
    FoundPairs found;
    for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
      const std::uint32_t* const rights = batch.rights.data();
      worker->judge->Judge(batch.lefts[group],
                           {rights + batch.offsets[group], rights + batch.offsets[group + 1]},
                           &found);
    }
    links_ += found.links.size();
    visits_ += plan_.tile_visits(tile);
    progress_.Add(plan_.tile_visits(tile));
    worker->tiles.push_back({tile, std::move(found)});
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

Status ScorePairs(const blocking::CandidatePlan& plan, const JudgeMaker& make_judge,
                  std::size_t first_tile, const PartLimits& limits, const ExecContext& context,
                  const std::function<Status(ScoredPart part)>& take) {
  std::uint64_t before = 0;
  for (std::size_t tile = 0; tile < first_tile; ++tile) before += plan.tile_visits(tile);
  context.Stage("compare", plan.visits(), before);
  SharedProgress progress(context, before);
  TileRunner runner(plan, make_judge, limits, context, &progress);
  Threads threads(context);
  std::size_t next = first_tile;
  do {
    ScoredPart part;
    threads.Run([&] { part = runner.RunPart(next); });
    if (context.stopped()) return Interrupted();
    next = part.end_tile;
    MUSUBI_RETURN_IF_ERROR(take(std::move(part)));
  } while (next < plan.tiles());
  return {};
}

}  // namespace musubi::engine
