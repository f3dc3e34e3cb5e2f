#include "engine/link/link.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "blocking/sliced_kernel.h"
#include "crypto/hmac.h"
#include "engine/compare/compare_rows.h"
#include "engine/link/control.h"
#include "engine/link/decided_pairs.h"
#include "engine/link/doubts.h"
#include "engine/link/found_links.h"
#include "engine/link/learn_links.h"
#include "engine/link/load_population.h"
#include "engine/link/memory_plan.h"
#include "engine/link/pair_scorer.h"
#include "engine/link/plan_candidates.h"
#include "engine/link/planted_recall.h"
#include "engine/link/proposals.h"
#include "engine/link/recapture.h"
#include "engine/link/run_report.h"
#include "engine/link/score_pairs.h"
#include "engine/link/weigh_pairs.h"
#include "engine/model/weighted_mean.h"
#include "engine/resolve/regroup.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {
namespace {

// Changes with any change of what the same request gives for the same records.
constexpr std::string_view kRulesOfARun = "musubi link 2";

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What makes two runs the same: then one goes on where the other was.
Result<storage::LinkRunPlan> IdentityOf(storage::LinkStore* store, const Threshold& threshold,
                                        bool has_control, const CandidateReport& candidates,
                                        const blocking::CandidatePlan& plan) {
  MUSUBI_ASSIGN_OR_RETURN(const crypto::Digest256 state, store->StateDigest());
  crypto::Sha256Stream digest;
  digest.Update(BytesOf(kRulesOfARun));
  digest.Update(state);
  std::string numbers;  // each ends with a comma, so that no two lists of them are one text
  const auto add = [&numbers](std::uint64_t number) { numbers += std::to_string(number) + ','; };
  add(threshold.numerator);
  add(threshold.denominator);
  add(has_control ? 1 : 0);
  add(static_cast<std::uint64_t>(candidates.method));
  add(plan.tiles());
  add(plan.visits());
  // The join's tiles hold other pairs with other kernels.
  add(candidates.joins ? blocking::SlicedKernels().back()->lanes : 0);
  if (candidates.lsh) {
    add(candidates.lsh->parameters.bits_per_key);
    add(candidates.lsh->parameters.tables);
    add(candidates.lsh->parameters.seed);
  }
  digest.Update(BytesOf(numbers));
  return storage::LinkRunPlan{digest.Finish(), plan.tiles()};
}

// Draws linkage keys: the same seed gives the same ones in the same order.
class KeyMint {
 public:
  explicit KeyMint(const storage::RunSeed& seed) : prf_(seed) {}

  LinkageKey Next() {
    std::string message = "linkage key ";
    for (int shift = 56; shift >= 0; shift -= 8) {
      message.push_back(static_cast<char>(static_cast<std::uint8_t>(minted_ >> shift)));
    }
    ++minted_;
    const crypto::Digest256 digest = prf_(BytesOf(message));
    LinkageKey key;
    std::copy_n(digest.begin(), key.bytes.size(), key.bytes.begin());
    return key;
  }

