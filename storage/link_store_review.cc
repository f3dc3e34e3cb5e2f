// LinkStore: proposals, decisions and what moved by them.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "storage/link_store_state.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kMaxTextBytes = 255;

Error BrokenChange(const std::string& how) {
  return {ErrorCode::kInternal, "decisions that break their rules were not committed: " + how};
}

// Whether `proposal` is one that a run at `epoch` can make.
bool IsProper(const Proposal& proposal, std::uint64_t epoch) {
  const std::vector<RecordRef>& records = proposal.records;
  return proposal.epoch == epoch && !proposal.from.is_none() && proposal.from != proposal.to &&
         !records.empty() && !(proposal.whole && proposal.to.is_none()) &&
         std::ranges::adjacent_find(records, std::ranges::greater_equal()) == records.end();
}

}  // namespace

Status LinkStore::State::CheckDecisions(const EpochChange& change) const {
  const std::uint64_t epoch = change.summary.epoch;
  for (std::size_t i = 0; i < change.proposals.size(); ++i) {
    if (change.proposals[i].id != head.proposals + 1 + i || !IsProper(change.proposals[i], epoch)) {
      return BrokenChange("a proposal is not numbered on, or is none");
    }
  }
  const std::vector<Decision>& decisions = change.decisions;
  for (const Decision& decision : decisions) {
    if (decision.epoch != epoch || decision.proposal < 1 || decision.proposal > head.proposals ||
        decision.reviewer.size() > kMaxTextBytes || decision.reason.size() > kMaxTextBytes) {
      return BrokenChange("a decision is on no earlier proposal, or too long");
    }
  }
  if (std::ranges::adjacent_find(decisions, {}, &Decision::proposal) != decisions.end()) {
    return BrokenChange("a proposal is decided twice");
  }
  const std::vector<Move>& moved = change.moves;
  for (const Move& move : moved) {
    if (move.epoch != epoch || move.to.is_none()) return BrokenChange("a move is to no key");
  }
  if (std::ranges::adjacent_find(moved, {}, &Move::ref) != moved.end()) {
    return BrokenChange("a record moves twice");
  }
  auto left = moved.begin();
  const auto next = [&]() -> std::optional<std::string_view> {
    if (left == moved.end()) return std::nullopt;
    return IdBytes((left++)->ref);
  };
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t known, rocks.CountRows(Family::kMembers, next));
  if (known != moved.size()) return BrokenChange("a record moves that has no key yet");
  return {};
}

Result<std::vector<Move>> LinkStore::State::ReadMoves() const {
  std::vector<Move> read;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(read.emplace_back(), DecodeMove(key, value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(ScanEvents(EventKind::kMove, visit));
  if (read.size() != head.moves) return LostRows("event");
  std::ranges::stable_sort(read, {}, &Move::ref);  // epochs ascend
  return read;
}

const std::vector<Move>& LinkStore::Moves() const { return state_->moves; }

Result<std::vector<Proposal>> LinkStore::Proposals() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<Proposal> proposals;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(Proposal proposal, DecodeProposal(key, value));
    if (proposal.id != proposals.size() + 1) return LostRows("event");
    proposals.push_back(std::move(proposal));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.ScanEvents(EventKind::kProposal, visit));
  if (proposals.size() != store.head.proposals) return LostRows("event");
  return proposals;
}

Result<std::vector<Decision>> LinkStore::Decisions() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<Decision> decisions;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(decisions.emplace_back(), DecodeDecision(key, value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.ScanEvents(EventKind::kDecision, visit));
  if (decisions.size() != store.head.decisions) return LostRows("event");
  return decisions;
}

}  // namespace musubi::storage
