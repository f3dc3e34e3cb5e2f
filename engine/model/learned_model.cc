#include "engine/model/learned_model.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "core/check.h"
#include "core/contract_names.h"

namespace musubi::engine {
namespace {

constexpr double kLeastControl = 1000;  // pairs of each kind; fewer tell too little of strangers

Role RoleOf(FieldKind kind) {
  if (IsName(kind)) return Role::kName;
  switch (kind) {
    case FieldKind::kDate:
      return Role::kDate;
    case FieldKind::kDigits:
    case FieldKind::kPostcode:
    case FieldKind::kText:
    case FieldKind::kPhone:
    case FieldKind::kMunicipality:
    case FieldKind::kAddress:
      return Role::kPlace;
    default:
      return Role::kOther;
  }
}

// The role that all fields of a filter have, if it is one. That of clkhash names none.
Role RoleOf(const Filter& filter, const Contract& contract) {
  if (filter.features.empty()) return Role::kOther;
  const auto role = [&](const Feature& feature) {
    return RoleOf(contract.fields()[feature.field].kind);
  };
  const Role first = role(filter.features.front());
  const bool all = std::ranges::all_of(
      filter.features, [&](const Feature& feature) { return role(feature) == first; });
  return all ? first : Role::kOther;
}

// The same counts with equal values of every rarity taken together.
std::vector<PatternCount> WithoutRarities(const std::vector<PatternCount>& counts) {
  std::vector<PatternCount> merged = counts;
  for (PatternCount& count : merged) count.pattern = WithoutRarity(count.pattern);
  std::ranges::sort(merged, {}, &PatternCount::pattern);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    if (i > 0 && merged[i].pattern == merged[kept].pattern) {
      for (std::size_t kind = 0; kind < kPairKinds; ++kind) {
        merged[kept].counts[kind] += merged[i].counts[kind];
      }
    } else {
      kept += i > 0 ? 1 : 0;
      merged[kept] = merged[i];
    }
  }
  merged.resize(merged.empty() ? 0 : kept + 1);
  return merged;
}

Comparisons WithoutRarities(Comparisons comparisons) {
  for (LevelTable& values : comparisons.values) {
    const double equal = EqualChance(values);
    values = {};
    values[kEqual] = equal;
  }
  return comparisons;
}

// One way to learn, and what comes of it.
struct Fit {
  LearnedModel model;
  Selection selection;
};

Fit FitWithControl(const std::vector<PatternCount>& counts, const Comparisons& comparisons,
                   bool rarity, std::uint64_t records, Weight threshold) {
  const PatternTable control = TableOf(counts, PairKind::kControl);
  const PatternTable candidates = TableOf(counts, PairKind::kCandidate);
  Fit fit;
  fit.model.rarity = rarity;
  fit.model.has_control = true;
  fit.model.base = MarginalChances(control, counts, comparisons.size());
  const Mixture null = FitNull(control, fit.model.base, comparisons);
  fit.model.pairs = FitMatches(candidates, null, fit.model.base, records);
  AddMovers(candidates, comparisons, &fit.model.pairs);
  const PatternWeights weights(fit.model.pairs, rarity, counts);
  fit.selection = SelectionOf(fit.model.pairs, weights, threshold, counts);
  return fit;
}

LearnedModel LearnWithControl(const std::vector<PatternCount>& counts,
                              const Comparisons& comparisons, std::uint64_t records,
                              Weight threshold) {
  Fit rare = FitWithControl(counts, comparisons, true, records, threshold);
  Fit plain = FitWithControl(WithoutRarities(counts), WithoutRarities(comparisons), false, records,
                             threshold);
  Fit& best = RarityPays(rare.selection, plain.selection) ? rare : plain;
  const Estimate control = ControlPrecision(best.selection.selected, best.selection.candidates,
                                            best.selection.hits, best.selection.held_out);
  const std::uint32_t model = ModelPrecision(best.selection);
  if (Contradicts(control, model)) {
    best.model.refusal =
        "the model expects " + std::to_string(model / 10'000) +
        " % of its links to be right, but by the pairs within holders that declare no duplicates "
        "it is " +
        std::to_string(control.value / 10'000) +
        " %: it has learnt something else than persons, or a holder does have duplicates";
  }
  return std::move(best.model);
}

LearnedModel LearnWithoutControl(const std::vector<PatternCount>& counts,
                                 const Comparisons& comparisons, std::uint64_t records) {
  const PatternTable candidates = TableOf(counts, PairKind::kCandidate);
  LearnedModel model;
  model.base = MarginalChances(candidates, counts, comparisons.size());
  for (const Role needed : {Role::kName, Role::kDate}) {
    if (std::ranges::find(comparisons.roles, needed) != comparisons.roles.end()) continue;
    model.refusal =
        "too few pairs are known to be of two persons, so that only names and dates can show "
        "whether "
        "persons were learnt, and the contract does not compare both";
    return model;
  }
  std::optional<PairModel> fitted =
      FitMatchesWithoutControl(candidates, model.base, comparisons, records);
  if (!fitted) {
    model.refusal =
        "no class of pairs agrees in names and dates as one person's records do: what is most "
        "alike here are households, places or twins, and too few pairs are known to be of two "
        "persons, as those of a holder without duplicates are, to tell them by";
    return model;
  }
  model.pairs = std::move(*fitted);
  AddMovers(candidates, comparisons, &model.pairs);
  return model;
}

}  // namespace

Comparisons ComparisonsOf(const Contract& contract) {
  Comparisons comparisons;
  for (const Filter& filter : contract.filters()) {
    comparisons.roles.push_back(RoleOf(filter, contract));
  }
  comparisons.roles.resize(comparisons.roles.size() + contract.match_rules().size(), Role::kOther);
  comparisons.values.resize(comparisons.roles.size());
  MUSUBI_CHECK(comparisons.size() <= kMostComparisons);
  return comparisons;
}

LearnedModel Learn(const std::vector<PatternCount>& counts, const Comparisons& comparisons,
                   std::uint64_t records, Weight threshold) {
  const double control = std::min(TableOf(counts, PairKind::kControl).total,
                                  TableOf(counts, PairKind::kHeldOut).total);
  if (control >= kLeastControl) return LearnWithControl(counts, comparisons, records, threshold);
  return LearnWithoutControl(counts, comparisons, records);
}

}  // namespace musubi::engine
