#include "engine/tune/candidates.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/check.h"
#include "core/contract_names.h"
#include "core/pairs.h"

namespace musubi::engine {
namespace {

using nlohmann::json;

constexpr int kRecordBits = 1024;
constexpr int kFieldBits = 512;  // as the templates have them
constexpr int kFieldPositions = 10;

// The features of all filters, each once and without what is of a filter's kind.
json FeaturesOf(const json& contract) {
  json features = json::array();
  for (const json& filter : contract["filters"]) {
    for (json feature : filter["features"]) {
      for (const char* key : {"salt", "sample", "positions"}) feature.erase(key);
      if (std::ranges::find(features, feature) == features.end()) features.push_back(feature);
    }
  }
  return features;
}

json WithPositions(json features, int positions) {
  for (json& feature : features) feature["positions"] = positions;
  return features;
}

json RecordFilter(const json& features) {
  return {{"name", "person"}, {"bits", kRecordBits}, {"features", features}};
}

// So many bits a token that about four in ten are set.
int PositionsFor(double tokens) {
  constexpr double kUnset = 0.6;
  constexpr double kMost = 64;
  const double positions = std::round(-std::log(kUnset) * kRecordBits / std::max(tokens, 1.0));
  return static_cast<int>(std::clamp(positions, 1.0, kMost));
}

// "0.2143": to the millionth, without zeros at its end. Requires: above 0.
std::string DecimalOf(const Threshold& threshold) {
  const std::uint64_t millionths =
      std::uint64_t{kScoreUnit} * threshold.numerator / threshold.denominator;
  std::string digits = std::to_string(millionths);
  digits.insert(0, digits.size() < 7 ? 7 - digits.size() : 0, '0');
  digits.insert(digits.size() - 6, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

// Puts other filters and another model into the given contract.
class CandidateMaker {
 public:
  explicit CandidateMaker(const Contract& given)
      : given_(given), json_(json::parse(given.canonical_json())), features_(FeaturesOf(json_)) {
    json& candidates = json_["linkage"]["candidates"];
    const std::string method = candidates.is_null() ? "auto" : candidates["method"];
    if (method == "join" || method == "lsh" || candidates.is_null())
      candidates = {{"method", "auto"}};
    for (const char* key : {"filter", "similarity", "recall"}) candidates.erase(key);
  }

  const json& features() const { return features_; }

  // The name of the first field of a kind.
  std::optional<std::string> FieldOf(FieldKind kind) const {
    const auto found = std::ranges::find(given_.fields(), kind, &Field::kind);
    if (found == given_.fields().end()) return std::nullopt;
    return found->name;
  }

  FieldKind KindOf(const json& feature) const {
    return std::ranges::find(given_.fields(), feature["field"].get<std::string>(), &Field::name)
        ->kind;
  }
  bool IsOfName(const json& feature) const { return IsName(KindOf(feature)); }

  // Whether it has a form in Latin letters.
  bool HasSound(const json& feature) const {
    return IsOfName(feature) && KindOf(feature) != FieldKind::kNameKanji;
  }

  Result<Contract> Record(const std::string& name, const std::string& what, json filters,
                          bool views = false) const {
    json contract = Named(name, what);
    contract["profile"] = "record";
    contract["filters"] = std::move(filters);
    json& model = contract["linkage"]["model"];
    model = {{"kind", "weighted_mean"}, {"threshold", "0.5"}};
    if (views) {
      model["combine"] = "best";
      contract.erase("match_tokens");
    }
    return Contract::Parse(contract.dump());
  }

  Result<Contract> Fields(const std::string& name, const std::string& what, json filters) const {
    json contract = Named(name, what);
    contract["profile"] = "fields";
    contract["filters"] = std::move(filters);
    contract["linkage"]["model"] = {{"kind", "fellegi_sunter"}, {"threshold", "0.5"}};
    if (contract.contains("match_tokens")) {
      for (json& match : contract["match_tokens"]) {
        match.erase("weight");
        match.erase("conflict_weight");
      }
    }
    return Contract::Parse(contract.dump());
  }

 private:
  json Named(const std::string& name, const std::string& what) const {
    json contract = json_;
    contract["name"] = name;
    contract["description"] = what;
    return contract;
  }

  const Contract& given_;
  json json_;
  json features_;
};

// All candidates of one given contract.
class CandidateList {
 public:
  CandidateList(const Contract& given, double tokens)
      : maker_(given),
        plain_(WithPositions(maker_.features(), PositionsFor(tokens))),
        date_(maker_.FieldOf(FieldKind::kDate)) {
    list_.push_back({"given", "", given});
  }

  std::vector<Candidate> Make() && {
    AddFields();
    AddRecords();
    for (const int terms : {2, 3, 4, 5, 6}) {
      for (const int bits : {512, 1024, 2048}) AddSaul(terms, bits);
    }
    AddViews();
    return std::move(list_);
  }

 private:
  // Takes what is a contract: the given fields may not allow it.
  void Add(const std::string& name, const std::string& what, Result<Contract> contract) {
    if (contract.ok()) list_.push_back({name, what, std::move(contract).value()});
  }

  // Those of names, salted by the year of birth.
  json Salted(json features) const {
    for (json& feature : features) {
      if (maker_.IsOfName(feature)) feature["salt"] = {{"field", *date_}, {"form", "year"}};
    }
    return features;
  }

  void AddFields() {
    const auto filters_of = [](const json& features) {
      json filters = json::array();
      for (const json& feature : features) {
        const auto known = std::ranges::find_if(
            filters, [&](const json& filter) { return filter["name"] == feature["field"]; });
        if (known != filters.end()) {
          (*known)["features"].push_back(feature);
        } else {
          filters.push_back({{"name", feature["field"]},
                             {"bits", kFieldBits},
                             {"features", json::array({feature})}});
        }
      }
      return filters;
    };
    const json features = WithPositions(maker_.features(), kFieldPositions);
    const std::string name = "fields";
    const std::string what = "One plain filter a field";
    Add(name, what + ".", maker_.Fields(name, what + ".", filters_of(features)));
    if (!date_) return;
    const std::string salted = what + ", of which names are salted by the year of birth.";
    Add("fields_salted_year", salted,
        maker_.Fields("fields_salted_year", salted, filters_of(Salted(features))));
  }

  void AddRecord(const std::string& name, const std::string& what, const json& filter) {
    Add(name, what, maker_.Record(name, what, json::array({filter})));
  }

  void AddRecords() {
    AddRecord("record", "One plain filter a person.", RecordFilter(plain_));
    json hardened = RecordFilter(plain_);
    hardened["hardening"] = {{{"kind", "balance"}}, {{"kind", "fold"}}};
    AddRecord("record_balanced_folded", "One filter a person, balanced and folded.", hardened);
    AddRecord("record_sampled", "One filter a person, a weighted sample of filters of its fields.",
              SampledFilter());
    if (date_) {
      AddRecord("record_salted_year", "One filter a person; names are salted by the year of birth.",
                RecordFilter(Salted(plain_)));
    }
    hardened["hardening"] = {{{"kind", "blip"}, {"flip", "0.05"}}};
    AddRecord("record_blip_5", "One filter a person with noise in one bit of twenty.", hardened);
  }

  // A value that is one token gives a quarter of the bits that others give.
  json SampledFilter() const {
    constexpr int kOwnPositions = 20;
    json features = WithPositions(maker_.features(), kOwnPositions);
    const auto shares_of = [](const json& feature) {
      return feature["tokens"]["kind"] == "exact" ? 1 : 4;
    };
    int left = 0;  // shares that are still to be given, and below the bits
    for (const json& feature : features) left += shares_of(feature);
    int bits = kRecordBits;
    for (json& feature : features) {
      const int own = bits * shares_of(feature) / left;
      feature["sample"] = {{"own_bits", kFieldBits}, {"bits", own}};
      bits -= own;
      left -= shares_of(feature);
    }
    return RecordFilter(features);
  }

  json SaulFilter(const std::string& name, int terms, int bits) const {
    return {{"name", name},
            {"bits", bits},
            {"saul", {{"terms", terms}}},
            {"floor", "0.5"},
            {"features", maker_.features()}};
  }

  void AddSaul(int terms, int bits) {
    const std::string t = std::to_string(terms);
    const std::string l = std::to_string(bits);
    AddRecord("saul_t" + t + "_l" + l, "One SAUL filter a person, T = " + t + ", L = " + l + ".",
              SaulFilter("person", terms, bits));
  }

  // Salted by the month and day of a date, and by the sound of two names at most; of kana, the
  // phonetic form is in Latin letters.
  void AddViews() {
    json salts = json::array();
    if (date_) salts.push_back({{"field", *date_}, {"form", "month_day"}});
    int names = 0;
    for (const json& feature : maker_.features()) {
      json salt = {{"field", feature["field"]}, {"form", "soundex"}};
      if (maker_.KindOf(feature) == FieldKind::kNameKana) salt["level"] = "phonetic";
      const bool known = std::ranges::find(salts, salt) != salts.end();
      if (!maker_.HasSound(feature) || known || names == 2) continue;
      ++names;
      salts.push_back(std::move(salt));
    }
    if (salts.size() < 2) return;
    json views = json::array();
    for (const json& salt : salts) {
      json view = SaulFilter("by_" + salt["field"].get<std::string>(), 2, kFieldBits);
      for (json& feature : view["features"]) feature["salt"] = salt;
      views.push_back(std::move(view));
    }
    const std::string what = std::to_string(salts.size()) +
                             " salted SAUL views a person, T = 2, L = 512; the best counts.";
    Add("saul_views_t2_l512", what, maker_.Record("saul_views_t2_l512", what, views, true));
  }

  CandidateMaker maker_;
  json plain_;  // the features, each with its positions in a record's filter
  std::optional<std::string> date_;
  std::vector<Candidate> list_;
};

}  // namespace

Result<Contract> PlainRecord(const Contract& given, int positions) {
  const CandidateMaker maker(given);
  auto made = maker.Record("record", "One plain filter a person.",
                           json::array({RecordFilter(WithPositions(maker.features(), positions))}));
  if (made.ok()) return made;
  return Error{ErrorCode::kInternal, "the plain contract: " + made.error().message};
}

std::vector<Candidate> MakeCandidates(const Contract& given, double tokens) {
  return CandidateList(given, tokens).Make();
}

Contract WithThreshold(const Contract& contract, const Threshold& threshold) {
  json changed = json::parse(contract.canonical_json());
  changed["linkage"]["model"]["threshold"] = DecimalOf(threshold);
  auto parsed = Contract::Parse(changed.dump());
  MUSUBI_CHECK(parsed.ok());
  return std::move(parsed).value();
}

}  // namespace musubi::engine
