#include "clkhash/schema_versions.h"

#include <cmath>
#include <utility>

#include "clkhash/python_number.h"

namespace musubi::clkhash {
namespace {

// weight * k as Python computes it: exactly where the weight is written as an integer, else in
// doubles, rounded half to even.
Json Insertions(const Json* weight, const Json& k) {
  if (weight != nullptr && weight->Is(Json::Type::kInteger)) {
    return Json::Integer((BigInt(weight->text) * BigInt(k.text)).str());
  }
  const double product = (weight == nullptr ? 1.0 : weight->number) * k.number;
  if (!std::isfinite(product)) return {};  // no number: refused as version 3
  return Json::Integer(ExactInteger(std::nearbyint(product)).str());
}

bool IsIgnored(const Json& feature) {
  const Json* const mark = feature.Find("ignored");
  return mark != nullptr && mark->Truthy();
}

Json IgnoredFeature(const Json& feature) {
  Json ignored = Json::Object();
  ignored.members["identifier"] = *feature.Find("identifier");
  ignored.members["ignored"] = Json::Bool(true);
  return ignored;
}

Json ConvertFeature1(const Json& feature, const Json& k, const Json& hash) {
  if (IsIgnored(feature)) return feature;
  const Json* const weight = feature.Find("hashing")->Find("weight");
  if (weight != nullptr && weight->number == 0) return IgnoredFeature(feature);
  Json converted = feature;
  Json& hashing = converted.members["hashing"];
  Json strategy = Json::Object();
  strategy.members["k"] = Insertions(weight, k);
  hashing.members.erase("weight");
  hashing.members["strategy"] = std::move(strategy);
  hashing.members["hash"] = hash;
  return converted;
}

// Moves a member to another key of another object, or the same one.
void Move(const char* from, Json* source, const char* to, Json* target) {
  const auto found = source->members.find(from);
  if (found == source->members.end()) return;
  Json value = std::move(found->second);
  source->members.erase(found);
  target->members[to] = std::move(value);
}

void ConvertHashing2(Json* hashing) {
  Json& strategy = hashing->members["strategy"];
  if (strategy.Find("k") != nullptr) {
    Move("k", &strategy, "bitsPerToken", &strategy);
  } else {
    Move("numBits", &strategy, "bitsPerFeature", &strategy);
  }
  Json comparison = Json::Object();
  comparison.members["type"] = Json::Text("ngram");
  comparison.members["positional"] = Json::Bool(false);
  Move("ngram", hashing, "n", &comparison);
  Move("positional", hashing, "positional", &comparison);
  hashing->members["comparison"] = std::move(comparison);
}

}  // namespace

Json ConvertVersion1(const Json& schema) {
  const Json& old = *schema.Find("clkConfig");
  Json config = Json::Object();
  config.members["l"] = *old.Find("l");
  config.members["kdf"] = *old.Find("kdf");
  if (const Json* folds = old.Find("xor_folds")) config.members["xor_folds"] = *folds;
  Json converted = Json::Object();
  converted.members["version"] = Json::Integer("2");
  converted.members["clkConfig"] = std::move(config);
  Json& features = converted.members["features"];
  features.type = Json::Type::kArray;
  for (const Json& feature : schema.Find("features")->items) {
    features.items.push_back(ConvertFeature1(feature, *old.Find("k"), *old.Find("hash")));
  }
  return converted;
}

Json ConvertVersion2(const Json& schema) {
  Json converted = schema;
  converted.members["version"] = Json::Integer("3");
  for (Json& feature : converted.members["features"].items) {
    if (!IsIgnored(feature)) ConvertHashing2(&feature.members["hashing"]);
  }
  return converted;
}

}  // namespace musubi::clkhash
