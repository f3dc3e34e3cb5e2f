#include "engine/link/pair_scorer.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace musubi::engine {

std::vector<std::size_t> HeaviestFirst(const Contract& contract) {
  std::vector<std::size_t> order(contract.filters().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t f) { return contract.filters()[f].weight; });
  return order;
}

PairWeights::PairWeights(const Contract& contract, const FilterRows& rows)
    : best_view(contract.plan().best_view) {
  std::uint32_t left = 0;
  for (const Filter& filter : contract.filters()) left += filter.weight;
  for (const std::size_t f : rows.order()) {
    const Filter& filter = contract.filters()[f];
    agreements.emplace_back(filter);
    weights.push_back(filter.weight);
    rest.push_back(left -= filter.weight);
  }
}

void PairScorer::Judge(std::uint32_t left, std::span<const std::uint32_t> rights,
                       FoundPairs* found) {
  const std::size_t links_before = found->links.size();
  Score(left, rights, &found->links);
  if (!basis_.population.learns) {
    found->compared += rights.size();
  } else {
    const auto may_be_one = [&](std::uint32_t right) {
      return basis_.population.MayBeOne(left, right);
    };
    const auto candidates = static_cast<std::uint64_t>(std::ranges::count_if(rights, may_be_one));
    found->compared += candidates;
    found->control += rights.size() - candidates;
    SortOut(links_before, found);
  }
  found->reached += found->links.size() - links_before;
}

void PairScorer::SortOut(std::size_t first, FoundPairs* found) const {
  std::vector<ScoredPair>& links = found->links;
  const auto is_hit = [this](const ScoredPair& pair) {
    return !basis_.population.MayBeOne(pair.left, pair.right);
  };
  const auto begin = links.begin() + static_cast<std::ptrdiff_t>(first);
  std::copy_if(begin, links.end(), std::back_inserter(found->hits), is_hit);
  links.erase(std::remove_if(begin, links.end(), is_hit), links.end());
}

void PairScorer::Score(std::uint32_t left, std::span<const std::uint32_t> rights,
                       std::vector<ScoredPair>* accepted) {
  rights_.assign(rights.begin(), rights.end());
  evidence_.clear();
  for (const std::uint32_t right : rights) evidence_.push_back(MatchEvidence(left, right));
  for (std::size_t place = 0; place < basis_.rows.filters() && !rights_.empty(); ++place) {
    AddFilter(left, place);
  }
  for (std::size_t i = 0; i < rights_.size(); ++i) {
    if (!model_.Accepts(evidence_[i])) continue;
    const auto [low, high] = std::minmax(left, rights_[i]);
    accepted->push_back({low, high, model_.Score(evidence_[i])});
  }
}

// Equal match tokens agree fully, different ones disagree.
Evidence PairScorer::MatchEvidence(std::uint32_t left, std::uint32_t right) const {
  Evidence evidence;
  const Contract& contract = basis_.contract;
  for (std::size_t rule = 0; rule < contract.match_rules().size(); ++rule) {
    const MatchRule& match = contract.match_rules()[rule];
    const auto& tokens = basis_.population.records.tokens[contract.block_rules().size() + rule];
    if (tokens[left].is_none() || tokens[right].is_none()) continue;
    if (tokens[left] == tokens[right]) {
      evidence.Add(match.weight, kScoreUnit);
    } else {
      evidence.Add(match.conflict_weight, 0);
    }
  }
  return evidence;
}

// Compares and weighs one filter of the pairs that are left, and drops those that the filters
// behind it cannot bring to the threshold.
void PairScorer::AddFilter(std::uint32_t left, std::size_t place) {
  const FilterRows& rows = basis_.rows;
  counts_.resize(rights_.size());
  basis_.kernel(rows, {place, place + 1}, left, rights_, counts_.data());
  const std::uint32_t left_bits = rows.popcount(left, place);
  const FilterAgreement& agreement = weights_.agreements[place];
  const std::uint32_t weight = weights_.weights[place];
  const std::uint32_t rest = weights_.rest[place];
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rights_.size(); ++i) {
    Evidence evidence = evidence_[i];
    const std::uint32_t right_bits = rows.popcount(rights_[i], place);
    if (left_bits > 0 && right_bits > 0) {
      const std::int32_t agreed = agreement.Of(counts_[i], left_bits, right_bits);
      if (!weights_.best_view) {
        evidence.Add(weight, agreed);
      } else if (evidence.weight == 0 || agreed > evidence.agreement) {
        evidence = {agreed, 1};
      }
    }
    if (!weights_.best_view && !model_.CanReach(evidence, rest)) continue;
    rights_[kept] = rights_[i];
    evidence_[kept++] = evidence;
  }
  rights_.resize(kept);
  evidence_.resize(kept);
}

ScoresOnDemand::ScoresOnDemand(const ScoringBasis& basis, const PairWeights& weights,
                               const WeightedMean& evidence)
    : basis_(basis),
      weights_(weights),
      evidence_(evidence),
      no_rarity_(ValueRarity::Unknown(basis.rows)),
      source_{basis.population, basis.rows, basis.contract, no_rarity_, no_coins_, basis.kernel} {}

PairReading ScoresOnDemand::Read(std::uint32_t left, std::uint32_t right) const {
  PairReading reading{0, Of(left, right)};
  const Contract& contract = basis_.contract;
  if (contract.filters().size() + contract.match_rules().size() <= kMostComparisons) {
    reading.levels = PatternReader(source_).Read(left, {&right, 1}).front();
  }
  return reading;
}

std::uint32_t ScoresOnDemand::Of(std::uint32_t left, std::uint32_t right) const {
  std::vector<ScoredPair> scored;
  PairScorer(basis_, weights_, evidence_).Score(left, {&right, 1}, &scored);
  return scored.empty() ? 0 : scored.front().score;
}

}  // namespace musubi::engine