 private:
  crypto::Hmac prf_;
  std::uint64_t minted_ = 0;
};

// All keys by number: those given earlier, and those minted in this run.
std::vector<LinkageKey> KeysByNumber(const LoadedPopulation& loaded, std::uint32_t minted,
                                     const storage::RunSeed& seed) {
  std::vector<LinkageKey> keys = loaded.keys;
  keys.reserve(keys.size() + minted);
  KeyMint mint(seed);
  for (std::uint32_t i = 0; i < minted; ++i) keys.push_back(mint.Next());
  return keys;
}

// What a run found, before it is committed.
struct Found {
  Regrouping regrouping;
  std::vector<LinkageKey> keys;  // by number
  ProposedChanges proposed;
};

// Gives every row without a key that of its cluster.
storage::EpochChange MakeChange(const LoadedPopulation& loaded, Found found,
                                storage::EpochSummary summary) {
  storage::EpochChange change;
  const std::size_t given = loaded.keys.size();
  for (std::size_t row = 0; row < loaded.key_of.size(); ++row) {
    if (loaded.key_of[row] != kNoKey) continue;
    const std::uint32_t key = found.regrouping.key_of[row];
    change.members.push_back(
        {loaded.population.records.refs[row], found.keys[key], loaded.dataset[row], summary.epoch});
    summary.attached += key < given ? 1 : 0;
  }
  change.proposals = std::move(found.proposed.made);
  change.decisions = std::move(found.proposed.withdrawn);
  summary.keys_minted = found.regrouping.minted;
  summary.new_records = change.members.size();
  summary.proposals = change.proposals.size();
  summary.withdrawn = change.decisions.size();
  change.summary = std::move(summary);
  return change;
}

// Persons, as the records' keys have them.
void CountPersons(const Found& found, LinkReceipt* receipt) {
  std::vector<std::uint32_t> rows_of(found.keys.size());
  for (const std::uint32_t key : found.regrouping.key_of) ++rows_of[key];
  for (const std::uint32_t rows : rows_of) {
    receipt->clusters += rows > 0 ? 1 : 0;
    receipt->linked_records += rows > 1 ? rows : 0;
  }
}

// "1,234 MiB", rounded up.
std::string Mebibytes(std::uint64_t bytes) {
  std::string digits = std::to_string((bytes + (1 << 20) - 1) >> 20);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits + " MiB";
}

// Reckons the memory, and tells the observer.
Result<MemoryPlan> Reckon(storage::LinkStore* store, const LinkRequest& request,
                          const ExecContext& context) {
  const Contract& contract = store->contract();
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  if (store->members() == 0) {
    MUSUBI_RETURN_IF_ERROR(CheckBeforeLoading(contract, request, datasets));
  }
  RunSize size;
  for (const auto& dataset : datasets) size.records += dataset.manifest.records;
  size.new_records = size.records - std::min(size.records, store->members());
  size.threads = context.threads;
  size.method = request.candidates.value_or(contract.plan().candidates);
  size.candidate_filter = CandidateFilter(contract, request);
  MUSUBI_ASSIGN_OR_RETURN(const MemoryPlan plan, PlanMemory(contract, size, request.memory_bytes));
  std::string note = "needs up to " + Mebibytes(plan.least()) + " of memory for " +
                     std::to_string(size.records) + " records";
  if (request.memory_bytes != UINT64_MAX) {
    note += ", and has " + Mebibytes(plan.links) + " for links; more go to the disk";
  }
  context.Note(note);
  return plan;
}

PartLimits LimitsOf(const LinkRequest& request, const MemoryPlan& memory, bool joins) {
  // Some half a minute of two processors: a join decides a thousand million pairs a second, the
  // model weighs some ten million.
  constexpr std::uint64_t kVisitsWeighed = 500'000'000;
  constexpr std::uint64_t kVisitsJoined = 50'000'000'000;
  PartLimits limits;
  limits.links = std::max<std::uint64_t>(1, LinksInMemory(memory));
  limits.visits = request.checkpoint_pairs.value_or(joins ? kVisitsJoined : kVisitsWeighed);
  return limits;
}

// Refuses a threshold that is none of the contract's model.
Status CheckThreshold(const Contract& contract, const Threshold& threshold, bool has_precision) {
  const bool learns = contract.plan().model == ModelKind::kFellegiSunter;
  if (learns && has_precision) {
    return Error{
        ErrorCode::kUsage,
        "a least precision is for a weighted mean; a model that learns takes the threshold "
        "as the least chance of a link"};
  }
  if (!learns || threshold.numerator < threshold.denominator) return {};
  return Error{ErrorCode::kUsage,
               "the threshold of a model that learns is the least chance of a link, below 1"};
}

// What a run decided: its links, what any pair has in common, and from which score on a pair is a
// link.
struct Decider {
  const LinkSource& links;
  const PairReader& pairs;
  std::uint32_t threshold = 0;
};

// One link run, stage by stage.
class Linker {
 public:
  Linker(storage::LinkStore* store, const LinkRequest& request, const ExecContext& context)
      : store_(*store),
        request_(request),
        context_(context),
        contract_(store->contract()),
        threshold_(request.threshold.value_or(contract_.plan().threshold)),
        least_precision_(request.least_precision ? request.least_precision
                                                 : contract_.plan().least_precision),
        kernel_(BestCompareKernel()) {}

