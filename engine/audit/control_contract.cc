#include "engine/audit/control_contract.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace musubi::engine {

using nlohmann::json;

Result<Contract> ControlContract(const Contract& contract, double tokens) {
  constexpr double kUnset = 0.6;  // share of bits
  constexpr double kMost = 64;    // that a token may set
  const double positions = std::round(-std::log(kUnset) * kControlBits / std::max(tokens, 1.0));
  json control = json::parse(contract.canonical_json());
  json features = json::array();
  for (const json& filter : control["filters"]) {
    for (json feature : filter["features"]) {
      feature.erase("salt");
      feature.erase("sample");
      feature["positions"] = static_cast<int>(std::clamp(positions, 1.0, kMost));
      if (std::ranges::find(features, feature) == features.end()) {
        features.push_back(std::move(feature));
      }
    }
  }
  control["name"] = "plain";
  control["profile"] = "record";
  control["filters"] =
      json::array({{{"name", "person"}, {"bits", kControlBits}, {"features", features}}});
  control.erase("block_tokens");
  control.erase("match_tokens");
  control["linkage"] = {{"candidates", {{"method", "all_pairs"}}},
                        {"model", {{"kind", "weighted_mean"}, {"threshold", "0.8"}}}};
  auto parsed = Contract::Parse(control.dump());
  if (parsed.ok()) return parsed;
  return Error{ErrorCode::kInternal, "the plain contract: " + parsed.error().message};
}

}  // namespace musubi::engine
