// The links of a run: in memory while there are few, in the store's run folder once there are many
// or the run is long. Private to engine/link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/exec_context.h"
#include "engine/link/score_pairs.h"
#include "engine/resolve/resolve.h"
#include "storage/link_run.h"

namespace musubi::engine {

class FoundLinks : public LinkSource {
 public:
  // Goes on with the run of `plan` that is at `place`, where there is one; drops any other, and
  // tells the observer of either.
  //
  // Errors: kInternal  the source of randomness failed; kIo
  static Result<FoundLinks> Open(storage::LinkRunPlace place, const storage::LinkRunPlan& plan,
                                 const ExecContext& context);

  // What the run's linkage keys are drawn from.
  const storage::RunSeed& seed() const { return seed_; }

  // The tiles before it need not be scored.
  std::size_t end_tile() const { return end_tile_; }
  std::uint64_t compared() const { return compared_; }
  std::uint64_t reached() const { return reached_; }
  std::uint64_t control() const { return control_; }
  // Of those known to be two persons: see FoundPairs.
  const std::vector<ScoredPair>& hits() const { return run_ ? run_->hits() : in_memory_.hits; }
  std::uint64_t bytes_on_disk() const { return run_ ? run_->bytes() : 0; }

  // Takes what the tiles from end_tile() on gave. All of a run that is one part stays in memory.
  //
  // Errors: kIo  it could not be kept; what was before it is kept
  Status Take(ScoredPart part);

  // Removes what is on the disk.
  void Drop();

  std::uint64_t links() const override { return run_ ? run_->links() : in_memory_.links.size(); }
  Status Visit(const Visitor& visit) const override;

 private:
  FoundLinks(storage::LinkRunPlace place, const storage::LinkRunPlan& plan,
             const ExecContext& context)
      : place_(std::move(place)), plan_(plan), context_(&context) {}

  storage::LinkRunPlace place_;
  storage::LinkRunPlan plan_;
  const ExecContext* context_;
  storage::RunSeed seed_{};
  std::size_t end_tile_ = 0;
  std::uint64_t compared_ = 0;
  std::uint64_t reached_ = 0;
  std::uint64_t control_ = 0;
  std::optional<storage::LinkRun> run_;  // none: in_memory_ has all
  FoundPairs in_memory_;
};

}  // namespace musubi::engine