  Result<LinkReceipt> Run() {
    MUSUBI_RETURN_IF_ERROR(CheckThreshold(contract_, threshold_, least_precision_.has_value()));
    MUSUBI_ASSIGN_OR_RETURN(memory_, Reckon(&store_, request_, context_));
    MUSUBI_ASSIGN_OR_RETURN(
        LoadedPopulation loaded,
        LoadPopulation(&store_, CandidateFilter(contract_, request_), context_));
    const bool learns = contract_.plan().model == ModelKind::kFellegiSunter;
    looks_at_control_ = LooksAtControl(loaded.population);
    loaded.population.learns = learns || looks_at_control_;
    receipt_.resources.planned_bytes = memory_.least();
    receipt_.resources.links_bytes = memory_.links;
    receipt_.kernel = kernel_.name;
    MUSUBI_ASSIGN_OR_RETURN(auto plan, PlanCandidates(contract_, request_, loaded.population,
                                                      context_, &receipt_.candidates));
    MUSUBI_ASSIGN_OR_RETURN(Found found, learns ? ByLearning(loaded, std::move(plan))
                                                : ByMean(loaded, std::move(plan)));
    if (receipt_.quality && !receipt_.quality->refusal.empty()) return std::move(receipt_);
    CountPersons(found, &receipt_);
    loaded.FreeEncodings();
    MUSUBI_RETURN_IF_ERROR(Commit(loaded, std::move(found)));
    return std::move(receipt_);
  }

 private:
  using Plan = std::unique_ptr<blocking::CandidatePlan>;

  // Whether a run by the weighted mean decides pairs known to be two persons as well: where they
  // are needed, or cost little.
  bool LooksAtControl(const Population& population) const {
    constexpr std::uint64_t kFewPairs = 1'000'000'000;
    const PairTotals all = AllPairsOf(population);
    if (all.control == 0) return false;
    const CandidateMethod method = request_.candidates.value_or(contract_.plan().candidates);
    return least_precision_ || method == CandidateMethod::kBlocks ||
           all.candidates + all.control <= kFewPairs;
  }

  Result<Found> ByMean(const LoadedPopulation& loaded, Plan plan) {
    const std::uint32_t prior_weight = contract_.plan().prior_weight;
    const ScoringBasis basis{loaded.population, loaded.rows, contract_, kernel_.run};
    const PairWeights weights(contract_, loaded.rows);
    const WeightedMean least(threshold_, prior_weight);
    MUSUBI_ASSIGN_OR_RETURN(const FoundLinks found, FindLinks(*plan, [&] {
                              return std::make_unique<PairScorer>(basis, weights, least);
                            }));
    MUSUBI_ASSIGN_OR_RETURN(const Threshold threshold, RaisedThreshold(loaded.population, found));
    if (receipt_.quality && !receipt_.quality->refusal.empty()) return Found();
    const WeightedMean model(threshold, prior_weight);
    MUSUBI_RETURN_IF_ERROR(CountPlanted(loaded, *plan, [&](const PlantedPairs& pairs) {
      return LinkedByMean(pairs, contract_, kernel_.run, model);
    }));
    plan.reset();  // its memory is the resolution's
    MUSUBI_ASSIGN_OR_RETURN(const BestLinksOf links,
                            BestLinksOf::Make(found, model.threshold_score()));
    receipt_.summary.links = links.links();
    const WeightedMean evidence(EvidenceThreshold(contract_, threshold), prior_weight);
    const ScoresOnDemand scores(basis, weights, evidence);
    const Decider decider{links, scores, model.threshold_score()};
    MUSUBI_RETURN_IF_ERROR(report_.AddScores(links));
    MUSUBI_ASSIGN_OR_RETURN(Resolution resolution, ResolveLinks(loaded, decider));
    MUSUBI_RETURN_IF_ERROR(EstimateByControl(loaded.population, found, links, model, resolution));
    return GiveKeys(loaded, decider, std::move(resolution));
  }

  // The pairs that a run by the weighted mean decided. Blocks count them; all other methods decide
  // every pair, or find each with a chance that does not depend on whose it is.
  PairTotals TotalsOf(const Population& population, const FoundLinks& found) const {
    if (receipt_.candidates.method != CandidateMethod::kBlocks) return AllPairsOf(population);
    return {found.compared(), found.control()};
  }

  // Tells whether there are pairs known to be two persons, and raises the threshold until they say
  // that links are as precise as they are to be. A refusal in the receipt, where none is.
  Result<Threshold> RaisedThreshold(const Population& population, const FoundLinks& found) {
    if (looks_at_control_) {
      totals_ = TotalsOf(population, found);
      if (totals_.control > 0) receipt_.quality.emplace().has_control = true;
    }
    if (!least_precision_) return threshold_;
    LinkQuality& quality = receipt_.quality ? *receipt_.quality : receipt_.quality.emplace();
    if (!quality.has_control) {
      quality.refusal =
          "a least precision needs pairs known to be two persons, as those of a holder without "
          "duplicates are, and there are none";
      return threshold_;
    }
    MUSUBI_ASSIGN_OR_RETURN(const std::optional<std::uint32_t> least,
                            LeastScore(*least_precision_, found, found.hits(), totals_));
    if (found.links() > 0 && !least) {
      quality.refusal =
          "at no threshold are so many links right, by the pairs known to be two persons: ask for "
          "less, or compare by more fields";
      return threshold_;
    }
    if (!least) return threshold_;
    quality.raised_threshold = Threshold{*least, kScoreUnit};
    return *quality.raised_threshold;
  }

