#include "core/contract.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/contract_validation.h"

namespace musubi {

using nlohmann::json;

namespace {

// The position of `value` among `names`; the schema has already refused any other value.
template <typename Enum, std::size_t N>
Enum EnumOf(const std::string& value, const char* const (&names)[N]) {
  const auto found = std::find(std::begin(names), std::end(names), value);
  MUSUBI_CHECK(found != std::end(names));
  return static_cast<Enum>(found - std::begin(names));
}

constexpr const char* kKinds[] = {"name", "date", "sex", "digits", "postcode", "text"};
constexpr const char* kOrders[] = {"year_first", "day_first", "month_first"};
constexpr const char* kPolicies[] = {"missing", "keep", "reject"};
constexpr const char* kTokenKinds[] = {"qgram", "exact"};
constexpr const char* kForms[] = {"full", "prefix", "year", "month_day", "soundex"};
constexpr const char* kMethods[] = {"auto", "all_pairs", "blocks"};
constexpr const char* kProfiles[] = {"fields", "record"};

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
    contract_.profile_ = EnumOf<Profile>(root.at("profile"), kProfiles);
    ReadFields(root.at("fields"));
    ReadFilters(root.at("filters"));
    if (root.contains("block_tokens")) ReadBlocks(root.at("block_tokens"));
    ReadPlan(root.at("linkage"));
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

  void ReadFields(const json& nodes) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const json& node = nodes[i];
      const std::string path = "/fields/" + std::to_string(i);
      Field field;
      field.name = node.at("name");
      field.column = node.value("column", field.name);
      field.kind = EnumOf<FieldKind>(node.at("kind"), kKinds);
      field.date_order = EnumOf<DateOrder>(node.value("date_order", "year_first"), kOrders);
      field.on_invalid = EnumOf<InvalidPolicy>(node.value("on_invalid", "missing"), kPolicies);
      if (!names.insert(field.name).second) Mistake(path + "/name", "is used twice");
      if (node.contains("date_order") && field.kind != FieldKind::kDate) {
        Mistake(path + "/date_order", "is for fields of kind date");
      }
      contract_.fields_.push_back(std::move(field));
    }
  }

  TokenRule ReadTokens(const json& node, const std::string& path) {
    TokenRule rule;
    rule.kind = EnumOf<TokenKind>(node.at("kind"), kTokenKinds);
    rule.q = node.value("q", 2U);
    rule.padded = node.value("padded", true);
    rule.positional = node.value("positional", false);
    if (rule.kind == TokenKind::kExact && node.size() > 1) {
      Mistake(path, "exact tokens take no q, padded or positional");
    }
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
    if (contract_.profile_ == Profile::kRecord && nodes.size() != 1) {
      Mistake("/filters", "the record profile has exactly one filter");
    }
  }

  Filter ReadFilter(const json& node, const std::string& path) {
    Filter filter;
    filter.name = node.at("name");
    filter.bits = node.at("bits");
    filter.weight = node.value("weight", 1U);
    filter.floor = DecimalOf(node, "floor", "0");
    if (filter.floor.numerator >= filter.floor.denominator) {
      Mistake(path + "/floor", "must be below 1");
    }
    filter.penalty = DecimalOf(node, "penalty", "0");
    if (filter.penalty.numerator > filter.penalty.denominator) {
      Mistake(path + "/penalty", "must be at most 1");
    }
    const json& features = node.at("features");
    for (std::size_t i = 0; i < features.size(); ++i) {
      const std::string feature_path = path + "/features/" + std::to_string(i);
      Feature feature;
      feature.field = FieldIndex(features[i], feature_path);
      feature.tokens = ReadTokens(features[i].at("tokens"), feature_path + "/tokens");
      feature.positions = features[i].at("positions");
      filter.features.push_back(feature);
    }
    return filter;
  }

  void ReadBlocks(const json& nodes) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = "/block_tokens/" + std::to_string(i);
      BlockRule rule;
      rule.name = nodes[i].at("name");
      if (!names.insert(rule.name).second) Mistake(path + "/name", "is used twice");
      const json& parts = nodes[i].at("parts");
      for (std::size_t p = 0; p < parts.size(); ++p) {
        rule.parts.push_back(ReadPart(parts[p], path + "/parts/" + std::to_string(p)));
      }
      contract_.block_rules_.push_back(std::move(rule));
    }
  }

  BlockPart ReadPart(const json& node, const std::string& path) {
    BlockPart part;
    const std::size_t mistakes = mistakes_.size();
    part.field = FieldIndex(node, path);
    part.form = EnumOf<PartForm>(node.value("form", "full"), kForms);
    part.length = node.value("length", 0U);
    if ((part.form == PartForm::kPrefix) != node.contains("length")) {
      Mistake(path + "/length", "goes with form prefix, and only with it");
    }
    if (mistakes_.size() == mistakes) CheckForm(part, path);
    return part;
  }

  void CheckForm(const BlockPart& part, const std::string& path) {
    const FieldKind kind = contract_.fields_[part.field].kind;
    const bool of_date = part.form == PartForm::kYear || part.form == PartForm::kMonthDay;
    if (of_date && kind != FieldKind::kDate) Mistake(path + "/form", "is for fields of kind date");
    if (part.form == PartForm::kSoundex && kind != FieldKind::kName) {
      Mistake(path + "/form", "is for fields of kind name");
    }
  }

  void ReadPlan(const json& node) {
    LinkagePlan& plan = contract_.plan_;
    const json candidates = node.value("candidates", json{{"method", "auto"}});
    plan.candidates = EnumOf<CandidateMethod>(candidates.at("method"), kMethods);
    plan.all_pairs_up_to = candidates.value("all_pairs_up_to", kDefaultAllPairs);
    if (plan.candidates == CandidateMethod::kBlocks && contract_.block_rules_.empty()) {
      Mistake("/linkage/candidates/method", "needs block_tokens in this contract");
    }
    const json& model = node.at("model");
    plan.threshold = DecimalOf(model, "threshold", "1");
    if (plan.threshold.numerator == 0 || plan.threshold.numerator > plan.threshold.denominator) {
      Mistake("/linkage/model/threshold", "must be above 0 and at most 1");
    }
    plan.prior_weight = model.value("prior_weight", 0U);
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

}  // namespace musubi
