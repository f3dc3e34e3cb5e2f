#include "core/contract_validation.h"

#include <memory>
#include <set>
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
    if (!repeats) mistakes.push_back({PointerOf(context), error.description});
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
