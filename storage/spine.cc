#include "storage/spine.h"

#include <array>
#include <utility>

#include "core/check.h"
#include "storage/display.h"

namespace musubi::storage {

namespace {

constexpr std::array<std::string_view, kProposalReasons> kReasonNames = {"reclustered", "tie",
                                                                         "twin", "weak"};

}  // namespace

std::string_view NameOf(ProposalReason reason) {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

std::optional<ProposalReason> ProposalReasonOf(std::string_view name) {
  for (std::size_t i = 0; i < kReasonNames.size(); ++i) {
    if (kReasonNames[i] == name) return static_cast<ProposalReason>(i);
  }
  return std::nullopt;
}

bool IsReason(std::string_view text) {
  constexpr std::size_t kMaxBytes = 200;
  return text.size() <= kMaxBytes && Displayable(text, kMaxBytes) == text;
}

std::vector<ProposalState> StatesOf(std::vector<Proposal> proposals,
                                    std::span<const Decision> decisions) {
  std::vector<ProposalState> states;
  states.reserve(proposals.size());
  for (Proposal& proposal : proposals) {
    MUSUBI_CHECK(proposal.id == states.size() + 1);
    states.push_back({std::move(proposal), {}, {}});
  }
  for (const Decision& decision : decisions) {
    MUSUBI_CHECK(decision.proposal >= 1 && decision.proposal <= states.size());
    ProposalState& state = states[decision.proposal - 1];
    state.decisions.push_back(decision);
    if (decision.settles) state.settled = decision.verdict;
  }
  return states;
}

}  // namespace musubi::storage
