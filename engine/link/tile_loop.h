// The candidates of a plan, tile by tile, on several threads. Private to engine/link.
#pragma once

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <cstdint>
#include <mutex>
#include <span>

#include "blocking/candidates.h"
#include "core/exec_context.h"
#include "engine/link/threads.h"

namespace musubi::engine {

// Tells the observer of work that threads finish in any order.
class SharedProgress {
 public:
  explicit SharedProgress(const ExecContext& context, std::uint64_t before = 0)
      : context_(context), done_(before) {}

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

// Calls `visit(worker, tile, left, rights)` for every group of candidates, those of a tile one
// after another on one thread, with a worker that no other thread uses meanwhile; `*workers` is a
// tbb::enumerable_thread_specific that makes them.
//
// Errors: kInterrupted
template <typename Workers, typename Visit>
Status ForEachGroup(const blocking::CandidatePlan& plan, const ExecContext& context,
                    Workers* workers, const Visit& visit) {
  SharedProgress progress(context);
  tbb::enumerable_thread_specific<CandidateBatch> batches;
  Threads threads(context);
  threads.Run([&] {
    tbb::parallel_for(std::size_t{0}, plan.tiles(), [&](std::size_t tile) {
      if (context.stopped()) return;
      CandidateBatch& batch = batches.local();
      plan.Emit(tile, &batch);
      for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
        const std::uint32_t* const rights = batch.rights.data();
        visit(&workers->local(), tile, batch.lefts[group],
              std::span(rights + batch.offsets[group], rights + batch.offsets[group + 1]));
      }
      progress.Add(plan.tile_visits(tile));
    });
  });
  if (context.stopped()) return Interrupted();
  return {};
}

}  // namespace musubi::engine
