// Schemas, rows and keys for the tests of the clkhash room.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clkhash/encoder.h"
#include "clkhash/schema.h"
#include "core/check.h"
#include "crypto/secure_bytes.h"

namespace musubi::clkhash {

inline std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A version 3 schema around `features`, a comma-separated list of JSON objects.
inline std::string Version3(std::string_view features, std::string_view config = "\"l\":1024") {
  return R"({"version":3,"clkConfig":{)" + std::string(config) +
         R"(,"kdf":{"type":"HKDF"}},"features":[)" + std::string(features) + "]}";
}

// One feature "f" of such a schema.
inline std::string FeatureOf(std::string_view format, std::string_view comparison,
                             std::string_view more = "") {
  return R"({"identifier":"f","format":)" + std::string(format) + R"(,"hashing":{"comparison":)" +
         std::string(comparison) + R"(,"strategy":{"bitsPerToken":5})" + std::string(more) + "}}";
}

inline constexpr std::string_view kString = R"({"type":"string"})";
inline constexpr std::string_view kExact = R"({"type":"exact"})";

// A schema that must be valid.
inline std::shared_ptr<const Schema> Parsed(std::string_view json) {
  auto schema = Schema::Parse(json);
  if (!schema.ok()) ADD_FAILURE() << schema.error().message;
  MUSUBI_CHECK(schema.ok());
  return std::make_shared<const Schema>(std::move(schema).value());
}

// What is wrong with a schema; empty where nothing is.
inline std::string MistakesOf(std::string_view json) {
  const auto schema = Schema::Parse(json);
  if (schema.ok()) return {};
  EXPECT_EQ(schema.error().code, ErrorCode::kContract);
  return schema.error().message;
}

inline crypto::SecureBytes Secure(std::string_view text) {
  crypto::SecureBytes bytes(text.size());
  std::copy(text.begin(), text.end(), bytes.mutable_bytes().begin());
  return bytes;
}

// The tokens of `value` under the comparison of a schema's first feature.
inline std::vector<std::string> TokensOf(const Schema& schema, std::string_view value) {
  Tokeniser tokeniser(*schema.features()[0].hashing);
  TextList tokens;
  if (const Reason reason = tokeniser.Tokenise(value, &tokens)) return {std::string("! ") + reason};
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < tokens.size(); ++i) texts.emplace_back(tokens[i]);
  return texts;
}

}  // namespace musubi::clkhash
