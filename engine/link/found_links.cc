#include "engine/link/found_links.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace musubi::engine {

using storage::LinkRun;

Result<FoundLinks> FoundLinks::Open(storage::LinkRunPlace place, const storage::LinkRunPlan& plan,
                                    const ExecContext& context) {
  FoundLinks found(std::move(place), plan, context);
  MUSUBI_ASSIGN_OR_RETURN(found.run_, LinkRun::Find(found.place_, plan));
  if (found.run_) {
    found.seed_ = found.run_->seed();
    found.end_tile_ = found.run_->end_tile();
    found.compared_ = found.run_->compared();
    found.reached_ = found.run_->reached();
    found.control_ = found.run_->control();
    context.Note("goes on with the unfinished link run: " + std::to_string(found.end_tile_) +
                 " of " + std::to_string(plan.tiles) + " pieces of work are done");
    return found;
  }
  std::error_code error;
  if (std::filesystem::exists(found.place_.folder, error)) {
    context.Warn(
        "an unfinished link run is dropped: the store has changed since, or another run "
        "was asked for");
    found.Drop();
  }
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(found.seed_));
  return found;
}

Status FoundLinks::Take(ScoredPart part) {
  const bool is_all = end_tile_ == 0 && part.end_tile == plan_.tiles;
  const std::uint64_t compared = part.found.compared;
  const std::uint64_t reached = part.found.reached;
  const std::uint64_t control = part.found.control;
  if (!run_ && is_all) {
    in_memory_ = std::move(part.found);
  } else if (part.end_tile > end_tile_) {
    if (!run_) {
      MUSUBI_ASSIGN_OR_RETURN(run_, LinkRun::Begin(place_, plan_, seed_));
    }
    const Status kept = run_->Append({part.end_tile, compared, reached, control,
                                      std::move(part.found.links), std::move(part.found.hits)});
    if (!kept.ok()) {
      return Error{kept.error().code,
                   kept.error().message +
                       "; the store is as it was, and the next link run goes on from here"};
    }
  }
  end_tile_ = part.end_tile;
  compared_ += compared;
  reached_ += reached;
  control_ += control;
  return {};
}

void FoundLinks::Drop() { LinkRun::Remove(place_.folder); }

Status FoundLinks::Visit(const Visitor& visit) const {
  if (!run_) {
    visit(in_memory_.links);
    return {};
  }
  return run_->Visit([&](std::span<const ScoredPair> links) -> Status {
    if (context_->stopped()) return Interrupted();
    visit(links);
    return {};
  });
}

}  // namespace musubi::engine
