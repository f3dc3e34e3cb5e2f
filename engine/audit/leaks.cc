#include "engine/audit/leaks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "engine/audit/bit_frequencies.h"
#include "engine/audit/blocks.h"
#include "engine/audit/frequency_divergence.h"
#include "engine/audit/identical.h"
#include "engine/audit/linear_probe.h"
#include "engine/audit/similarity_leak.h"
#include "engine/audit/token_mining.h"
#include "engine/audit/unit_rows.h"
#include "engine/audit/visible_graph.h"

namespace musubi::engine {
namespace {

constexpr double kProbeControl = 0.9;
constexpr std::size_t kKnown = 1000;  // pairs, of the probe

const std::string& FilterName(const People& people, std::size_t filter) {
  return people.contract.filters()[filter].name;
}

// Per record a number that stands for what filter `filter` is made of.
Records ValuesOf(const ClearTokens& tokens, std::size_t filter) {
  std::map<Records, std::uint32_t> numbers;
  Records values;
  for (Records& record : tokens.OfFilter(filter)) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    values.push_back(numbers.emplace(std::move(record), next).first->second);
  }
  return values;
}

// Per record how many tokens filter `filter` is made of.
Records SizesOf(const ClearTokens& tokens, std::size_t filter) {
  Records sizes;
  for (const Records& record : tokens.OfFilter(filter)) {
    sizes.push_back(static_cast<std::uint32_t>(record.size()));
  }
  return sizes;
}

// How far a filter's bits are from coins, in what is so of coins in one file of 100 at most.
double DivergenceInCoins(const FilterColumn& filter, std::uint64_t seed) {
  const FrequencyDivergence divergence = DivergenceFromCoins(filter, seed);
  return divergence.distance / divergence.of_coins;
}

// By the filters side by side, and where they are views of one record by each of them: the most.
double MostVisible(const People& people) {
  double most = MeanVisible(people.audited->victims());
  if (!people.contract.plan().best_view) return most;
  for (const Matrix& view :
       UnitRowsByFilter(people.audited->victims(), people.audited->set().filters)) {
    most = std::max(most, MeanVisible(view));
  }
  return most;
}

void AddIdentical(const Identical& found, const std::string& name, const AuditPolicy& policy,
                  std::vector<Finding>* findings) {
  findings->push_back(
      MeasureFinding("identical_share", name, found.shared.value(), policy.identical_share));
  findings->back().rate = found.shared;
  findings->push_back(MeasureFinding("identical_multiplicity", name,
                                     static_cast<double>(found.most),
                                     policy.identical_multiplicity));
  const double chance = 1 / static_cast<double>(std::max<std::uint64_t>(1, found.values));
  findings->push_back(RateFinding("frequency_alignment", name, found.aligned, chance,
                                  chance + policy.frequency_alignment));
}

void AddBlocks(const RowVector<BlockToken>& tokens, const std::string& name,
               const AuditPolicy& policy, std::vector<Finding>* findings) {
  const BlockSizes sizes = CountBlocks(tokens, policy.block_least, policy.block_most);
  const Rate rate{sizes.outside, sizes.records};
  Finding finding = MeasureFinding("blocks_outside", name, rate.value(), policy.blocks_outside);
  finding.rate = rate;
  finding.note =
      std::to_string(sizes.blocks) + " blocks, the largest of " + std::to_string(sizes.largest);
  findings->push_back(std::move(finding));
}

}  // namespace

Status AddWholeFile(const People& people, const AuditPolicy& policy,
                    std::vector<Finding>* findings) {
  Records all(people.held.rows());
  std::iota(all.begin(), all.end(), 0);
  MUSUBI_ASSIGN_OR_RETURN(const EncodingSet set, people.audited->Encode(all));
  const ClearTokens tokens = people.held.Tokens(people.contract, all);
  for (std::size_t f = 0; f < set.filters.size(); ++f) {
    const Identical found = FindIdentical(set.filters[f], ValuesOf(tokens, f));
    AddIdentical(found, FilterName(people, f), policy, findings);
  }
  for (std::size_t t = 0; t < people.contract.block_rules().size(); ++t) {
    AddBlocks(set.tokens[t], people.contract.block_rules()[t].name, policy, findings);
  }
  return {};
}