  Status EstimateByControl(const Population& population, const FoundLinks& found,
                           const BestLinksOf& links, const WeightedMean& model,
                           const Resolution& resolution) {
    if (!receipt_.quality) return {};
    std::vector<ScoredPair> hits;
    std::ranges::copy_if(found.hits(), std::back_inserter(hits), [&](const ScoredPair& hit) {
      return hit.score >= model.threshold_score();
    });
    LinkQuality& quality = *receipt_.quality;
    quality.control_pairs = totals_.control;
    MUSUBI_ASSIGN_OR_RETURN(quality.control_hits, HitsThatStay(links, hits, population));
    quality.precision = ControlPrecision(PairsWithin(resolution.first_of), totals_.candidates,
                                         quality.control_hits, quality.control_pairs);
    return {};
  }

  // Of nothing, and with a refusal in the receipt, where the model is not to be trusted.
  Result<Found> ByLearning(const LoadedPopulation& loaded, Plan plan) {
    MUSUBI_ASSIGN_OR_RETURN(const LearnedRun learned,
                            LearnFrom(loaded.population, loaded.rows, contract_, *plan, threshold_,
                                      kernel_.run, context_));
    if (!learned.model.refusal.empty()) {
      receipt_.quality = WhatIsLearnt(learned, contract_);
      return Found();
    }
    if (learned.weights) report_.AddLearned(learned, contract_);
    // Where no two records may be one person's, as of one holder alone, nothing was learnt.
    const PatternWeights none(PairModel(), false, {});
    const PatternWeights& weights = learned.weights ? *learned.weights : none;
    const PatternSource source =
        learned.SourceOf(loaded.population, loaded.rows, contract_, kernel_.run);
    const WeightScores scores(source, weights, learned.least);
    MUSUBI_ASSIGN_OR_RETURN(const FoundLinks links, FindLinks(*plan, [&] {
                              return std::make_unique<WeightJudge>(source, weights, learned.least);
                            }));
    const Decider decider{links, scores, kLinkScore};
    if (learned.weights) {
      MUSUBI_RETURN_IF_ERROR(CountPlanted(loaded, *plan, [&](const PlantedPairs& pairs) {
        return LinkedByLearning(pairs, contract_, kernel_.run, learned);
      }));
    }
    plan.reset();
    receipt_.candidates.pairs = links.compared();
    receipt_.summary.candidate_pairs = links.compared();
    MUSUBI_ASSIGN_OR_RETURN(Resolution resolution, ResolveLinks(loaded, decider));
    MUSUBI_ASSIGN_OR_RETURN(
        receipt_.quality,
        QualityOf(learned, {loaded.population, links, links.reached(), links.hits()}, contract_,
                  resolution.first_of));
    receipt_.summary.hold = HoldOf(*receipt_.quality);
    return GiveKeys(loaded, decider, std::move(resolution));
  }

  Result<FoundLinks> FindLinks(const blocking::CandidatePlan& plan, const JudgeMaker& make_judge) {
    CandidateReport& report = receipt_.candidates;
    MUSUBI_ASSIGN_OR_RETURN(const auto identity,
                            IdentityOf(&store_, threshold_, looks_at_control_, report, plan));
    MUSUBI_ASSIGN_OR_RETURN(FoundLinks found,
                            FoundLinks::Open(store_.run_place(), identity, context_));
    seed_ = found.seed();
    receipt_.resources.went_on = found.end_tile() > 0;
    MUSUBI_RETURN_IF_ERROR(
        ScorePairs(plan, make_judge, found.end_tile(), LimitsOf(request_, memory_, report.joins),
                   context_, [&found](ScoredPart part) { return found.Take(std::move(part)); }));
    const bool weighs_all = !report.joins && !report.lsh;
    if (weighs_all) report.pairs = found.compared();
    receipt_.summary.candidate_pairs = report.pairs;
    receipt_.summary.links = found.links();
    receipt_.resources.disk_bytes = found.bytes_on_disk();
    return found;
  }

