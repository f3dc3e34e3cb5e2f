#include "clkhash/json_text.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "clkhash/python_number.h"

namespace musubi::clkhash {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxDepth = 64;

// Builds the tree from the parser's events.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Put({}) != nullptr; }
  bool boolean(bool value) override { return Put(Json::Bool(value)) != nullptr; }
  bool number_integer(std::int64_t value) override { return PutDigits(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) override { return PutDigits(std::to_string(value)); }

  // Whole numbers beyond 64 bits come here too, with their digits.
  bool number_float(double value, const std::string& written) override {
    if (written.find_first_of(".eE") == std::string::npos) return PutDigits(written);
    Json json;
    json.type = Json::Type::kFloat;
    json.number = value;
    return Put(std::move(json)) != nullptr;
  }

  bool string(std::string& value) override { return Put(Json::Text(std::move(value))) != nullptr; }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return Open(Json::Type::kObject); }
  bool start_array(std::size_t /*size*/) override { return Open(Json::Type::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(std::string& value) override {
    key_ = std::move(value);
    return true;
  }

  bool parse_error(std::size_t at, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    trouble_ = "not JSON at byte " + std::to_string(at);
    return false;
  }

  Json& root() { return root_; }
  const std::string& trouble() const { return trouble_; }

 private:
  Json* Put(Json json) {
    if (open_.empty()) {
      root_ = std::move(json);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.Is(Json::Type::kArray)) return &parent.items.emplace_back(std::move(json));
    Json& member = parent.members[std::move(key_)];
    member = std::move(json);
    return &member;
  }

  bool PutDigits(const std::string& written) {
    std::string canonical;
    if (!ParseInteger(written, &canonical)) {
      trouble_ = "a number of more digits than Python reads";
      return false;
    }
    return Put(Json::Integer(canonical)) != nullptr;
  }

  // A parent's place in its own parent does not change while it is open.
  bool Open(Json::Type type) {
    if (open_.size() == kMaxDepth) {
      trouble_ = "nested deeper than 64 levels";
      return false;
    }
    Json json;
    json.type = type;
    open_.push_back(Put(std::move(json)));
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;
  std::string key_;
  std::string trouble_ = "not JSON";
};

}  // namespace

const Json* Json::Find(const std::string& key) const {
  const auto found = members.find(key);
  return found == members.end() ? nullptr : &found->second;
}

bool Json::Truthy() const {
  switch (type) {
    case Type::kNull:
      return false;
    case Type::kBool:
      return truth;
    case Type::kInteger:
      return text != "0";
    case Type::kFloat:
      return number != 0;
    case Type::kString:
      return !text.empty();
    case Type::kArray:
      return !items.empty();
    case Type::kObject:
      return !members.empty();
  }
  return false;
}

const std::string& Json::StringOrEmpty() const {
  static const std::string kEmpty;
  return Is(Type::kString) ? text : kEmpty;
}

Json Json::Integer(const std::string& digits) {
  Json json;
  json.type = Type::kInteger;
  json.text = digits;
  std::string scratch;
  json.number = ParseFloat(digits, &scratch).value_or(0);
  return json;
}

Json Json::Text(std::string text) {
  Json json;
  json.type = Type::kString;
  json.text = std::move(text);
  return json;
}

Json Json::Bool(bool truth) {
  Json json;
  json.type = Type::kBool;
  json.truth = truth;
  return json;
}

Json Json::Object() {
  Json json;
  json.type = Type::kObject;
  return json;
}

Result<Json> ParseJson(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return Error{ErrorCode::kContract, "a schema has at most 1,048,576 bytes"};
  }
  // The parser skips a byte order mark; Python refuses one.
  Builder builder;
  if (text.starts_with("\xEF\xBB\xBF") || !nlohmann::json::sax_parse(text, &builder)) {
    return Error{ErrorCode::kContract, builder.trouble()};
  }
  return std::move(builder.root());
}

}  // namespace musubi::clkhash
