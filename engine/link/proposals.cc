#include "engine/link/proposals.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/link/threads.h"

namespace musubi::engine {

using storage::Decision;
using storage::PairEvidence;
using storage::Proposal;
using storage::ProposalReason;
using storage::ProposalState;
using storage::Verdict;

namespace {

// A move that is to be proposed.
struct Candidate {
  KeyMove move;
  ProposalReason reason = ProposalReason::kReclustered;
};

// What makes two proposals the same. A move of what has become all of its key is a merge.
using Identity = std::tuple<LinkageKey, LinkageKey, bool, std::vector<RecordRef>>;

Identity IdentityOf(const Proposal& proposal) {
  return {proposal.from, proposal.to, proposal.whole, proposal.records};
}

bool Has(std::span<const std::uint32_t> ascending, std::uint32_t row) {
  return std::ranges::binary_search(ascending, row);
}

class Proposer {
 public:
  Proposer(const ProposalBasis& basis, const ExecContext& context)
      : basis_(basis), context_(context), key_of_(basis.regrouping.key_of) {}

  Result<ProposedChanges> Run() {
    CollectCandidates();
    CollectRowsOfKeys();
    for (Candidate& candidate : candidates_) LeaveAnchor(&candidate);
    std::vector<Proposal> wanted(candidates_.size());
    Threads threads(context_);
    threads.Run([&] {
      tbb::parallel_for(std::size_t{0}, wanted.size(), [&](std::size_t i) {
        if (!context_.stopped()) wanted[i] = ProposalOf(candidates_[i]);
      });
    });
    if (context_.stopped()) return Interrupted();
    return Compare(std::move(wanted));
  }

 private:
  using Rows = std::vector<std::uint32_t>;

  // Of decisions on a row: the other row, and whether they are together.
  using Words = std::multimap<std::uint32_t, std::pair<std::uint32_t, bool>>;

  void CollectCandidates() {
    Words words;
    for (const DecidedPair& pair : basis_.decided) {
      words.insert({pair.a, {pair.b, pair.together}});
      words.insert({pair.b, {pair.a, pair.together}});
    }
    std::set<std::uint32_t> moving;  // keys
    for (const KeyMove& move : basis_.regrouping.moves) {
      moving.insert(move.from);
      if (move.to != kNoKey) moving.insert(move.to);
      if (!IsDecided(move, words)) candidates_.push_back({move, ProposalReason::kReclustered});
    }
    for (const Doubt& doubt : basis_.doubts) {
      const KeyMove move{{doubt.row}, key_of_[doubt.row], kNoKey, false};
      if (moving.contains(move.from) || IsDecided(move, words)) continue;
      candidates_.push_back({move, doubt.reason});
    }
  }

  // Whether somebody decided that this move shall not be.
  bool IsDecided(const KeyMove& move, const Words& words) const {
    for (const std::uint32_t row : move.rows) {
      const auto [begin, end] = words.equal_range(row);
      for (auto word = begin; word != end; ++word) {
        const auto& [other, together] = word->second;
        if (Has(move.rows, other)) continue;
        if (together && key_of_[other] == move.from) return true;
        if (!together && key_of_[other] == move.to) return true;
      }
    }
    return false;
  }

  // The rows of the keys that candidates join or leave.
  void CollectRowsOfKeys() {
    for (const Candidate& candidate : candidates_) rows_of_[OtherSide(candidate.move)];
    if (rows_of_.empty()) return;
    std::vector<bool> wanted(basis_.keys.size());
    for (const auto& [key, rows] : rows_of_) wanted[key] = true;
    for (std::uint32_t row = 0; row < key_of_.size(); ++row) {
      if (wanted[key_of_[row]]) rows_of_[key_of_[row]].push_back(row);
    }
  }

  // Whether row `a` has been under its key longer than row `b`.
  bool Older(std::uint32_t a, std::uint32_t b) const {
    const auto since = [this](std::uint32_t row) {
      return basis_.since[row] == 0 ? basis_.epoch : basis_.since[row];
    };
    const auto& refs = basis_.population.records.refs;
    return std::pair(since(a), refs[a]) < std::pair(since(b), refs[b]);
  }

