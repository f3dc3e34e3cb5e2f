#include "engine/link/link.h"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>

#include "engine/compare/and_count.h"
#include "engine/link/load_population.h"
#include "engine/link/score_pairs.h"
#include "engine/model/weighted_mean.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {
namespace {

// The method to use, given what was asked for and how many pairs there would be.
Result<CandidateMethod> ChooseMethod(const Contract& contract, const LinkRequest& request,
                                     std::uint64_t all_pairs) {
  const CandidateMethod asked = request.candidates.value_or(contract.plan().candidates);
  const bool has_blocks = contract.token_count() > 0;
  if (asked == CandidateMethod::kBlocks && !has_blocks) {
    return Error{ErrorCode::kUsage,
                 "the contract has no block_tokens or match_tokens; use --candidates all_pairs"};
  }
  if (asked != CandidateMethod::kAuto) return asked;
  const bool small = all_pairs <= contract.plan().all_pairs_up_to;
  return small || !has_blocks ? CandidateMethod::kAllPairs : CandidateMethod::kBlocks;
}

// Pairs below the threshold but above two thirds of it are kept too: they tell the resolution how
// much the other records of two persons have in common.
Threshold EvidenceThreshold(const Threshold& threshold) {
  return {threshold.numerator * 2, threshold.denominator * 3};
}

std::unique_ptr<blocking::CandidatePlan> MakePlan(const Population& population,
                                                  const ExecContext& context,
                                                  LinkReceipt* receipt) {
  if (receipt->method == CandidateMethod::kAllPairs) return blocking::PlanAllPairs(population);
  context.Stage("block", population.rows());
  std::unique_ptr<blocking::CandidatePlan> plan;
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(context.threads));
  tbb::task_arena arena(context.threads);
  arena.execute([&] { plan = blocking::PlanBlocks(population, &receipt->passes); });
  return plan;
}

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
  MUSUBI_ASSIGN_OR_RETURN(const LoadedPopulation loaded, LoadPopulation(store, context));
  const Population& population = loaded.population;

  LinkReceipt receipt;
  MUSUBI_ASSIGN_OR_RETURN(receipt.method,
                          ChooseMethod(contract, request, blocking::CountAllPairs(population)));
  const auto plan = MakePlan(population, context, &receipt);

  const NamedKernel& kernel = BestAndCountKernel();
  receipt.kernel = kernel.name;
  context.Stage("compare", plan->visits());
  const WeightedMean model(threshold, contract.plan().prior_weight);
  const WeightedMean evidence(EvidenceThreshold(threshold), contract.plan().prior_weight);
  MUSUBI_ASSIGN_OR_RETURN(ScoredPairs scored,
                          ScorePairs(population, contract, *plan, evidence, kernel.run, context));
  receipt.summary.candidate_pairs = scored.compared;
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
