#include "core/contract.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/contract_hardening.h"
#include "core/contract_names.h"
#include "core/contract_validation.h"

namespace musubi {

using nlohmann::json;

namespace {

// The schema has already refused any name that is none.
template <typename Enum>
Enum Known(std::optional<Enum> value) {
  MUSUBI_CHECK(value.has_value());
  return *value;
}

// Beyond some 100 million pairs an exact comparison of five filters takes longer than its
// result is worth when block tokens are at hand.
constexpr std::uint64_t kDefaultAllPairs = 100'000'000;

// The schema has checked the form, so only the value can be wrong.
Threshold DecimalOf(const json& node, const char* key, const char* fallback) {
  const auto parsed = Threshold::Parse(node.value(key, std::string(fallback)));
  return parsed.ok() ? parsed.value() : Threshold{2, 1};
}

}  // namespace

// Fills a Contract from JSON that satisfies the schema, and collects the contradictions that a
// schema cannot express.
class ContractReader {
 public:
  Result<Contract> Read(const json& root) {
    contract_.name_ = root.at("name");
    contract_.profile_ = Known(ProfileOf(root.at("profile").get<std::string>()));
    if (contract_.profile_ == Profile::kClkhash) {
      ReadClkhash(root);
    } else {
      ReadEncoding(root);
    }
    ReadPlan(root.at("linkage"));
    CheckViews(root);
    CheckModelKeys(root);
    if (mistakes_.empty()) CheckUses();
    if (!mistakes_.empty()) return ContractError(mistakes_);
    contract_.canonical_json_ = root.dump();
    return std::move(contract_);
  }

 private:
  void Mistake(const std::string& path, const std::string& what) {
    mistakes_.push_back({path, what});
  }

  std::uint32_t FieldIndex(const json& node, const std::string& path) {
    const std::string name = node.at("field");
    const auto& fields = contract_.fields_;
    const auto found = std::ranges::find(fields, name, &Field::name);
    if (found == fields.end()) {
      Mistake(path + "/field", "names no field of this contract");
      return 0;
    }
    return static_cast<std::uint32_t>(found - fields.begin());
  }

  // Of the profiles whose encoding the contract itself describes.
  void ReadEncoding(const json& root) {
    for (const char* key : {"fields", "filters"}) {
      if (!root.contains(key)) Mistake(std::string("/") + key, "is missing");
    }
    if (root.contains("clkhash")) Mistake("/clkhash", "is for the profile clkhash");
    if (!mistakes_.empty()) return;
    ReadFields(root.at("fields"));
    ReadFilters(root.at("filters"));
    if (root.contains("block_tokens")) ReadBlocks(root.at("block_tokens"));
    if (root.contains("match_tokens")) ReadMatches(root.at("match_tokens"));
  }

  // An encoder keeps the uses of a field in the bits of a word.
  void CheckUses() {
    constexpr std::size_t kMostUses = 64;
    std::vector<std::size_t> features(contract_.fields_.size(), 0);
    std::vector<std::size_t> parts(contract_.fields_.size(), 0);
    for (const Filter& filter : contract_.filters_) {
      for (const Feature& feature : filter.features) {
        ++(filter.IsOfRecord() ? parts : features)[feature.field];
        if (feature.salt) ++parts[feature.salt->field];
      }
    }
    for (const BlockRule& rule : contract_.block_rules_) {
      for (const BlockPart& part : rule.parts) ++parts[part.field];
    }
    for (const MatchRule& rule : contract_.match_rules_) {
      for (const BlockPart& part : rule.parts) ++parts[part.field];
    }
    for (std::size_t f = 0; f < contract_.fields_.size(); ++f) {
      if (features[f] <= kMostUses && parts[f] <= kMostUses) continue;
      Mistake("/fields/" + std::to_string(f),
              "is used by more than 64 features, or by more than 64 parts of tokens");
    }
  }

