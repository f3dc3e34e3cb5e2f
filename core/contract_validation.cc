#include "core/contract_validation.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/contract.h"

namespace musubi {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxContractBytes = 1 << 20;
constexpr int kMaxDepth = 32;

// valijson names a place as "<root>[fields][0][kind]"; JSON pointers are what people look up.
std::string PointerOf(const std::string& context) {
  std::string pointer;
  for (std::size_t at = context.find('['); at != std::string::npos; at = context.find('[', at)) {
    const std::size_t end = context.find(']', at);
    if (end == std::string::npos) break;
    pointer += '/' + context.substr(at + 1, end - at - 1);
    at = end;
  }
  return pointer.empty() ? "/" : pointer;
}

// The definition that `schema` refers to, or itself.
const json& Resolve(const json& schema, const json& whole) {
  if (!schema.contains("$ref")) return schema;
  const std::string reference = schema.at("$ref");
  return whole.at(json::json_pointer(reference.substr(1)));  // "#/definitions/name"
}

// Every key that the schema does not know: valijson stops at the first.
void ListUnknownKeys(const json& node, const json& at, const json& whole, const std::string& path,
                     std::vector<ContractMistake>* mistakes) {
  const json& schema = Resolve(at, whole);
  if (node.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      ListUnknownKeys(node[i], schema.at("items"), whole, path + '/' + std::to_string(i), mistakes);
    }
  }
  if (!node.is_object() || !schema.contains("properties")) return;
  const json& properties = schema.at("properties");
  for (const auto& [key, value] : node.items()) {
    if (properties.contains(key)) {
      ListUnknownKeys(value, properties.at(key), whole, path + '/' + key, mistakes);
    } else {
      mistakes->push_back({path.empty() ? "/" : path, "has the unknown key '" + key + "'"});
    }
  }
}

// What the schema says of the place that `pointer` names, or null.
const json* RuleAt(const std::string& pointer, const json& whole) {
  const json* rule = &whole;
  for (std::size_t at = 1; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at), pointer.size());
    const std::string key = pointer.substr(at, end - at);
    if (rule->contains("items")) {
      rule = &rule->at("items");
    } else if (rule->contains("properties") && rule->at("properties").contains(key)) {
      rule = &rule->at("properties").at(key);
    } else {
      return nullptr;
    }
    rule = &Resolve(*rule, whole);
    at = end + 1;
  }
  return rule;
}

std::string Listed(const json& choices) {
  std::string list;
  for (const json& choice : choices) {
    list += (list.empty() ? "" : ", ") +
            (choice.is_string() ? choice.get<std::string>() : choice.dump());
  }
  return list;
}

// What `rule` asks of a value, in words.
std::string DemandOf(const json& rule) {
  const auto number = [&rule](const char* key) { return rule.at(key).dump(); };
  const std::string type = rule.at("type");
  if (rule.contains("description")) return "must be " + rule.at("description").get<std::string>();
  if (rule.contains("enum")) {
    return (rule.at("enum").size() == 1 ? "must be " : "must be one of ") + Listed(rule.at("enum"));
  }
  if (type == "integer") {
    return "must be a whole number from " + number("minimum") + " to " + number("maximum") +
           (rule.contains("multipleOf") ? ", a multiple of " + number("multipleOf") : "");
  }
  if (type == "boolean") return "must be true or false";
  if (type == "string") {
    return "must be a text of " + (rule.contains("minLength") ? number("minLength") : "0") +
           " to " + number("maxLength") + " characters";
  }
  return type == "array" ? "must be a list" : "must be an object";
}

// valijson's description of a mistake in our words, where the mistake lies in the value itself and
// not in what an object or list holds.
std::string Explained(const std::string& pointer, const std::string& description,
                      const json& whole) {
  const json* const rule = RuleAt(pointer, whole);
  if (rule == nullptr) return description;
  const std::string type = rule->at("type");
  const bool holds_others = type == "object" || type == "array";
  const bool other_type = description.find("'type' constraint") != std::string::npos;
  return holds_others && !other_type ? description : DemandOf(*rule);
}

std::unique_ptr<const valijson::Schema> ParseSchema(const json& text) {
  auto schema = std::make_unique<valijson::Schema>();
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), *schema);
  return schema;
}

// The deepest description at each place: the outer ones only repeat that something inside failed.
std::vector<ContractMistake> SchemaMistakes(const json& root) {
  static const json schema_json = json::parse(ContractSchema());
  static const std::unique_ptr<const valijson::Schema> schema = ParseSchema(schema_json);
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter root_adapter(root);
  std::vector<ContractMistake> mistakes;
  if (validator.validate(*schema, root_adapter, &results)) return mistakes;
  ListUnknownKeys(root, schema_json, schema_json, "", &mistakes);
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    std::string context;
    for (const std::string& part : error.context) context += part;
    const bool repeats = error.description.starts_with("Failed to validate against schema") ||
                         error.description.starts_with("Failed to validate item") ||
                         error.description.find("additionalProperties") != std::string::npos;
    if (repeats) continue;
    const std::string pointer = PointerOf(context);
    ContractMistake mistake{pointer, Explained(pointer, error.description, schema_json)};
    // A value of another type breaks its other rules too.
    if (std::ranges::find(mistakes, mistake) == mistakes.end()) {
      mistakes.push_back(std::move(mistake));
    }
  }
  if (mistakes.empty()) mistakes.push_back({"/", "does not satisfy the contract's schema"});
  return mistakes;
}

}  // namespace

Result<json> ParseStrictly(std::string_view text) {
  if (text.size() > kMaxContractBytes) return ContractError({{"/", "larger than 1 MiB"}});
  // The library skips a byte order mark, and takes a NUL for the end of the text.
  if (text.starts_with("\xEF\xBB\xBF")) {
    return ContractError({{"/", "starts with a byte order mark; save it as UTF-8 without one"}});
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return ContractError({{"/", "not JSON at byte " + std::to_string(nul + 1)}});
  }
  std::vector<std::set<std::string>> keys;
  std::string trouble;
  const auto callback = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxDepth) trouble = "nested deeper than 32 levels";
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      trouble = "an object names the same key twice";
    }
    return trouble.empty();
  };
  // The library's exceptions stop here; its text quotes the input, so only the place is kept.
  try {
    json root = json::parse(text, callback);
    if (!trouble.empty()) return ContractError({{"/", trouble}});
    return root;
  } catch (const json::parse_error& error) {
    if (!trouble.empty()) return ContractError({{"/", trouble}});
    return ContractError({{"/", "not JSON at byte " + std::to_string(error.byte)}});
  } catch (const json::exception&) {
    return ContractError({{"/", "not JSON"}});
  }
}

namespace {

// Descriptions quote an unknown key, which may hold anything: nothing in it may reach a terminal
// as a control character or forge a line of the message.
std::string Printable(std::string text) {
  constexpr std::size_t kMaxBytes = 300;
  if (text.size() > kMaxBytes) text = text.substr(0, kMaxBytes) + "...";
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

}  // namespace

Error ContractError(const std::vector<ContractMistake>& mistakes) {
  std::string message = "the contract is not valid:";
  for (const ContractMistake& mistake : mistakes) {
    message += "\n  at " + mistake.path + ": " + Printable(mistake.what);
  }
  return {ErrorCode::kContract, message};
}

Result<json> ParseContractJson(std::string_view text) {
  MUSUBI_ASSIGN_OR_RETURN(json root, ParseStrictly(text));
  const std::vector<ContractMistake> mistakes = SchemaMistakes(root);
  if (!mistakes.empty()) return ContractError(mistakes);
  return root;
}

}  // namespace musubi
