#include "engine/release/release_manifest.h"

#include <nlohmann/json.hpp>

#include "core/utc_time.h"
#include "storage/signed_json.h"

namespace musubi::engine {

using nlohmann::json;

namespace {

json JsonOf(const ToldCount& count, std::uint64_t smallest) {
  switch (count.form) {
    case ToldCount::Form::kNumber:
      return count.number;
    case ToldCount::Form::kBelow:
      return "<" + std::to_string(smallest);
    case ToldCount::Form::kWithheld:
      break;
  }
  return nullptr;
}

json HoldersJson(const ReleaseManifest& manifest, const ToldCounts& told, std::uint64_t smallest) {
  json holders = json::array();
  for (std::size_t i = 0; i < told.holders.size(); ++i) {
    holders.push_back({{"holder", told.holders[i].holder},
                       {"records", JsonOf(told.holders[i].records, smallest)},
                       {"persons", JsonOf(told.holders[i].persons, smallest)},
                       {"file", manifest.maps[i].name},
                       {"sha256", crypto::ToHex(manifest.maps[i].sha256)}});
  }
  return holders;
}

// The share that is recaptured, in whole percent and without its interval: from the exact share and
// its interval would follow how many pairs it is of, and from these how many persons three holders
// have, others than those of the release too. Null where these may be fewer than `smallest`: of
// each there are three pairs or more.
json RecaptureJson(const json& recapture, std::uint64_t smallest) {
  constexpr std::uint64_t kPairsOfPerson = 3;
  constexpr std::uint64_t kPercent = 10'000;  // in millionths
  if (recapture.at("joined").get<std::uint64_t>() < kPairsOfPerson * smallest) return nullptr;
  const auto share = recapture.at("recall").at("value").get<std::uint64_t>();
  return {{"value", share / kPercent * kPercent}};
}

// What the link run says of itself, in shares alone: its counts of pairs may be small.
json QualityJson(const std::string& run_report, std::uint64_t smallest) {
  const json report = json::parse(run_report, nullptr, /*allow_exceptions=*/false);
  json quality = json::object();
  if (!report.is_object()) return quality;
  quality["model"] = report.value("model", "");
  const json found = report.value("quality", json::object());
  for (const char* share : {"model_precision", "model_recall", "precision", "certified"}) {
    if (found.contains(share)) quality[share] = found.at(share);
  }
  if (report.contains("planted")) {
    // That of all holders comes first.
    quality["planted_recall"] = report.at("planted").at(0).at("recall");
  }
  if (report.contains("recapture")) {
    quality["recapture_recall"] = RecaptureJson(report.at("recapture"), smallest);
  }
  return quality;
}

}  // namespace

Result<std::string> SignedManifest(const ReleaseManifest& manifest, const crypto::Identity& unit) {
  const Application& application = *manifest.application;
  const std::uint64_t smallest = application.smallest_count;
  const ToldCounts told = TellCounts(manifest.counts, smallest);
  json root = {{"format", "musubi-release"},
               {"version", 2},
               {"project", manifest.of.project},
               {"application", crypto::ToHex(manifest.of.application)},
               {"contract", crypto::ToHex(application.contract)},
               {"release", manifest.of.release},
               {"epoch", manifest.of.epoch},
               {"time", FormatUtc(manifest.time)},
               {"unit", crypto::ToHex(unit.certificate().fingerprint())},
               {"smallest_count", smallest},
               {"records", JsonOf(told.records, smallest)},
               {"persons", JsonOf(told.persons, smallest)},
               {"holders", HoldersJson(manifest, told, smallest)},
               {"persons_of_holders", json::array()},
               {"quality", QualityJson(manifest.run_report, smallest)}};
  for (const ToldCount& persons : told.persons_of_holders) {
    root["persons_of_holders"].push_back(JsonOf(persons, smallest));
  }
  if (manifest.changes) {
    const ReleaseManifest::Changes& changes = *manifest.changes;
    root["changes"] = {{"file", changes.file.name},
                       {"sha256", crypto::ToHex(changes.file.sha256)},
                       {"since_epoch", changes.since_epoch},
                       {"ids", JsonOf(TellCount(changes.ids, smallest), smallest)}};
  }
  if (!manifest.despite_hold.empty()) root["despite_hold"] = manifest.despite_hold;
  return storage::SignedText(root.dump(), unit);
}

}  // namespace musubi::engine
