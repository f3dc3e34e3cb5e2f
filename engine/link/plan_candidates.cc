#include "engine/link/plan_candidates.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "blocking/exact_join.h"
#include "core/similarity.h"
#include "engine/link/threads.h"

namespace musubi::engine {
namespace {

using Plan = std::unique_ptr<blocking::CandidatePlan>;

CandidateMethod Asked(const Contract& contract, const LinkRequest& request) {
  return request.candidates.value_or(contract.plan().candidates);
}

// Why `method` cannot be used with this contract, if so.
Status CheckMethod(const Contract& contract, CandidateMethod method) {
  if (method == CandidateMethod::kBlocks && contract.token_count() == 0) {
    return Error{ErrorCode::kUsage,
                 "the contract has no block_tokens or match_tokens; use --candidates all_pairs"};
  }
  const bool is_similar = method == CandidateMethod::kJoin || method == CandidateMethod::kLsh;
  if (is_similar && !HasLoneFilter(contract) && !contract.plan().similarity) {
    return Error{ErrorCode::kUsage,
                 "the contract does not say in which filter candidates must be similar, and how "
                 "much: linkage.candidates needs filter and similarity"};
  }
  if (method == CandidateMethod::kLsh &&
      contract.filters()[contract.plan().candidate_filter].hamming) {
    return Error{ErrorCode::kUsage,
                 "lsh is for filters that are compared by Dice similarity; use --candidates blocks "
                 "or join"};
  }
  return {};
}

// The method to use, given what was asked for and how many pairs there would be.
CandidateMethod ChooseMethod(const Contract& contract, CandidateMethod asked,
                             std::uint64_t all_pairs) {
  if (asked != CandidateMethod::kAuto) return asked;
  const bool small = all_pairs <= contract.plan().all_pairs_up_to;
  return small || contract.token_count() == 0 ? CandidateMethod::kAllPairs
                                              : CandidateMethod::kBlocks;
}

// The similarity below which no pair of a lone filter scores `threshold`, in millionths
// rounded down, less one for the rounding of scores: such pairs are looked at again.
Threshold LeastSimilarity(const Contract& contract, const Threshold& threshold) {
  __extension__ using Wide = unsigned __int128;
  const Filter& filter = contract.filters()[0];
  // Agreement a = (s - f) / (1 - f) must be at least t (p + w) / w, so s at least f + (1 - f) a.
  const Wide agreement = Wide{threshold.numerator} * (contract.plan().prior_weight + filter.weight);
  const Wide whole = Wide{threshold.denominator} * filter.weight;
  const Wide numerator = filter.floor.numerator * whole +
                         (filter.floor.denominator - filter.floor.numerator) * agreement;
  const auto millionths =
      static_cast<std::uint64_t>(1'000'000 * numerator / (filter.floor.denominator * whole));
  constexpr std::uint64_t kMost = 1'000'000;  // beyond, no pair can be a link
  return {static_cast<std::uint32_t>(std::clamp<std::uint64_t>(millionths, 2, kMost) - 1), kMost};
}

SimilarityRule RuleOf(const Contract& contract, const LinkRequest& request) {
  SimilarityRule rule;
  const Filter& filter = contract.filters()[contract.plan().candidate_filter];
  rule.kind = filter.hamming ? SimilarityKind::kHamming : SimilarityKind::kDice;
  rule.width = filter.bits;
  const Threshold threshold = request.threshold.value_or(contract.plan().threshold);
  rule.threshold = contract.plan().similarity.value_or(
      HasLoneFilter(contract) ? LeastSimilarity(contract, EvidenceThreshold(contract, threshold))
                              : Threshold{});
  return rule;
}

// "123456789012" as "123,456,789,012".
std::string Grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

Status CheckPairs(const LinkRequest& request, bool joins, std::uint64_t pairs) {
  // What two processors do in an hour, about, and the hours that need no asking.
  constexpr std::uint64_t kWeighedAnHour = std::uint64_t{20'000'000} * 3600;
  constexpr std::uint64_t kJoinedAnHour = std::uint64_t{2'000'000'000} * 3600;
  constexpr std::uint64_t kMostHours = 3;
  const std::uint64_t an_hour = joins ? kJoinedAnHour : kWeighedAnHour;
  const std::uint64_t most = request.max_pairs.value_or(kMostHours * an_hour);
  if (pairs <= most) return {};
  return Error{ErrorCode::kUsage,
               "this would compare " + Grouped(pairs) + " pairs, which takes some " +
                   Grouped(pairs / an_hour + 1) + " hours of two processors; up to " +
                   Grouped(most) +
                   " are allowed: give the contract block_tokens that fewer records share, or use "
                   "--candidates lsh; to do it all the same, pass --max-pairs " +
                   std::to_string(pairs)};
}

Result<Plan> PlanLsh(const Contract& contract, const Population& population,
                     const SimilarityRule& rule, const LinkRequest& request,
                     const ExecContext& context, CandidateReport* report) {
  const Threshold recall = request.recall.value_or(contract.plan().recall);
  const auto millionths =
      static_cast<std::uint32_t>(std::uint64_t{1'000'000} * recall.numerator / recall.denominator);
  const std::size_t filter = contract.plan().candidate_filter;
  constexpr std::uint64_t kSeed = 1;  // any: the same records give the same candidates
  MUSUBI_ASSIGN_OR_RETURN(const auto parameters, blocking::ChooseLshParameters(
                                                     population, filter, rule, millionths, kSeed));
  report->lsh.emplace();
  return blocking::PlanLsh(population, filter, rule, parameters, &*report->lsh, context);
}

Plan PlanBlocks(const Contract& contract, const Population& population, const ExecContext& context,
                CandidateReport* report) {
  std::vector<std::uint32_t> max_records;
  for (const BlockRule& rule : contract.block_rules()) max_records.push_back(rule.max_records);
  return blocking::PlanBlocks(population, &report->passes, context, max_records);
}

Result<Plan> MakePlan(const Contract& contract, const LinkRequest& request,
                      const Population& population, const ExecContext& context,
                      CandidateReport* report) {
  switch (report->method) {
    case CandidateMethod::kBlocks:
      return PlanBlocks(contract, population, context, report);
    case CandidateMethod::kLsh:
      return PlanLsh(contract, population, RuleOf(contract, request), request, context, report);
    case CandidateMethod::kAuto:  // chosen before
    case CandidateMethod::kAllPairs:
    case CandidateMethod::kJoin:
      break;
  }
  if (!report->joins) return blocking::PlanAllPairs(population);
  return blocking::PlanExactJoin(population, contract.plan().candidate_filter,
                                 RuleOf(contract, request), context);
}

}  // namespace

bool HasLoneFilter(const Contract& contract) {
  return contract.filters().size() == 1 && contract.match_rules().empty();
}

Threshold EvidenceThreshold(const Contract& contract, const Threshold& threshold) {
  // Records of one filter have much in common by chance, so less below the threshold tells
  // anything.
  if (HasLoneFilter(contract)) return {threshold.numerator * 9, threshold.denominator * 10};
  return {threshold.numerator * 2, threshold.denominator * 3};
}

std::optional<std::size_t> CandidateFilter(const Contract& contract, const LinkRequest& request) {
  const CandidateMethod method = Asked(contract, request);
  const bool is_similar = method == CandidateMethod::kJoin || method == CandidateMethod::kLsh;
  const bool may_join = HasLoneFilter(contract) && method != CandidateMethod::kBlocks;
  if (!is_similar && !may_join) return std::nullopt;
  return contract.plan().candidate_filter;
}

Status CheckBeforeLoading(const Contract& contract, const LinkRequest& request,
                          const std::vector<storage::DatasetInfo>& datasets) {
  const CandidateMethod asked = Asked(contract, request);
  MUSUBI_RETURN_IF_ERROR(CheckMethod(contract, asked));
  if (asked != CandidateMethod::kAllPairs && asked != CandidateMethod::kJoin) return {};
  std::map<std::string, std::uint64_t> records;  // by holder
  std::uint64_t pairs = 0;
  for (const storage::DatasetInfo& dataset : datasets) {
    const std::uint64_t own = dataset.manifest.records;
    for (const auto& [holder, others] : records) {
      const bool pairs_up =
          holder != dataset.manifest.holder || dataset.manifest.declares_duplicates;
      pairs += pairs_up ? own * others : 0;
    }
    pairs += dataset.manifest.declares_duplicates ? own * (own - 1) / 2 : 0;
    records[dataset.manifest.holder] += own;
  }
  const bool joins = asked == CandidateMethod::kJoin || HasLoneFilter(contract);
  return CheckPairs(request, joins, pairs);
}

Result<Plan> PlanCandidates(const Contract& contract, const LinkRequest& request,
                            const Population& population, const ExecContext& context,
                            CandidateReport* report) {
  const CandidateMethod asked = Asked(contract, request);
  MUSUBI_RETURN_IF_ERROR(CheckMethod(contract, asked));
  const std::uint64_t all_pairs = blocking::CountAllPairs(population);
  report->method = ChooseMethod(contract, asked, all_pairs);
  report->joins = report->method == CandidateMethod::kJoin ||
                  (report->method == CandidateMethod::kAllPairs && HasLoneFilter(contract));
  const bool decides_all = report->joins || report->method == CandidateMethod::kAllPairs;
  if (decides_all) MUSUBI_RETURN_IF_ERROR(CheckPairs(request, report->joins, all_pairs));
  const bool has_passes = report->method == CandidateMethod::kBlocks;
  context.Stage("block", has_passes ? contract.token_count() : 0);
  Result<Plan> plan = Plan();
  Threads threads(context);
  threads.Run([&] { plan = MakePlan(contract, request, population, context, report); });
  if (context.stopped()) return Interrupted();
  MUSUBI_RETURN_IF_ERROR(plan.ok() ? Status() : Status(plan.error()));
  if (!decides_all) {
    MUSUBI_RETURN_IF_ERROR(CheckPairs(request, report->joins, plan.value()->visits()));
  }
  if (report->joins) report->pairs = all_pairs;
  if (report->lsh) report->pairs = report->lsh->visits;
  return plan;
}

}  // namespace musubi::engine