  Status CountPlanted(const LoadedPopulation& loaded, const blocking::CandidatePlan& plan,
                      const PlantedJudge& judge) {
    const bool compares_all = receipt_.candidates.method == CandidateMethod::kAllPairs;
    MUSUBI_ASSIGN_OR_RETURN(receipt_.planted,
                            RecallOfPlanted({store_, loaded, plan, compares_all}, judge, context_));
    return {};
  }

  Result<Resolution> ResolveLinks(const LoadedPopulation& loaded, const Decider& decider) {
    context_.Stage("resolve", decider.links.links());
    return Resolve(loaded.population, decider.links, decider.pairs,
                   {decider.threshold, request_.resolution.value_or(contract_.plan().resolution),
                    std::max<std::uint64_t>(1, LinksInMemory(memory_))},
                   context_);
  }

  // Keys for new records, and what people are asked about keys given earlier.
  Result<Found> GiveKeys(const LoadedPopulation& loaded, const Decider& decider,
                         Resolution resolution) {
    const Population& population = loaded.population;
    context_.Stage("review", population.rows());
    MUSUBI_ASSIGN_OR_RETURN(receipt_.recapture,
                            RecaptureLinks(population, decider.links, resolution.first_of));
    MUSUBI_ASSIGN_OR_RETURN(std::vector<storage::Proposal> proposals, store_.Proposals());
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<storage::Decision> decisions, store_.Decisions());
    const auto states = storage::StatesOf(std::move(proposals), decisions);
    const std::vector<DecidedPair> decided = DecidedPairs(states, population);
    JoinDecided(population, decided, &resolution.first_of);
    Found found;
    const auto given = static_cast<std::uint32_t>(loaded.keys.size());
    found.regrouping = Regroup(population, resolution.first_of,
                               {given, loaded.key_of, loaded.since}, decider.pairs);
    found.keys = KeysByNumber(loaded, found.regrouping.minted, seed_);
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<Doubt> doubts,
                            FindDoubts({population, contract_, resolution.first_of, decider.links,
                                        decider.pairs, decider.threshold},
                                       context_));
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store_.Epoch());
    MUSUBI_ASSIGN_OR_RETURN(
        found.proposed, Propose({population, found.regrouping, found.keys, doubts, decided, states,
                                 decider.pairs, loaded.since, epoch + 1},
                                context_));
    return found;
  }

  Status Commit(const LoadedPopulation& loaded, Found found) {
    storage::EpochSummary& summary = receipt_.summary;
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store_.Epoch());
    summary.epoch = epoch + 1;
    summary.records = loaded.population.rows();
    const Threshold threshold =
        receipt_.quality ? receipt_.quality->raised_threshold.value_or(threshold_) : threshold_;
    summary.threshold =
        std::to_string(threshold.numerator) + "/" + std::to_string(threshold.denominator);
    storage::EpochChange change = MakeChange(loaded, std::move(found), summary);
    summary = change.summary;
    change.report = report_.Text(receipt_, contract_);
    if (context_.stopped()) return Interrupted();
    context_.Stage("commit", change.members.size());
    MUSUBI_RETURN_IF_ERROR(store_.CommitEpoch(std::move(change), context_));
    storage::LinkRun::Remove(store_.run_place().folder);
    return {};
  }

  storage::LinkStore& store_;
  const LinkRequest& request_;
  const ExecContext& context_;
  const Contract& contract_;
  const Threshold threshold_;
  const std::optional<Threshold> least_precision_;
  const NamedKernel& kernel_;
  MemoryPlan memory_;
  storage::RunSeed seed_{};
  bool looks_at_control_ = false;
  PairTotals totals_;  // of a run by the weighted mean that looks at its control
  LinkReceipt receipt_;
  RunReport report_;
};

}  // namespace

Result<LinkReceipt> Link(storage::LinkStore* store, const LinkRequest& request,
                         const ExecContext& context) {
  Result<LinkReceipt> outcome = Linker(store, request, context).Run();
  if (outcome.ok() && outcome.value().quality && !outcome.value().quality->refusal.empty()) {
    MUSUBI_RETURN_IF_ERROR(store->LogModelRefusal(context));
  }
  return storage::Logged(store, {storage::LogKind::kLink}, context, std::move(outcome));
}

}  // namespace musubi::engine
