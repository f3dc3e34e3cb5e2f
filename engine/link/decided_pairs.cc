#include "engine/link/decided_pairs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
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

// A cluster, and which holders without duplicates have a record in it: of two clusters that may
// have very many records, these tell whether they may be one person's.
struct Cluster {
  std::vector<std::uint32_t> rows;
  std::set<std::uint16_t> holders;

  void Add(std::uint32_t row, const Population& population) {
    rows.push_back(row);
    const std::uint16_t holder = population.source[row];
    if (population.allows_within[holder] == 0) holders.insert(holder);
  }
};

bool MayBeOnePerson(const Cluster& a, const Cluster& b) {
  if (a.holders.size() > b.holders.size()) return MayBeOnePerson(b, a);
  return std::ranges::none_of(a.holders,
                              [&](std::uint16_t holder) { return b.holders.contains(holder); });
}

}  // namespace

void JoinDecided(const Population& population, std::span<const DecidedPair> decided,
                 std::vector<std::uint32_t>* first_of) {
  std::map<std::uint32_t, Cluster> clusters;  // those that decisions are about
  for (const DecidedPair& pair : decided) {
    if (!pair.together) continue;
    clusters[(*first_of)[pair.a]];
    clusters[(*first_of)[pair.b]];
  }
  if (clusters.empty()) return;
  for (std::uint32_t row = 0; row < first_of->size(); ++row) {
    const auto found = clusters.find((*first_of)[row]);
    if (found != clusters.end()) found->second.Add(row, population);
  }
  for (const DecidedPair& pair : decided) {
    const auto [into, from] = std::minmax((*first_of)[pair.a], (*first_of)[pair.b]);
    if (!pair.together || into == from) continue;
    Cluster& cluster = clusters[into];
    Cluster joining = std::move(clusters[from]);
    if (!MayBeOnePerson(cluster, joining)) {
      clusters[from] = std::move(joining);
      continue;
    }
    for (const std::uint32_t row : joining.rows) (*first_of)[row] = into;
    cluster.rows.insert(cluster.rows.end(), joining.rows.begin(), joining.rows.end());
    cluster.holders.merge(joining.holders);
  }
}

}  // namespace musubi::engine
