// The JSON reader under the contract is stricter than the library's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/contract.h"
#include "tests/core/contract_text.h"

namespace musubi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMiB = 1 << 20;

// The message about `text`, which must be refused.
std::string Refusal(std::string_view text) {
  const auto parsed = Contract::Parse(text);
  if (parsed.ok()) return "it was accepted";
  EXPECT_EQ(parsed.error().code, ErrorCode::kContract);
  return parsed.error().message;
}

std::string Inserted(std::string_view member) {
  std::string text = LeastContract().dump();
  return text.insert(1, std::string(member) + ',');
}

TEST(ContractJsonTest, RefusesAKeyNamedTwice) {
  EXPECT_THAT(Refusal(Inserted(R"("name":"least")")), HasSubstr("names the same key twice"));
}

TEST(ContractJsonTest, RefusesAKeyNamedTwiceFurtherIn) {
  std::string text = FullContract().dump();
  text.insert(text.find("\"kind\":\"name\""), "\"kind\":\"name\",");
  EXPECT_THAT(Refusal(text), HasSubstr("names the same key twice"));
}

TEST(ContractJsonTest, SeesThroughEscapesInKeys) {
  EXPECT_THAT(Refusal(Inserted(R"("n\u0061me":"least")")), HasSubstr("names the same key twice"));
}

TEST(ContractJsonTest, RefusesAKeyNamedTwiceInWhatWouldBeIgnored) {
  EXPECT_THAT(Refusal(R"([{"a":{"b":1,"b":1}}])"), HasSubstr("names the same key twice"));
}

TEST(ContractJsonTest, LetsDifferentObjectsShareKeys) {
  EXPECT_TRUE(Parsed(FullContract()).ok());
  EXPECT_THAT(Refusal(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})"), Not(HasSubstr("twice")));
}

TEST(ContractJsonTest, RefusesDeepNesting) {
  for (const std::size_t depth : {34U, 1000U, 500'000U}) {
    const std::string open(depth, '[');
    EXPECT_THAT(Refusal(open + std::string(depth, ']')), HasSubstr("nested deeper")) << depth;
    EXPECT_THAT(Refusal(open), HasSubstr("the contract is not valid")) << depth;
  }
}

TEST(ContractJsonTest, RefusesDeepNestingOfObjects) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
  EXPECT_THAT(Refusal(text), HasSubstr("the contract is not valid"));
  text += "1" + std::string(100'000, '}');
  EXPECT_THAT(Refusal(text), HasSubstr("nested deeper"));
}

// Shallow enough for the reader, so the schema must take it.
TEST(ContractJsonTest, LeavesModerateNestingToTheSchema) {
  EXPECT_THAT(Refusal(std::string(20, '[') + std::string(20, ']')), Not(HasSubstr("nested")));
}

TEST(ContractJsonTest, ReadsUpToOneMebibyte) {
  std::string text = LeastContract().dump();
  text.resize(kMiB, ' ');
  EXPECT_TRUE(Contract::Parse(text).ok());
  text += ' ';
  EXPECT_THAT(Refusal(text), HasSubstr("larger than 1 MiB"));
}

TEST(ContractJsonTest, RefusesAByteOrderMark) {
  EXPECT_THAT(Refusal("\xEF\xBB\xBF" + LeastContract().dump()), HasSubstr("byte order mark"));
}

// The library takes a NUL for the end, and would not see what follows.
TEST(ContractJsonTest, RefusesTextAfterANul) {
  const std::string text = LeastContract().dump();
  EXPECT_THAT(Refusal(text + std::string("\0{}", 3)),
              HasSubstr("not JSON at byte " + std::to_string(text.size() + 1)));
}

TEST(ContractJsonTest, GivesThePlaceOfAMistakeAndNotItsText) {
  const std::string good = LeastContract().dump();
  const std::string bad = good.substr(0, good.size() - 1) + ",canary}";
  const std::string message = Refusal(bad);
  EXPECT_THAT(message, HasSubstr("not JSON at byte " + std::to_string(good.size() + 1)));
  EXPECT_THAT(message, Not(HasSubstr("canary")));
}

class ContractNotJsonTest : public testing::TestWithParam<std::string> {};

TEST_P(ContractNotJsonTest, IsRefusedWithAPlace) {
  EXPECT_THAT(Refusal(GetParam()), HasSubstr("not JSON at byte "));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ContractNotJsonTest,
    testing::Values("", " ", "{", "{}}", "{} {}", "nul", "// comment\n{}", "{\"a\":1,}", "[1,]",
                    "{'a':1}", "{a:1}", "{\"a\" 1}", "NaN", "Infinity", "{\"a\":01}", "{\"a\":+1}",
                    "{\"a\":.5}", "{\"a\":1.}", "\"\x01\"", "\"\n\"", R"("\x41")", R"("\ud83d")",
                    R"("\ude00")", R"("\ud83d\u0041")", "\"\xC3\"", "\"\xC0\x80\"",
                    "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xFF\"", std::string("{}\0", 3),
                    std::string("\0{}", 3), "\xFF\xFE{\0}\0"));

TEST(ContractJsonTest, RefusesNumbersThatNoTypeHolds) {
  EXPECT_THAT(Refusal("{\"a\":1e999}"), HasSubstr("not JSON"));
}

}  // namespace
}  // namespace musubi