  // A key stays with its anchor: where that is doubted, all other records are what would leave.
  void LeaveAnchor(Candidate* candidate) const {
    if (candidate->reason == ProposalReason::kReclustered) return;
    KeyMove& move = candidate->move;
    Rows rest = rows_of_.at(move.from);
    const auto anchor = std::ranges::min_element(
        rest, [this](std::uint32_t a, std::uint32_t b) { return Older(a, b); });
    if (*anchor != move.rows.front()) return;
    rest.erase(anchor);
    move.rows = std::move(rest);
  }

  // The key whose records the evidence is about.
  static std::uint32_t OtherSide(const KeyMove& move) {
    return move.to == kNoKey ? move.from : move.to;
  }

  Proposal ProposalOf(const Candidate& candidate) const {
    const KeyMove& move = candidate.move;
    Proposal proposal;
    proposal.epoch = basis_.epoch;
    proposal.reason = candidate.reason;
    proposal.from = basis_.keys[move.from];
    if (move.to != kNoKey) proposal.to = basis_.keys[move.to];
    proposal.whole = move.whole;
    for (const std::uint32_t row : move.rows) {
      proposal.records.push_back(basis_.population.records.refs[row]);
    }
    std::ranges::sort(proposal.records);
    AddEvidence(move, &proposal);
    return proposal;
  }

  void AddEvidence(const KeyMove& move, Proposal* proposal) const {
    Rows others;
    for (const std::uint32_t row : rows_of_.at(OtherSide(move))) {
      if (others.size() == kSpeakers) break;
      if (!Has(move.rows, row)) others.push_back(row);
    }
    const std::span movers = std::span(move.rows).first(std::min(move.rows.size(), kSpeakers));
    const auto& refs = basis_.population.records.refs;
    std::uint64_t sum = 0;
    for (const std::uint32_t row : movers) {
      for (const std::uint32_t other : others) {
        const auto [left, right] = std::minmax(row, other);
        const PairReading pair = basis_.pairs.Read(left, right);
        const PairEvidence evidence{refs[row], refs[other], pair.levels, pair.score};
        if (proposal->pairs == 0 || pair.score > proposal->best.score) proposal->best = evidence;
        if (proposal->pairs == 0 || pair.score < proposal->worst.score) proposal->worst = evidence;
        sum += pair.score;
        ++proposal->pairs;
      }
    }
    if (proposal->pairs > 0) {
      proposal->mean_score = static_cast<std::uint32_t>(sum / proposal->pairs);
    }
  }

  // What is wanted and not yet open, and what is open and no longer wanted.
  ProposedChanges Compare(std::vector<Proposal> wanted) const {
    std::map<Identity, std::uint64_t> open;
    for (const ProposalState& state : basis_.states) {
      if (!state.settled) open[IdentityOf(state.proposal)] = state.proposal.id;
    }
    ProposedChanges changes;
    for (Proposal& proposal : wanted) {
      if (open.erase(IdentityOf(proposal)) > 0) continue;
      proposal.id = basis_.states.size() + changes.made.size() + 1;
      changes.made.push_back(std::move(proposal));
    }
    for (const auto& [identity, id] : open) {
      changes.withdrawn.push_back({basis_.epoch, id, Verdict::kWithdraw, true, "", ""});
    }
    std::ranges::sort(changes.withdrawn, {}, &Decision::proposal);
    return changes;
  }

  const ProposalBasis& basis_;
  const ExecContext& context_;
  std::span<const std::uint32_t> key_of_;
  std::vector<Candidate> candidates_;
  std::map<std::uint32_t, Rows> rows_of_;  // by key
};

}  // namespace

Result<ProposedChanges> Propose(const ProposalBasis& basis, const ExecContext& context) {
  return Proposer(basis, context).Run();
}

}  // namespace musubi::engine
