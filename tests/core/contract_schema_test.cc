// What the schema refuses: other keys, other types, other values.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/contract.h"
#include "tests/core/contract_text.h"

namespace musubi {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

// Where FullContract() with `value` at `at` is refused; nothing where it is not.
std::vector<std::string> Places(std::string_view at, const json& value) {
  const auto parsed = Parsed(FullWith(at, value));
  if (parsed.ok()) return {};
  EXPECT_EQ(parsed.error().code, ErrorCode::kContract);
  return PlacesOf(parsed.error());
}

// Every object of the format, by a pointer to one of its kind.
constexpr const char* kObjects[] = {"",
                                    "/fields/0",
                                    "/filters/0",
                                    "/filters/0/features/0",
                                    "/filters/0/features/0/tokens",
                                    "/block_tokens/0",
                                    "/block_tokens/0/parts/0",
                                    "/linkage",
                                    "/linkage/candidates",
                                    "/linkage/model"};

constexpr const char* kNumbers[] = {"/musubi_contract",
                                    "/filters/0/bits",
                                    "/filters/0/weight",
                                    "/filters/0/features/0/tokens/q",
                                    "/block_tokens/0/parts/0/length",
                                    "/linkage/candidates/all_pairs_up_to",
                                    "/linkage/model/prior_weight"};

constexpr const char* kNames[] = {"/name",
                                  "/fields/0/name",
                                  "/filters/0/name",
                                  "/filters/0/features/0/field",
                                  "/block_tokens/0/name",
                                  "/block_tokens/0/parts/0/field"};

constexpr const char* kDecimals[] = {"/filters/0/floor", "/filters/0/penalty",
                                     "/linkage/model/threshold", "/linkage/model/least_precision"};

std::string OrRoot(std::string_view at) { return at.empty() ? "/" : std::string(at); }

// Not only that a value is wrong, but what may stand there, and once.
TEST(ContractSchemaTest, SaysWhatAValueMayBe) {
  using Mistakes = std::vector<std::pair<std::string, std::string>>;
  const auto mistakes = [](const char* at, const json& value) {
    const auto parsed = Parsed(FullWith(at, value));
    return parsed.ok() ? Mistakes{} : MistakesOf(parsed.error());
  };
  const struct {
    const char* at;
    json value;
    const char* what;
  } cases[] = {
      {"/profile", "row", "must be one of fields, record, clkhash"},
      {"/musubi_contract", 2, "must be 1"},
      {"/filters/0/bits", 65, "must be a whole number from 64 to 8192, a multiple of 64"},
      {"/filters/0/bits", "512", "must be a whole number from 64 to 8192, a multiple of 64"},
      {"/filters/0/weight", 1001, "must be a whole number from 1 to 1000"},
      {"/linkage/model/threshold", 0.8,
       "must be a decimal from 0 to 1 in quotes, with at most six places"},
      {"/fields/0/name", "Name",
       "must be a text of 1 to 48 of a-z, 0-9 and _ that starts with a letter"},
      {"/fields/0/column", "", "must be a text of 1 to 200 characters"},
      {"/fields/0/required", 1, "must be true or false"},
      {"/fields/0", 1, "must be an object"},
      {"/fields", "none", "must be a list"},
  };
  for (const auto& [at, value, what] : cases) {
    EXPECT_EQ(mistakes(at, value), (Mistakes{{at, what}}));
  }
}

TEST(ContractSchemaTest, RefusesAnUnknownKeyInEveryObject) {
  for (const std::string at : kObjects) {
    EXPECT_THAT(Places(at + "/wieght", 1), Contains(OrRoot(at)));
  }
}

// The message names the key, which comes from a stranger's file and goes to a terminal.
TEST(ContractSchemaTest, ShowsAnUnknownKeyHarmlessly) {
  json contract = FullContract();
  contract["\x1b[2J\n  at /name: forged\x7F\xC2\x9B\xE2\x80\xAE"] = 1;
  const auto parsed = Parsed(contract);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(PlacesOf(parsed.error()), ElementsAre("/"));
  const std::string message = parsed.error().message;
  EXPECT_EQ(
      std::ranges::count_if(message, [](char c) { return c != '\n' && (c < ' ' || c > '~'); }), 0);
  EXPECT_NE(message.find("forged"), std::string::npos);
}

TEST(ContractSchemaTest, CutsALongUnknownKey) {
  json contract = FullContract();
  contract[std::string(100'000, 'k')] = 1;
  EXPECT_LT(Parsed(contract).error().message.size(), 1000U);
}

TEST(ContractSchemaTest, MissesEveryRequiredKey) {
  for (const std::string at :
       {"/musubi_contract", "/name", "/profile", "/linkage", "/fields/0/name", "/fields/0/kind",
        "/filters/0/name", "/filters/0/bits", "/filters/0/features", "/filters/0/features/0/field",
        "/filters/0/features/0/tokens", "/filters/0/features/0/tokens/kind", "/block_tokens/0/name",
        "/block_tokens/0/parts", "/block_tokens/0/parts/0/field", "/linkage/model",
        "/linkage/candidates/method", "/linkage/model/kind", "/linkage/model/threshold"}) {
    const auto parsed = Parsed(FullWithout(at));
    ASSERT_FALSE(parsed.ok()) << at;
    EXPECT_THAT(PlacesOf(parsed.error()), Contains(OrRoot(at.substr(0, at.rfind('/'))))) << at;
    EXPECT_NE(parsed.error().message.find(at.substr(at.rfind('/') + 1)), std::string::npos) << at;
  }
}

TEST(ContractSchemaTest, MissesTheFieldsAndFiltersOfItsProfile) {
  for (const std::string at : {"/fields", "/filters"}) {
    const auto parsed = Parsed(FullWithout(at));
    ASSERT_FALSE(parsed.ok()) << at;
    EXPECT_THAT(PlacesOf(parsed.error()), Contains(at));
  }
}

TEST(ContractSchemaTest, RefusesWhatIsNoObject) {
  for (const std::string at : kObjects) {
    if (at.empty()) continue;
    for (const json& other : {json(), json(true), json(1), json("x"), json::array()}) {
      EXPECT_THAT(Places(at, other), Contains(at)) << other;
    }
  }
}

TEST(ContractSchemaTest, RefusesARootThatIsNoObject) {
  for (const char* text : {"null", "true", "1", "\"western\"", "[]", "{}"}) {
    const auto parsed = Contract::Parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kContract);
    EXPECT_THAT(PlacesOf(parsed.error()), Contains("/")) << text;
  }
}

TEST(ContractSchemaTest, RefusesWhatIsNoArray) {
  for (const std::string at :
       {"/fields", "/filters", "/filters/0/features", "/block_tokens", "/block_tokens/0/parts"}) {
    for (const json& other : {json(), json(true), json(1), json("x"), json::object()}) {
      EXPECT_THAT(Places(at, other), Contains(at)) << other;
    }
  }
}

// Floats have no canonical form that every party could be trusted with, so even 64.0 is refused.
TEST(ContractSchemaTest, RefusesWhatIsNoInteger) {
  for (const std::string at : kNumbers) {
    const json number = FullContract()[json::json_pointer(at)];
    for (const json& other :
         {json(), json(true), json(number.dump()), json(number.get<double>()),
          json(number.get<double>() + 0.5), json(1e300), json::array({number}), json::object()}) {
      EXPECT_THAT(Places(at, other), Contains(at)) << other;
    }
  }
}

TEST(ContractSchemaTest, RefusesFloatsInEveryWriting) {
  for (const char* number : {"512.0", "5.12e2", "512e0", "51200E-2"}) {
    std::string text = FullWith("/filters/0/bits", 777777).dump();
    text.replace(text.find("777777"), 6, number);
    const auto parsed = Contract::Parse(text);
    ASSERT_FALSE(parsed.ok()) << number;
    EXPECT_THAT(PlacesOf(parsed.error()), Contains("/filters/0/bits")) << number;
  }
}

TEST(ContractSchemaTest, RefusesIntegersOutOfRange) {
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> cases = {
      {"/musubi_contract", {0, 2, -1}},
      {"/filters/0/bits", {0, 63, 65, 100, 8193, 8256, -64}},
      {"/filters/0/weight", {0, 1001, -1}},
      {"/filters/0/features/0/positions", {0, 65, -1}},
      {"/filters/0/features/0/tokens/q", {0, 5, -1}},
      {"/block_tokens/0/parts/0/length", {0, 65, -1}},
      {"/linkage/candidates/all_pairs_up_to", {-1, 1'000'000'000'001}},
      {"/linkage/model/prior_weight", {-1, 64'001}}};
  for (const auto& [at, values] : cases) {
    for (const std::int64_t value : values) {
      EXPECT_THAT(Places(at, value), Contains(at)) << value;
    }
  }
}

// Numbers that wrap around in some integer type must not come out as small ones.
TEST(ContractSchemaTest, RefusesHugeIntegers) {
  for (const std::string at : kNumbers) {
    for (const char* number :
         {"4294967297", "4294967808", "9223372036854775807", "9223372036854775808",
          "18446744073709551615", "18446744073709551617", "18446744073709552128",
          "340282366920938463463374607431768211457", "-9223372036854775808",
          "-18446744073709551615"}) {
      if (at == "/linkage/candidates/all_pairs_up_to" && std::string_view(number).size() == 10) {
        continue;  // 2^32 is in the range of this one
      }
      std::string text = FullWith(at, 777777).dump();
      text.replace(text.find("777777"), 6, number);
      const auto parsed = Contract::Parse(text);
      ASSERT_FALSE(parsed.ok()) << at << ' ' << number;
      EXPECT_THAT(PlacesOf(parsed.error()), Contains(at)) << number;
    }
  }
}

TEST(ContractSchemaTest, RefusesWhatIsNoName) {
  const std::vector<json> others = {"",
                                    "A",
                                    "1a",
                                    "_a",
                                    "a-b",
                                    "a b",
                                    "a.b",
                                    "a/0",
                                    "n\xC3\xA4me",
                                    "a\n",
                                    "\na",
                                    "a\nb",
                                    "aA",
                                    " a",
                                    "a ",
                                    std::string("a\0", 2),
                                    "a" + std::string(48, 'b'),
                                    json(),
                                    json(1),
                                    json(true),
                                    json::array({"a"})};
  for (const std::string at : kNames) {
    for (const json& other : others) EXPECT_THAT(Places(at, other), Contains(at)) << other;
  }
}

// A regular expression that backtracks would end the program here.
TEST(ContractSchemaTest, RefusesAVeryLongName) {
  EXPECT_THAT(Places("/name", std::string(900'000, 'a')), ElementsAre("/name"));
  EXPECT_THAT(Places("/filters/0/floor", "0." + std::string(900'000, '0')),
              ElementsAre("/filters/0/floor"));
}

TEST(ContractSchemaTest, RefusesWhatIsNoDecimal) {
  for (const std::string at : kDecimals) {
    for (const json& other :
         {json(""), json("0."), json(".5"), json("00"), json("2"), json("2.0"), json("-0.5"),
          json("0.1234567"), json("0,5"), json("0.5 "), json("0.5\n"), json("1e0"), json(0.5),
          json(0), json(1), json(true), json()}) {
      EXPECT_THAT(Places(at, other), Contains(at)) << other;
    }
  }
}

TEST(ContractSchemaTest, RefusesNamesOutsideEveryEnum) {
  for (const std::string at :
       {"/profile", "/fields/0/kind", "/fields/1/date_order", "/fields/1/on_invalid",
        "/filters/0/features/0/tokens/kind", "/block_tokens/0/parts/0/form",
        "/linkage/candidates/method", "/linkage/model/kind", "/linkage/resolution"}) {
    const std::string known = FullContract()[json::json_pointer(at)];
    for (const json& other : {json(""), json(known + ' '), json(known + '\n'), json("Name"),
                              json(0), json(), json::array({known})}) {
      EXPECT_THAT(Places(at, other), Contains(at)) << other;
    }
  }
}

TEST(ContractSchemaTest, RefusesWhatIsNoBoolean) {
  for (const std::string at :
       {"/filters/0/features/0/tokens/padded", "/filters/0/features/0/tokens/positional"}) {
    for (const json& other : {json(), json(0), json(1), json("true"), json::array()}) {
      EXPECT_THAT(Places(at, other), Contains(at)) << other;
    }
  }
}

TEST(ContractSchemaTest, RefusesTextsOfOtherLengths) {
  EXPECT_THAT(Places("/fields/0/column", ""), ElementsAre("/fields/0/column"));
  EXPECT_THAT(Places("/fields/0/column", std::string(201, 'x')), ElementsAre("/fields/0/column"));
  EXPECT_THAT(Places("/fields/0/column", std::string(200, 'x')), ElementsAre());
  EXPECT_THAT(Places("/description", std::string(2001, 'x')), ElementsAre("/description"));
  EXPECT_THAT(Places("/description", std::string(2000, 'x')), ElementsAre());
  EXPECT_THAT(Places("/description", ""), ElementsAre());
}

// Characters count, not bytes: 200 kanji are 600 bytes.
TEST(ContractSchemaTest, CountsCharactersOfAText) {
  std::string kanji;
  for (int i = 0; i < 200; ++i) kanji += "\xE6\xB0\x8F";
  EXPECT_THAT(Places("/fields/0/column", kanji), ElementsAre());
  EXPECT_THAT(Places("/fields/0/column", kanji + 'x'), ElementsAre("/fields/0/column"));
}

TEST(ContractSchemaTest, RefusesArraysOfOtherLengths) {
  const std::vector<std::pair<std::string, std::size_t>> most = {{"/fields", 64},
                                                                 {"/filters", 64},
                                                                 {"/filters/0/features", 64},
                                                                 {"/block_tokens/0/parts", 16}};
  for (const auto& [at, count] : most) {
    EXPECT_THAT(Places(at, json::array()), Contains(at));
    const json one = FullContract()[json::json_pointer(at)][0];
    EXPECT_THAT(Places(at, json(count + 1, one)), Contains(at));
  }
  const json rule = FullContract()["block_tokens"][0];
  EXPECT_THAT(Places("/block_tokens", json(33, rule)), Contains("/block_tokens"));
}

TEST(ContractSchemaTest, ListsAllMistakesAtOnce) {
  json contract = FullContract();
  contract["name"] = "No Name";
  contract["fields"][0]["kind"] = "nmae";
  contract["fields"][1]["kind"] = "dtae";
  contract["filters"][1]["bits"] = 100;
  contract["linkage"]["model"]["threshold"] = 0.85;
  const auto parsed = Parsed(contract);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(PlacesOf(parsed.error()),
              IsSupersetOf({"/name", "/fields/0/kind", "/fields/1/kind", "/filters/1/bits",
                            "/linkage/model/threshold"}));
}

}  // namespace
}  // namespace musubi