Status AddBitFrequencies(const People& people, const AuditPolicy& policy,
                         std::vector<Finding>* findings) {
  Records all_tokens;
  for (const Records& record : people.pieces.of) {
    all_tokens.push_back(static_cast<std::uint32_t>(record.size()));
  }
  const FilterColumn& plain = people.control->set().filters[0];
  const BitFrequencies control = CountFrequencies(plain, all_tokens);
  const double control_divergence = DivergenceInCoins(plain, people.coins_seed);
  for (std::size_t f = 0; f < people.contract.filters().size(); ++f) {
    const FilterColumn& filter = people.audited->set().filters[f];
    const BitFrequencies found = CountFrequencies(filter, SizesOf(people.tokens, f));
    if (found.records == 0) continue;
    const std::string& name = FilterName(people, f);
    findings->push_back(MeasureFinding("gini_floors", name, found.gini / found.floor,
                                       GiniFloorsOf(found.records, policy.gini_floors)));
    findings->back().control = control.gini / control.floor;
    findings->push_back(MeasureFinding("frequency_divergence", name,
                                       DivergenceInCoins(filter, people.coins_seed),
                                       policy.frequency_divergence));
    findings->back().control = control_divergence;
    findings->push_back(MeasureFinding("entropy", name, found.entropy, policy.entropy));
    findings->back().outcome = found.entropy >= policy.entropy ? Outcome::kPass : Outcome::kFail;
    findings->back().control = control.entropy;
    findings->push_back(CorrelationFinding("weight_correlation", name, found.weight_correlation,
                                           policy.weight_correlation, found.records));
    findings->back().control = std::abs(control.weight_correlation);
  }
  return {};
}

Status AddSimilarities(const People& people, const AuditPolicy& policy,
                       std::vector<Finding>* findings) {
  const SimilarityLeak found =
      MeasureSimilarity(people.audited->victims(), people.pieces.of, people.pairs_seed);
  const SimilarityLeak control =
      MeasureSimilarity(people.control->victims(), people.pieces.of, people.pairs_seed);
  findings->push_back(
      MeasureFinding("similarity_random", "", found.random, policy.similarity_random));
  findings->back().control = control.random;
  findings->push_back(
      MeasureFinding("similarity_neighbours", "", found.neighbours, policy.similarity_neighbours));
  findings->back().control = control.neighbours;
  findings->push_back(
      MeasureFinding("visible_neighbours", "", MostVisible(people), policy.visible_neighbours));
  findings->back().control = MeanVisible(people.control->victims());
  return {};
}

Status AddProbe(const People& people, const AuditPolicy& policy, std::vector<Finding>* findings) {
  const std::size_t known = std::min(kKnown, people.sample.size() / 2);
  const std::string about = std::to_string(known) + " known pairs";
  const auto found = ProbeTokens(people.audited->victims(), people.pieces.of, known);
  const auto control = ProbeTokens(people.control->victims(), people.pieces.of, known);
  if (!found || !control) {
    findings->push_back(TooFewFinding("probe_auc", about, people.sample.size() * 2));
    return {};
  }
  findings->push_back(MeasureFinding("probe_auc", about, *found, policy.probe_auc));
  findings->back().control = *control;
  RequireControl(kProbeControl, &findings->back());
  return {};
}

Status AddMining(const People& people, const AuditPolicy& policy, std::vector<Finding>* findings) {
  const MinedTokens control = MineTokens(people.control->set().filters[0], people.pieces.of);
  for (std::size_t f = 0; f < people.contract.filters().size(); ++f) {
    if (people.context.stopped()) return Interrupted();
    const MinedTokens mined = MineTokens(people.audited->set().filters[f], people.tokens.of);
    Finding finding = MeasureFinding("mined_tokens", FilterName(people, f),
                                     static_cast<double>(mined.right), policy.mined_tokens);
    finding.control = static_cast<double>(control.right);
    if (control.right == 0 && finding.outcome == Outcome::kPass) {
      Tell("no verdict: the attack finds nothing in plain filters of these records", &finding);
    }
    findings->push_back(std::move(finding));
  }
  return {};
}

}  // namespace musubi::engine