  // Only what the unit needs of a clkhash schema is read here: the length of its filters. The
  // holder's encoder reads the rest.
  void ReadClkhash(const json& root) {
    for (const char* key : {"fields", "filters", "block_tokens", "match_tokens"}) {
      if (root.contains(key)) {
        Mistake(std::string("/") + key, "is not for the profile clkhash, whose schema says it");
      }
    }
    const json schema = root.value("clkhash", json::object());
    const json config = schema.contains("clkConfig") ? schema.at("clkConfig") : json();
    const json length = config.is_object() && config.contains("l") ? config.at("l") : json();
    if (!length.is_number_unsigned() || length < 1U || length > 8192U) {
      Mistake("/clkhash/clkConfig/l", "must be the length of the filters, 1 to 8192 bits");
      return;
    }
    contract_.clkhash_schema_ = schema.dump();
    Filter clk;
    clk.name = "clk";
    clk.bits = clk.made_bits = length;
    contract_.filters_.push_back(std::move(clk));
  }

  void ReadFields(const json& nodes) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = "/fields/" + std::to_string(i);
      Field field = ReadField(nodes[i], path);
      if (!names.insert(field.name).second) Mistake(path + "/name", "is used twice");
      contract_.fields_.push_back(std::move(field));
    }
  }

  Field ReadField(const json& node, const std::string& path) {
    Field field;
    field.name = node.at("name");
    field.columns = {node.value("column", field.name)};
    if (node.contains("columns")) field.columns = node.at("columns");
    field.kind = Known(FieldKindOf(node.at("kind").get<std::string>()));
    field.part = Known(FieldPartOf(node.value("part", std::string("whole"))));
    field.date_order = Known(DateOrderOf(node.value("date_order", std::string("year_first"))));
    field.calling_code = node.value("calling_code", "81");
    field.nicknames = node.value("nicknames", false);
    field.on_invalid = Known(InvalidPolicyOf(node.value("on_invalid", std::string("missing"))));
    field.required = node.value("required", false);
    CheckField(field, node, path);
    return field;
  }

  void CheckField(const Field& field, const json& node, const std::string& path) {
    if (node.contains("column") && node.contains("columns")) {
      Mistake(path + "/columns", "stands beside column; one of them is enough");
    }
    if (node.contains("date_order") && field.kind != FieldKind::kDate) {
      Mistake(path + "/date_order", "is for fields of kind date");
    }
    if (node.contains("calling_code") && field.kind != FieldKind::kPhone) {
      Mistake(path + "/calling_code", "is for fields of kind phone");
    }
    if (node.contains("nicknames") && field.kind != FieldKind::kName) {
      Mistake(path + "/nicknames", "is for fields of kind name");
    }
    if (!PartFits(field.part, field.kind)) {
      Mistake(path + "/part", IsName(field.kind) || field.kind == FieldKind::kAddress
                                  ? "is not a part of this kind"
                                  : "is for names and addresses");
    }
  }

  Level ReadLevel(const json& node, const std::string& path, const Field& field) {
    const auto level = Known(LevelOf(node.value("level", std::string("strict"))));
    if (level != Level::kStrict && !HasLevels(field.kind)) {
      Mistake(path + "/level", "is for names, addresses and insurance numbers");
    }
    return level;
  }

  TokenRule ReadTokens(const json& node, const std::string& path) {
    TokenRule rule;
    rule.kind = Known(TokenKindOf(node.at("kind").get<std::string>()));
    rule.q = node.value("q", 2U);
    rule.padded = node.value("padded", true);
    rule.positional = node.value("positional", false);
    rule.step = node.value("step", 1U);
    rule.reach = node.value("reach", 0U);
    const bool grams = rule.kind == TokenKind::kQGram;
    for (const char* key : {"q", "padded", "positional"}) {
      if (!grams && node.contains(key)) Mistake(path + '/' + key, "is for tokens of kind qgram");
    }
    const bool neighbours = rule.kind == TokenKind::kNeighbours;
    for (const char* key : {"step", "reach"}) {
      if (!neighbours && node.contains(key)) {
        Mistake(path + '/' + key, "is for tokens of kind neighbours");
      }
    }
    if (neighbours && !node.contains("reach")) Mistake(path + "/reach", "is missing");
    return rule;
  }

  void ReadFilters(const json& nodes) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = "/filters/" + std::to_string(i);
      Filter filter = ReadFilter(nodes[i], path);
      if (!names.insert(filter.name).second) Mistake(path + "/name", "is used twice");
      contract_.filters_.push_back(std::move(filter));
    }
  }

  // Filters of whole records stand beside one another only where one of them counts alone.
  void CheckViews(const json& root) {
    const bool best = contract_.plan_.best_view;
    if (contract_.profile_ == Profile::kRecord && contract_.filters_.size() != 1 && !best) {
      Mistake("/filters",
              "the record profile has exactly one filter, or several of which the best counts: "
              "linkage.model.combine");
    }
    if (!best) return;
    for (std::size_t f = 0; f < contract_.filters_.size(); ++f) {
      if (contract_.filters_[f].weight == 1) continue;
      Mistake("/filters/" + std::to_string(f) + "/weight", "is not for views, of which one counts");
    }
    if (root.contains("match_tokens")) Mistake("/match_tokens", "are not for views");
  }

  Filter ReadFilter(const json& node, const std::string& path) {
    Filter filter;
    filter.name = node.at("name");
    filter.weight = node.value("weight", 1U);
    filter.floor = DecimalOf(node, "floor", "0");
    if (filter.floor.numerator >= filter.floor.denominator) {
      Mistake(path + "/floor", "must be below 1");
    }
    filter.penalty = DecimalOf(node, "penalty", "0");
    if (filter.penalty.numerator > filter.penalty.denominator) {
      Mistake(path + "/penalty", "must be at most 1");
    }
    ReadFilterLevels(node, path, &filter);
    const json& features = node.at("features");
    for (std::size_t i = 0; i < features.size(); ++i) {
      const std::string feature_path = path + "/features/" + std::to_string(i);
      Feature feature;
      feature.field = FieldIndex(features[i], feature_path);
      const Field& field = contract_.fields_[feature.field];
      feature.level = ReadLevel(features[i], feature_path, field);
      feature.tokens = ReadTokens(features[i].at("tokens"), feature_path + "/tokens");
      ReadFeatureBits(features[i], &feature);
      if (features[i].contains("salt")) {
        feature.salt = ReadPart(features[i].at("salt"), feature_path + "/salt");
      }
      const bool counted = field.kind == FieldKind::kDate || field.kind == FieldKind::kDigits;
      if (feature.tokens.kind == TokenKind::kNeighbours && !counted) {
        Mistake(feature_path + "/tokens/kind", "neighbours are for fields of kind date or digits");
      }
      filter.features.push_back(feature);
    }
    ReadFilterBits(node, path, &filter, &mistakes_);
    return filter;
  }

  void ReadFilterLevels(const json& node, const std::string& path, Filter* filter) {
    if (!node.contains("levels")) return;
    // What equality is, and a similarity that everything has, are levels already.
    Threshold above{1, 1};
    for (const json& decimal : node["levels"]) {
      const auto level = Threshold::Parse(decimal.get<std::string>());
      const Threshold least = level.ok() ? level.value() : Threshold{1, 1};
      const bool descends = std::uint64_t{least.numerator} * above.denominator <
                            std::uint64_t{above.numerator} * least.denominator;
      if (!descends || least.numerator == 0) {
        Mistake(path + "/levels", "must descend from below 1 to above 0");
        return;
      }
      filter->levels.push_back(least);
      above = least;
    }
    if (filter->levels.empty()) Mistake(path + "/levels", "holds nothing; leave it out");
  }

  void ReadBlocks(const json& nodes) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = "/block_tokens/" + std::to_string(i);
      BlockRule rule{nodes[i].at("name"), ReadParts(nodes[i], path),
                     nodes[i].value("max_records", 0U)};
      if (!names.insert(rule.name).second) Mistake(path + "/name", "is used twice");
      contract_.block_rules_.push_back(std::move(rule));
    }
  }

  void ReadMatches(const json& nodes) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = "/match_tokens/" + std::to_string(i);
      MatchRule rule{nodes[i].at("name"), ReadParts(nodes[i], path), nodes[i].value("weight", 1U),
                     nodes[i].value("conflict_weight", 0U)};
      if (!names.insert(rule.name).second) Mistake(path + "/name", "is used twice");
      contract_.match_rules_.push_back(std::move(rule));
    }
  }

  std::vector<BlockPart> ReadParts(const json& node, const std::string& path) {
    std::vector<BlockPart> parts;
    const json& nodes = node.at("parts");
    for (std::size_t p = 0; p < nodes.size(); ++p) {
      parts.push_back(ReadPart(nodes[p], path + "/parts/" + std::to_string(p)));
    }
    return parts;
  }

  BlockPart ReadPart(const json& node, const std::string& path) {
    BlockPart part;
    const std::size_t mistakes = mistakes_.size();
    part.field = FieldIndex(node, path);
    part.form = Known(PartFormOf(node.value("form", std::string("full"))));
    part.length = node.value("length", 0U);
    if ((part.form == PartForm::kPrefix) != node.contains("length")) {
      Mistake(path + "/length", "goes with form prefix, and only with it");
    }
    if (mistakes_.size() != mistakes) return part;
    const Field& field = contract_.fields_[part.field];
    part.level = ReadLevel(node, path, field);
    CheckForm(part, field, path + "/form");
    return part;
  }

  void CheckForm(const BlockPart& part, const Field& field, const std::string& path) {
    const PartForm form = part.form;
    const bool of_date = form == PartForm::kYear || form == PartForm::kMonthDay;
    if (of_date && field.kind != FieldKind::kDate) Mistake(path, "is for fields of kind date");
    if (form == PartForm::kSoundex && !IsName(field.kind)) Mistake(path, "is for names");
    if (form == PartForm::kSorted && !(IsName(field.kind) && field.part == FieldPart::kWhole)) {
      Mistake(path, "is for whole names");
    }
    if (form == PartForm::kUnvoiced && field.kind != FieldKind::kNameKana) {
      Mistake(path, "is for fields of kind name_kana");
    }
    if (form == PartForm::kUnvoiced && part.level == Level::kPhonetic) {
      Mistake(path, "is for the levels strict and skeleton: the phonetic one is in Latin letters");
    }
  }

  void ReadPlan(const json& node) {
    LinkagePlan& plan = contract_.plan_;
    const json candidates = node.value("candidates", json{{"method", "auto"}});
    plan.candidates = Known(CandidateMethodOf(candidates.at("method").get<std::string>()));
    plan.all_pairs_up_to = candidates.value("all_pairs_up_to", kDefaultAllPairs);
    const bool has_tokens = contract_.token_count() > 0 || !mistakes_.empty();
    if (plan.candidates == CandidateMethod::kBlocks && !has_tokens) {
      Mistake("/linkage/candidates/method", "needs block_tokens or match_tokens in this contract");
    }
    ReadSimilarity(candidates);
    const json& model = node.at("model");
    plan.threshold = DecimalOf(model, "threshold", "1");
    if (plan.threshold.numerator == 0 || plan.threshold.numerator > plan.threshold.denominator) {
      Mistake("/linkage/model/threshold", "must be above 0 and at most 1");
    }
    plan.prior_weight = model.value("prior_weight", 0U);
    plan.best_view = model.value("combine", std::string("mean")) == "best";
    plan.model = Known(ModelKindOf(model.at("kind").get<std::string>()));
    plan.resolution = Known(ResolutionKindOf(node.value("resolution", std::string("greedy"))));
    if (model.contains("least_precision")) ReadLeastPrecision(model);
    if (plan.model == ModelKind::kFellegiSunter) CheckLearnedPlan();
  }

  void ReadLeastPrecision(const json& model) {
    const Threshold precision = DecimalOf(model, "least_precision", "1");
    if (precision.numerator == 0 || precision.numerator >= precision.denominator) {
      Mistake("/linkage/model/least_precision", "must be above 0 and below 1");
    }
    contract_.plan_.least_precision = precision;
  }

  void CheckLearnedPlan() {
    const LinkagePlan& plan = contract_.plan_;
    if (contract_.profile_ != Profile::kFields) {
      Mistake("/linkage/model/kind", "fellegi_sunter is for the profile fields");
    }
    const std::size_t comparisons = contract_.filters_.size() + contract_.match_rules_.size();
    if (comparisons < 2 || comparisons > kMostComparisons) {
      Mistake("/linkage/model/kind",
              "fellegi_sunter compares 2 to 16 filters and match tokens together");
    }
    if (plan.threshold.numerator == plan.threshold.denominator) {
      Mistake("/linkage/model/threshold", "is a chance here, and must be below 1");
    }
  }

  // Numbers that the contract's model does not look at must not be there to mislead.
  void CheckModelKeys(const json& root) {
    const bool learns = contract_.plan_.model == ModelKind::kFellegiSunter;
    const std::string other = learns ? "weighted_mean" : "fellegi_sunter";
    const auto check = [&](const json& node, const std::string& path,
                           std::initializer_list<const char*> keys) {
      for (const char* key : keys) {
        if (node.contains(key)) Mistake(path + '/' + key, "is for the model " + other);
      }
    };
    const auto check_all = [&](const char* list, std::initializer_list<const char*> keys) {
      if (!root.contains(list)) return;
      for (std::size_t i = 0; i < root[list].size(); ++i) {
        check(root[list][i], '/' + std::string(list) + '/' + std::to_string(i), keys);
      }
    };
    if (!learns) {
      check_all("filters", {"levels"});
      return;
    }
    check_all("filters", {"weight", "floor", "penalty", "similarity"});
    check_all("match_tokens", {"weight", "conflict_weight"});
    check(root["linkage"]["model"], "/linkage/model",
          {"prior_weight", "least_precision", "combine"});
  }

  // What the methods join and lsh look for.
  void ReadSimilarity(const json& node) {
    LinkagePlan& plan = contract_.plan_;
    const bool is_lsh = plan.candidates == CandidateMethod::kLsh;
    const bool is_similar = is_lsh || plan.candidates == CandidateMethod::kJoin;
    const std::string path = "/linkage/candidates";
    for (const char* key : {"filter", "similarity"}) {
      if (node.contains(key) && !is_similar) {
        Mistake(path + "/" + key, "is for the methods join and lsh");
      }
    }
    if (node.contains("recall") && !is_lsh) Mistake(path + "/recall", "is for the method lsh");
    if (!is_similar || !mistakes_.empty()) return;

    const std::vector<Filter>& filters = contract_.filters_;
    if (node.contains("filter")) {
      const auto found =
          std::ranges::find(filters, node["filter"].get<std::string>(), &Filter::name);
      if (found == filters.end()) Mistake(path + "/filter", "names no filter of this contract");
      plan.candidate_filter = static_cast<std::uint32_t>(found - filters.begin());
    } else if (filters.size() > 1) {
      Mistake(path, "needs filter: which of the filters must be similar");
    }
    if (is_lsh && mistakes_.empty() && filters[plan.candidate_filter].hamming) {
      Mistake(path + "/method", "lsh is for filters that are compared by Dice similarity");
    }
    if (node.contains("similarity")) {
      plan.similarity = DecimalOf(node, "similarity", "1");
      if (plan.similarity->numerator == 0 ||
          plan.similarity->numerator > plan.similarity->denominator) {
        Mistake(path + "/similarity", "must be above 0 and at most 1");
      }
    } else if (filters.size() > 1 || !contract_.match_rules_.empty()) {
      Mistake(path, "needs similarity: the least Dice similarity of the filter");
    }
    plan.recall = DecimalOf(node, "recall", "0.99");
    if (plan.recall.numerator == 0 || plan.recall.numerator >= plan.recall.denominator) {
      Mistake(path + "/recall", "must be above 0 and below 1; join finds all");
    }
  }

  Contract contract_;
  std::vector<ContractMistake> mistakes_;
};

Result<Contract> Contract::Parse(std::string_view text) {
  MUSUBI_ASSIGN_OR_RETURN(const json root, ParseContractJson(text));
  return ContractReader().Read(root);
}

std::vector<std::uint32_t> Contract::filter_bits() const {
  std::vector<std::uint32_t> bits;
  for (const Filter& filter : filters_) bits.push_back(filter.bits);
  return bits;
}

const std::string& Contract::token_name(std::size_t token) const {
  const std::size_t blocks = block_rules_.size();
  return token < blocks ? block_rules_[token].name : match_rules_[token - blocks].name;
}

}  // namespace musubi
