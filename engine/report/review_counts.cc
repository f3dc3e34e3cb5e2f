#include "engine/report/review_counts.h"

#include <utility>
#include <vector>

namespace musubi::engine {
namespace {

using storage::ProposalState;
using storage::Verdict;

KeyChange ChangeOf(const storage::Proposal& proposal) {
  if (proposal.to.is_none()) return KeyChange::kSplit;
  return proposal.whole ? KeyChange::kMerge : KeyChange::kMove;
}

void Count(const ProposalState& state, ProposalCounts* counts) {
  if (!state.settled) {
    ++counts->open;
    if (!state.decisions.empty()) ++counts->half_decided;
    return;
  }
  switch (*state.settled) {
    case Verdict::kAccept:
      ++counts->accepted;
      break;
    case Verdict::kReject:
      ++counts->rejected;
      break;
    case Verdict::kWithdraw:
      ++counts->withdrawn;
      break;
  }
}

}  // namespace

Result<std::map<ProposalKind, ProposalCounts>> CountProposals(storage::LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(std::vector<storage::Proposal> proposals, store->Proposals());
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<storage::Decision> decisions, store->Decisions());
  std::map<ProposalKind, ProposalCounts> counts;
  for (const ProposalState& state : storage::StatesOf(std::move(proposals), decisions)) {
    Count(state, &counts[{state.proposal.reason, ChangeOf(state.proposal)}]);
  }
  return counts;
}

}  // namespace musubi::engine
