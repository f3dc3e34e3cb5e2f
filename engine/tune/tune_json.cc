#include <nlohmann/json.hpp>

#include "engine/tune/tune.h"

namespace musubi::engine {
namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const PairCounts& counts) {
  return {{"value", counts.f1()},  {"lower", counts.lower()}, {"upper", counts.upper()},
          {"right", counts.right}, {"wrong", counts.wrong},   {"missed", counts.missed}};
}

Json JsonOf(const TunedCandidate& tried) {
  Json json = {{"name", tried.name}};
  if (!tried.what.empty()) json["what"] = tried.what;
  json["f1_usual"] = JsonOf(tried.quality.usual);
  json["f1_clean"] = JsonOf(tried.quality.clean);
  if (!tried.quality.refusal.empty()) json["refusal"] = tried.quality.refusal;
  json["links_well"] = tried.links_well;
  if (tried.risk) {
    json["risk"] = {
        {"upper", tried.risk->upper}, {"test", tried.risk->test}, {"case", tried.risk->about}};
    json["outcome"] = NameOf(tried.outcome);
    json["failed"] = tried.failed;
  }
  json["on_frontier"] = tried.on_frontier;
  json["fingerprint"] = crypto::ToHex(crypto::FingerprintOf(tried.contract));
  json["contract"] = Json::parse(tried.contract.canonical_json());
  return json;
}

}  // namespace

std::string TuneJson(const TuneReport& report) {
  Json candidates = Json::array();
  for (const TunedCandidate& tried : report.candidates) candidates.push_back(JsonOf(tried));
  const Json clear = {{"f1_usual", JsonOf(report.clear_text.usual)},
                      {"f1_clean", JsonOf(report.clear_text.clean)}};
  Json json = {{"musubi_tuning", 1},
               {"program", std::string("musubi ") + MUSUBI_VERSION},
               {"contract", crypto::ToHex(report.given)},
               {"outcome", report.passes ? "pass" : "fail"},
               {"chosen", nullptr},
               {"rows", report.rows},
               {"rejected", report.rejected},
               {"sample", report.sample},
               {"people", report.people},
               {"pairs", report.pairs},
               {"seed", report.seed},
               {"least_f1", report.least_f1},
               {"errors", report.judged == Copies::kUsual ? "usual" : "none"},
               {"clear_text", clear},
               {"candidates", std::move(candidates)},
               {"advice", report.advice}};
  if (report.chosen) json["chosen"] = report.candidates[*report.chosen].name;
  return json.dump(2) + "\n";
}

}  // namespace musubi::engine
