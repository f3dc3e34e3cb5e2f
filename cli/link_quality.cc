#include "cli/link_quality.h"

#include <cstdio>
#include <span>
#include <utility>

#include "core/contract_names.h"

namespace musubi::cli {
namespace {

using engine::LinkQuality;

// 987654 millionths as "0.9877".
std::string Shown(std::uint32_t millionths) {
  char shown[16];
  std::snprintf(shown, sizeof shown, "%.4f", millionths / 1e6);
  return shown;
}

double Number(const Threshold& threshold) {
  return static_cast<double>(threshold.numerator) / threshold.denominator;
}

Json JsonOf(const LinkQuality& quality) {
  Json json = {{"refused", !quality.refusal.empty()}, {"has_control", quality.has_control}};
  if (!quality.refusal.empty()) json["why"] = quality.refusal;
  for (const auto& comparison : quality.comparisons) {
    json["comparisons"].push_back({{"name", comparison.name},
                                   {"equal_in_matches", comparison.equal_match / 1e6},
                                   {"equal_in_strangers", comparison.equal_stranger / 1e6}});
  }
  if (!quality.refusal.empty() || (quality.learns && quality.comparisons.empty())) return json;
  if (quality.learns) {
    json["rarity"] = quality.rarity;
    json["moves"] = quality.moves;
    json["model_precision"] = quality.model_precision / 1e6;
    json["model_recall"] = quality.model_recall / 1e6;
  }
  if (quality.raised_threshold) {
    json["raised_threshold"] = Number(*quality.raised_threshold);
  }
  if (!quality.has_control) return json;
  json["control"] = {{"pairs", quality.control_pairs},
                     {"hits", quality.control_hits},
                     {"precision", quality.precision.value / 1e6},
                     {"low", quality.precision.low / 1e6},
                     {"high", quality.precision.high / 1e6},
                     {"certified", quality.certified()}};
  return json;
}

// How often values are equal: a line a comparison.
void ShowComparisons(const LinkQuality& quality, std::string* text) {
  if (quality.comparisons.empty()) return;
  *text += "learnt    " + Left("equal values in", 20) + Right("one person", 12) +
           Right("strangers", 12) + "\n";
  for (const auto& comparison : quality.comparisons) {
    *text += "          " + Left(comparison.name, 20) + Right(Shown(comparison.equal_match), 12) +
             Right(Shown(comparison.equal_stranger), 12) + "\n";
  }
}

Json JsonOf(const engine::PlantedRecall& recall) {
  return {{"copies", recall.copies},        {"compared", recall.compared},
          {"found", recall.found},          {"recall", recall.recall.value / 1e6},
          {"low", recall.recall.low / 1e6}, {"high", recall.recall.high / 1e6}};
}

std::string TextOf(const engine::PlantedRecall& recall) {
  return Shown(recall.recall.value) + " (95 %: " + Shown(recall.recall.low) + " to " +
         Shown(recall.recall.high) + "): " + Grouped(recall.found) + " found and " +
         Grouped(recall.compared) + " compared of " + Grouped(recall.copies);
}

}  // namespace

void ShowPlanted(const std::vector<engine::PlantedRecall>& planted, Json* json, std::string* text) {
  if (planted.empty()) return;
  Json& of_all = (*json)["quality"]["planted"];
  of_all = JsonOf(planted.front());
  of_all["holders"] = Json::array();
  *text += "recall    " + TextOf(planted.front()) +
           " planted copies, whose errors are simulated: not that of real records\n";
  for (const engine::PlantedRecall& of_holder : std::span(planted).subspan(1)) {
    Json holder = {{"holder", of_holder.holder}};
    holder.update(JsonOf(of_holder));
    of_all["holders"].push_back(std::move(holder));
    *text += "  " + Left(of_holder.holder, 18) + TextOf(of_holder) + "\n";
  }
}

void ShowQuality(const LinkQuality& quality, Json* json, std::string* text) {
  (*json)["quality"] = JsonOf(quality);
  if (quality.learns && quality.comparisons.empty()) {
    *text += "learnt    nothing: no two of these records may be one person's\n";
    return;
  }
  ShowComparisons(quality, text);
  if (quality.raised_threshold) {
    char shown[32];
    std::snprintf(shown, sizeof shown, "%.6f", Number(*quality.raised_threshold));
    *text += "raised    the threshold to " + std::string(shown) +
             ", the least that is precise enough by the pairs known to be two persons\n";
  }
  if (quality.has_control) {
    *text += "precision " + Shown(quality.precision.value) +
             " (95 %: " + Shown(quality.precision.low) + " to " + Shown(quality.precision.high) +
             "), by " + Grouped(quality.control_hits) + " mistakes among " +
             Grouped(quality.control_pairs) + " pairs known to be two persons" +
             (quality.certified() ? "" : ": too few to certify") + "\n";
  } else {
    *text += "precision " + Shown(quality.model_precision) +
             " by the model alone: no holder's pairs are known to be two persons, so review a "
             "sample\n";
  }
  if (!quality.learns) return;
  *text += "recall    " + Shown(quality.model_recall) + " by the model alone: nothing checks it\n";
}

void ShowRecapture(const engine::Recapture& recapture, Json* json, std::string* text) {
  if (recapture.joined == 0) return;
  const engine::Estimate recall = engine::ShareOf(recapture.linked, recapture.joined);
  (*json)["quality"]["recapture"] = {{"joined", recapture.joined},
                                     {"linked", recapture.linked},
                                     {"recall", recall.value / 1e6},
                                     {"low", recall.low / 1e6},
                                     {"high", recall.high / 1e6}};
  *text += "recall    " + Shown(recall.value) + " (95 %: " + Shown(recall.low) + " to " +
           Shown(recall.high) + ") of direct links, by recapture: of " + Grouped(recapture.joined) +
           " pairs that a third holder's record joins; the truth is rather lower\n";
}

void ShowRefusal(const Invocation& run, const engine::LinkReceipt& receipt) {
  Json json = {{"candidates", NameOf(receipt.candidates.method)},
               {"quality", JsonOf(*receipt.quality)},
               {"stages", run.console().StageSeconds()}};
  std::string text = "refused   no key was given; the store is as it was\n          " +
                     receipt.quality->refusal + "\n";
  ShowComparisons(*receipt.quality, &text);
  run.console().Print(json, text);
}

}  // namespace musubi::cli
