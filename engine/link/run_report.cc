#include "engine/link/run_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string_view>

#include "core/contract_names.h"
#include "crypto/sha256.h"
#include "engine/model/filter_levels.h"
#include "engine/model/logarithm.h"

namespace musubi::engine {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;  // of the format; permanent

// A chance within 0 and 1 in thousand-millionths.
std::uint64_t Billionths(double chance) {
  return static_cast<std::uint64_t>(std::llround(std::clamp(chance, 0.0, 1.0) * 1e9));
}

// A number of pairs in thousandths of a pair.
std::uint64_t Thousandths(double pairs) {
  return static_cast<std::uint64_t>(std::llround(std::max(pairs, 0.0) * 1000));
}

std::string_view NameOf(LearnedFrom from) {
  switch (from) {
    case LearnedFrom::kAllPairs:
      return "all_pairs";
    case LearnedFrom::kCandidates:
      return "candidates";
    case LearnedFrom::kSample:
      break;
  }
  return "sample";
}

json JsonOf(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

// One level of a comparison that occurs: what it is, and how often the pairs of one person and of
// two have it.
json LevelJson(unsigned level, const std::vector<Threshold>& thresholds, double match, double two) {
  json entry = {{"match", Billionths(match)},
                {"two", Billionths(two)},
                {"weight", std::llround((Log2(match) - Log2(two)) * kBit)}};
  if (level >= kEqual) {
    entry["kind"] = "equal";
    entry["rarity"] = level - kEqual;
  } else if (level == kUnlike) {
    entry["kind"] = "unlike";
  } else {
    const Threshold& least = thresholds[thresholds.size() - (level - kUnlike)];
    entry["kind"] = "similar";
    entry["least_similarity"] = std::uint64_t{1'000'000} * least.numerator / least.denominator;
  }
  return entry;
}

json ComparisonsJson(const LearnedModel& model, const Contract& contract) {
  constexpr double kLeast = 1e-280;  // what is below it does not occur
  const std::size_t filters = contract.filters().size();
  json comparisons = json::array();
  for (std::size_t place = 0; place < model.base.size(); ++place) {
    const bool is_filter = place < filters;
    const auto thresholds =
        is_filter ? LevelThresholds(contract.filters()[place]) : std::vector<Threshold>();
    const LevelTable& match = model.pairs.mixture.shape(0, place).chances;
    json levels = json::array();
    for (unsigned level = kUnlike; level < kPatternLevels; ++level) {
      const double two = model.base[place][level];
      if (match[level] < kLeast || two < kLeast) continue;
      levels.push_back(LevelJson(level, thresholds, match[level], two));
    }
    comparisons.push_back({{"name", is_filter ? contract.filters()[place].name
                                              : contract.match_rules()[place - filters].name},
                           {"match_token", !is_filter},
                           {"levels", std::move(levels)}});
  }
  return comparisons;
}

// The kinds of pairs that were found: how many pairs are of each, and how often their values are
// equal, by comparison.
json ClassesJson(const PairModel& model) {
  json classes = json::array();
  for (std::size_t c = 0; c < model.mixture.classes.size(); ++c) {
    json equal = json::array();
    for (std::size_t place = 0; place < model.mixture.places(); ++place) {
      equal.push_back(Billionths(EqualChance(model.mixture.shape(c, place).chances)));
    }
    classes.push_back({{"one_person", c < model.matches},
                       {"share", Billionths(model.mixture.classes[c].share)},
                       {"equal", std::move(equal)}});
  }
  return classes;
}

json BinsJson(const std::vector<WeightBin>& bins) {
  json rows = json::array();
  for (const WeightBin& bin : bins) {
    rows.push_back({{"bits", bin.bits},
                    {"pairs", bin.candidates},
                    {"held_out", bin.held_out},
                    {"expected_matches", Thousandths(bin.expected_matches)}});
  }
  return rows;
}

json SelectionJson(const Selection& selection, bool has_control) {
  json point = {{"selected", selection.selected},
                {"model_precision", ModelPrecision(selection)},
                {"model_recall", ModelRecall(selection)}};
  if (!has_control || selection.held_out == 0) return point;
  point["hits"] = selection.hits;
  point["precision"] = JsonOf(ControlPrecision(selection.selected, selection.candidates,
                                               selection.hits, selection.held_out));
  return point;
}

// What a threshold of each whole bit would select.
json CurveJson(const LearnedRun& learned) {
  json points = json::array();
  for (const ThresholdPoint& point : ThresholdCurve(learned.bins, learned.selection)) {
    json entry = SelectionJson(point.selection, learned.model.has_control);
    entry["bits"] = point.bits;
    points.push_back(std::move(entry));
  }
  return points;
}

json QualityJson(const LinkQuality& quality) {
  json entry = {{"has_control", quality.has_control}};
  if (!quality.comparisons.empty()) {  // something was learnt
    entry["model_precision"] = quality.model_precision;
    entry["model_recall"] = quality.model_recall;
  }
  if (quality.raised_threshold) {
    entry["raised_threshold"] = std::uint64_t{kScoreUnit} * quality.raised_threshold->numerator /
                                quality.raised_threshold->denominator;
  }
  if (!quality.has_control) return entry;
  entry["control_pairs"] = quality.control_pairs;
  entry["control_hits"] = quality.control_hits;
  entry["precision"] = JsonOf(quality.precision);
  entry["certified"] = quality.certified();
  return entry;
}

json PlantedJson(const std::vector<PlantedRecall>& planted) {
  json rows = json::array();
  for (const PlantedRecall& recall : planted) {
    rows.push_back({{"holder", recall.holder},
                    {"copies", recall.copies},
                    {"compared", recall.compared},
                    {"found", recall.found},
                    {"recall", JsonOf(recall.recall)}});
  }
  return rows;
}

json PassesJson(const std::vector<blocking::BlockPassStats>& passes, const Contract& contract) {
  json rows = json::array();
  for (std::size_t p = 0; p < passes.size(); ++p) {
    rows.push_back({{"name", contract.token_name(p)},
                    {"records", passes[p].tokens},
                    {"blocks", passes[p].blocks},
                    {"largest_block", passes[p].largest_block},
                    {"pairs", passes[p].visits},
                    {"left_out_blocks", passes[p].left_out_blocks},
                    {"left_out_pairs", passes[p].left_out_visits}});
  }
  return rows;
}

json CandidatesJson(const CandidateReport& candidates, const Contract& contract) {
  json entry = {{"method", musubi::NameOf(candidates.method)},
                {"exact_join", candidates.joins},
                {"pairs", candidates.pairs}};
  if (candidates.method == CandidateMethod::kBlocks) {
    entry["passes"] = PassesJson(candidates.passes, contract);
  }
  if (candidates.lsh) {
    const blocking::LshStats& lsh = *candidates.lsh;
    entry["lsh"] = {{"bits_per_key", lsh.parameters.bits_per_key},
                    {"tables", lsh.parameters.tables},
                    {"expected_recall", lsh.expected_recall_millionths},
                    {"records", lsh.records},
                    {"buckets", lsh.buckets},
                    {"largest_bucket", lsh.largest_bucket}};
  }
  return entry;
}

std::string DigestOf(const json& value) {
  const std::string text = value.dump();
  return crypto::ToHex(
      crypto::Sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

}  // namespace

void RunReport::AddLearned(const LearnedRun& learned, const Contract& contract) {
  json model = {{"comparisons", ComparisonsJson(learned.model, contract)},
                {"classes", ClassesJson(learned.model.pairs)},
                {"rarity", learned.model.rarity}};
  learned_ = {{"learned_from", NameOf(learned.from)},
              {"threshold", learned.least},
              {"model_digest", DigestOf(model)},
              {"model", std::move(model)},
              {"weights", BinsJson(learned.bins)},
              {"held_out", learned.selection.held_out},
              {"pairs", learned.selection.candidates},
              {"expected_matches", Thousandths(learned.selection.expected_matches)},
              {"curve", CurveJson(learned)},
              {"at_threshold", SelectionJson(learned.selection, learned.model.has_control)}};
}

Status RunReport::AddScores(const LinkSource& links) {
  constexpr std::uint32_t kHundredth = kScoreUnit / 100;
  std::map<std::uint32_t, std::uint64_t> counts;
  MUSUBI_RETURN_IF_ERROR(links.Visit([&](std::span<const ScoredPair> some) {
    for (const ScoredPair& pair : some) ++counts[pair.score / kHundredth];
  }));
  scores_ = json::array();
  for (const auto& [hundredth, count] : counts) {
    scores_.push_back({{"hundredths", hundredth}, {"links", count}});
  }
  return {};
}

std::string RunReport::Text(const LinkReceipt& receipt, const Contract& contract) const {
  json report = {{"version", kVersion},
                 {"program", MUSUBI_VERSION},
                 {"kernel", receipt.kernel},
                 {"model", musubi::NameOf(contract.plan().model)},
                 {"candidates", CandidatesJson(receipt.candidates, contract)},
                 {"persons", receipt.clusters},
                 {"linked_records", receipt.linked_records}};
  if (!learned_.is_null()) report["learned"] = learned_;
  if (!scores_.is_null()) report["scores"] = scores_;
  if (receipt.quality) report["quality"] = QualityJson(*receipt.quality);
  if (!receipt.planted.empty()) report["planted"] = PlantedJson(receipt.planted);
  if (receipt.recapture.joined > 0) {
    report["recapture"] = {
        {"joined", receipt.recapture.joined},
        {"linked", receipt.recapture.linked},
        {"recall", JsonOf(ShareOf(receipt.recapture.linked, receipt.recapture.joined))}};
  }
  return report.dump();
}

}  // namespace musubi::engine
