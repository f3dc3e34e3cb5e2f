#include "cli/link_quality.h"

#include <cstdio>

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

Json JsonOf(const LinkQuality& quality) {
  Json json = {{"refused", !quality.refusal.empty()}, {"has_control", quality.has_control}};
  if (!quality.refusal.empty()) json["why"] = quality.refusal;
  for (const auto& comparison : quality.comparisons) {
    json["comparisons"].push_back({{"name", comparison.name},
                                   {"equal_in_matches", comparison.equal_match / 1e6},
                                   {"equal_in_strangers", comparison.equal_stranger / 1e6}});
  }
  if (!quality.refusal.empty() || quality.comparisons.empty()) return json;
  json["rarity"] = quality.rarity;
  json["moves"] = quality.moves;
  json["model_precision"] = quality.model_precision / 1e6;
  json["model_recall"] = quality.model_recall / 1e6;
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

}  // namespace

void ShowQuality(const LinkQuality& quality, Json* json, std::string* text) {
  (*json)["quality"] = JsonOf(quality);
  if (quality.comparisons.empty()) {
    *text += "learnt    nothing: no two of these records may be one person's\n";
    return;
  }
  ShowComparisons(quality, text);
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
  *text += "recall    " + Shown(quality.model_recall) + " by the model alone: nothing checks it\n";
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
