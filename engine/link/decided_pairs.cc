#include "engine/link/decided_pairs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace musubi::engine {

using storage::Proposal;
using storage::ProposalState;
using storage::Verdict;

namespace {

using RefPair = std::pair<RecordRef, RecordRef>;

// Whether a settled proposal says that its records are one person's; nothing where it says nothing.
std::optional<bool> SaysTogether(const ProposalState& state) {
  if (!state.settled || *state.settled == Verdict::kWithdraw) return std::nullopt;
  const bool joins = !state.proposal.to.is_none();
  return joins == (*state.settled == Verdict::kAccept);
}

// Epoch and number of the decision that settled it: later ones replace earlier ones.
std::pair<std::uint64_t, std::uint64_t> SettledAt(const ProposalState& state) {
  return {state.decisions.back().epoch, state.proposal.id};
}

std::map<RefPair, bool> LastWords(std::span<const ProposalState> states) {
  std::vector<const ProposalState*> settled;
  for (const ProposalState& state : states) {
    if (SaysTogether(state)) settled.push_back(&state);
  }
  std::ranges::sort(settled, {}, [](const ProposalState* state) { return SettledAt(*state); });
  std::map<RefPair, bool> words;
  for (const ProposalState* state : settled) {
    words[std::minmax(state->proposal.best.record, state->proposal.best.other)] =
        *SaysTogether(*state);
  }
  return words;
}

}  // namespace

std::vector<DecidedPair> DecidedPairs(std::span<const ProposalState> states,
                                      const Population& population) {
  const std::map<RefPair, bool> words = LastWords(states);
  std::unordered_map<RecordRef, std::optional<std::uint32_t>, Id128Hash> row_of;
  for (const auto& [pair, together] : words) {
    row_of[pair.first];
    row_of[pair.second];
  }
  std::vector<DecidedPair> decided;
  if (words.empty()) return decided;
  for (std::uint32_t row = 0; row < population.rows(); ++row) {
    const auto found = row_of.find(population.records.refs[row]);
    if (found != row_of.end()) found->second = row;
  }
  for (const auto& [pair, together] : words) {
    const auto first = row_of[pair.first];
    const auto second = row_of[pair.second];
    if (!first || !second) continue;
    decided.push_back({std::min(*first, *second), std::max(*first, *second), together});
  }
  std::ranges::sort(decided, {}, [](const DecidedPair& pair) { return std::pair(pair.a, pair.b); });
  return decided;
}

namespace {

bool MayBeOnePerson(const Population& population, std::span<const std::uint32_t> some,
                    std::span<const std::uint32_t> others) {
  return std::ranges::all_of(some, [&](std::uint32_t a) {
    return std::ranges::all_of(others, [&](std::uint32_t b) { return population.MayBeOne(a, b); });
  });
}

}  // namespace

void JoinDecided(const Population& population, std::span<const DecidedPair> decided,
                 std::vector<std::uint32_t>* first_of) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> clusters;  // those that decisions are about
  for (const DecidedPair& pair : decided) {
    if (!pair.together) continue;
    clusters[(*first_of)[pair.a]];
    clusters[(*first_of)[pair.b]];
  }
  if (clusters.empty()) return;
  for (std::uint32_t row = 0; row < first_of->size(); ++row) {
    const auto found = clusters.find((*first_of)[row]);
    if (found != clusters.end()) found->second.push_back(row);
  }
  for (const DecidedPair& pair : decided) {
    const auto [into, from] = std::minmax((*first_of)[pair.a], (*first_of)[pair.b]);
    if (!pair.together || into == from) continue;
    std::vector<std::uint32_t>& rows = clusters[into];
    std::vector<std::uint32_t>& joining = clusters[from];
    if (!MayBeOnePerson(population, rows, joining)) continue;
    for (const std::uint32_t row : joining) (*first_of)[row] = into;
    rows.insert(rows.end(), joining.begin(), joining.end());
    joining.clear();
  }
}

}  // namespace musubi::engine
