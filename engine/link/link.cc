#include "engine/link/link.h"

#include <algorithm>

#include "engine/compare/compare_rows.h"
#include "engine/link/load_population.h"
#include "engine/link/plan_candidates.h"
#include "engine/link/score_pairs.h"
#include "engine/model/weighted_mean.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {
namespace {

// Gives every row without a key that of its cluster, minting one where the cluster has none.
Result<storage::EpochChange> MakeChange(const LoadedPopulation& loaded,
                                        const Resolution& resolution, const ExecContext& context,
                                        storage::EpochSummary summary) {
  storage::EpochChange change;
  const Clusters& clusters = resolution.clusters;
  for (std::size_t c = 0; c < clusters.size(); ++c) {
    const std::span<const std::uint32_t> members(clusters.members.data() + clusters.offsets[c],
                                                 clusters.members.data() + clusters.offsets[c + 1]);
    const auto keyed = std::ranges::find_if(
        members, [&](std::uint32_t row) { return loaded.key_of[row] != kNoKey; });
    const bool attaches = keyed != members.end();
    LinkageKey key;
    if (attaches) {
      key = loaded.keys[loaded.key_of[*keyed]];
    } else {
      MUSUBI_RETURN_IF_ERROR(context.random->Fill(key.bytes));
      ++summary.keys_minted;
    }
    for (const std::uint32_t row : members) {
      if (loaded.key_of[row] != kNoKey) continue;
      change.members.push_back(
          {loaded.population.records.refs[row], key, loaded.dataset[row], summary.epoch});
      summary.attached += attaches ? 1 : 0;
    }
  }
  for (const KeyConflict& conflict : resolution.conflicts) {
    change.proposals.push_back(
        {loaded.keys[conflict.first], loaded.keys[conflict.second], conflict.score});
  }
  summary.new_records = change.members.size();
  summary.merge_proposals = change.proposals.size();
  change.summary = std::move(summary);
  return change;
}

void CountClusters(const Clusters& clusters, LinkReceipt* receipt) {
  receipt->clusters = clusters.size();
  for (std::size_t c = 0; c < clusters.size(); ++c) {
    const std::uint32_t size = clusters.offsets[c + 1] - clusters.offsets[c];
    if (size > 1) receipt->linked_records += size;
  }
}

}  // namespace

Result<LinkReceipt> Link(storage::LinkStore* store, const LinkRequest& request,
                         const ExecContext& context) {
  const Contract& contract = store->contract();
  const Threshold threshold = request.threshold.value_or(contract.plan().threshold);
  MUSUBI_ASSIGN_OR_RETURN(const LoadedPopulation loaded,
                          LoadPopulation(store, CandidateFilter(contract, request), context));
  const Population& population = loaded.population;

  LinkReceipt receipt;
  MUSUBI_ASSIGN_OR_RETURN(
      const auto plan, PlanCandidates(contract, request, population, context, &receipt.candidates));

  const NamedKernel& kernel = BestCompareKernel();
  receipt.kernel = kernel.name;
  context.Stage("compare", plan->visits());
  const WeightedMean model(threshold, contract.plan().prior_weight);
  const WeightedMean evidence(EvidenceThreshold(contract, threshold), contract.plan().prior_weight);
  MUSUBI_ASSIGN_OR_RETURN(ScoredPairs scored, ScorePairs(population, loaded.rows, contract, *plan,
                                                         evidence, kernel.run, context));
  const bool weighs_all = !receipt.candidates.joins && !receipt.candidates.lsh;
  if (weighs_all) receipt.candidates.pairs = scored.compared;
  receipt.summary.candidate_pairs = receipt.candidates.pairs;
  receipt.summary.links = static_cast<std::uint64_t>(std::ranges::count_if(
      scored.accepted,
      [&](const ScoredPair& pair) { return pair.score >= model.threshold_score(); }));

  context.Stage("resolve", scored.accepted.size());
  const Resolution resolution =
      Resolve(population, std::move(scored.accepted), model.threshold_score(), loaded.key_of);
  CountClusters(resolution.clusters, &receipt);

  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  receipt.summary.epoch = epoch + 1;
  receipt.summary.records = population.rows();
  receipt.summary.threshold =
      std::to_string(threshold.numerator) + "/" + std::to_string(threshold.denominator);
  MUSUBI_ASSIGN_OR_RETURN(const storage::EpochChange change,
                          MakeChange(loaded, resolution, context, receipt.summary));
  receipt.summary = change.summary;
  if (context.stopped()) return Interrupted();
  context.Stage("commit", change.members.size());
  MUSUBI_RETURN_IF_ERROR(store->CommitEpoch(change));
  return receipt;
}

}  // namespace musubi::engine
