#include "engine/link/count_patterns.h"

#include "engine/link/tile_loop.h"

namespace musubi::engine {

Result<std::vector<PatternCount>> CountPatterns(const PatternSource& source,
                                                const blocking::CandidatePlan& plan,
                                                const ExecContext& context) {
  struct Worker {
    PatternReader reader;
    PatternCounts counts;
  };
  tbb::enumerable_thread_specific<Worker> workers([&] {
    return Worker{PatternReader(source), PatternCounts()};
  });
  MUSUBI_RETURN_IF_ERROR(ForEachGroup(
      plan, context, &workers,
      [&](Worker* worker, std::size_t, std::uint32_t left, std::span<const std::uint32_t> rights) {
        const std::span<const Pattern> patterns = worker->reader.Read(left, rights);
        for (std::size_t i = 0; i < rights.size(); ++i) {
          worker->counts.Add(patterns[i], KindOf(source, left, rights[i]));
        }
      }));
  PatternCounts all;
  for (const Worker& worker : workers) all.Add(worker.counts);
  return all.Sorted();
}

}  // namespace musubi::engine
