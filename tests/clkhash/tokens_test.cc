// Values to the tokens that are hashed.
#include "clkhash/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/clkhash/samples.h"

namespace musubi::clkhash {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> Tokens(std::string_view comparison, std::string_view value,
                                std::string_view format = kString) {
  return TokensOf(*Parsed(Version3(FeatureOf(format, comparison))), value);
}

TEST(ClkhashTokensTest, GramsArePaddedAndKeepTheirRepeats) {
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":2})", "aaa"), ElementsAre(" a", "aa", "aa", "a "));
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":3})", "x"), ElementsAre("  x", " x ", "x  "));
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":1})", "a b"), ElementsAre("a", " ", "b"));
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":2})", ""), IsEmpty());
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":2,"positional":true})", "ab"),
              ElementsAre("1  a", "2 ab", "3 b "));
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":2})", "\xE6\x97\xA5\xF0\x9F\x98\x80"),
              ElementsAre(" \xE6\x97\xA5", "\xE6\x97\xA5\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80 "));
}

TEST(ClkhashTokensTest, AnExactValueIsOneToken) {
  EXPECT_THAT(Tokens(kExact, " a b "), ElementsAre(" a b "));
  EXPECT_THAT(Tokens(kExact, ""), IsEmpty());
}

// Python's encoders of "utf-16" and "utf-32" put a mark before every text that they are given.
TEST(ClkhashTokensTest, WideEncodingsMarkEveryToken) {
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":1})", "a\xF0\x9F\x98\x80",
                     R"({"type":"string","encoding":"utf-16"})"),
              ElementsAre("\xFF\xFE"
                          "a\0"s,
                          "\xFF\xFE\x3D\xD8\x00\xDE"s));
  EXPECT_THAT(Tokens(R"({"type":"ngram","n":1})", "a\xF0\x9F\x98\x80",
                     R"({"type":"string","encoding":"utf-32"})"),
              ElementsAre("\xFF\xFE\0\0"
                          "a\0\0\0"s,
                          "\xFF\xFE\0\0\x00\xF6\x01\0"s));
  EXPECT_THAT(Tokens(kExact, "\xC3\xA9", R"({"type":"string","encoding":"ascii"})"),
              ElementsAre(StartsWith("! ")));
}

std::string Numeric(std::string_view distance, int resolution, int precision) {
  return R"({"type":"numeric","thresholdDistance":)" + std::string(distance) + R"(,"resolution":)" +
         std::to_string(resolution) + R"(,"fractional_precision":)" + std::to_string(precision) +
         "}";
}

// The example of clkhash's own documentation: 25 with a distance of 8 and a resolution of 2.
TEST(ClkhashTokensTest, NumbersBecomeTheirNeighbourhoods) {
  EXPECT_THAT(Tokens(Numeric("8", 2, 0), "25"), ElementsAre("88", "96", "104", "112", "120"));
  EXPECT_THAT(Tokens(Numeric("8", 2, 0), "26"), ElementsAre("88", "96", "104", "112", "120"));
  EXPECT_THAT(Tokens(Numeric("8", 2, 0), "-25"), ElementsAre("-112", "-104", "-96", "-88", "-80"));
  EXPECT_THAT(Tokens(Numeric("2.5", 1, 0), "1"), ElementsAre("0", "2", "4")) << "2.5 becomes 2";
  EXPECT_THAT(Tokens(Numeric("3.5", 1, 0), "0"), ElementsAre("-4", "0", "4")) << "3.5 becomes 4";
  EXPECT_THAT(Tokens(Numeric("1", 1, 0), "-1.9"), ElementsAre("-3", "-2", "-1")) << "cut off";
  EXPECT_THAT(Tokens(Numeric("1", 1, 1), "0.25"), ElementsAre("-10", "0", "10"))
      << "2.5 is rounded to 2, and 4 is nearer to 0 than to 10";
}

TEST(ClkhashTokensTest, NumbersMayHaveAnySize) {
  EXPECT_THAT(Tokens(Numeric("1", 1, 0), "123456789012345678901234567890"),
              ElementsAre("246913578024691357802469135779", "246913578024691357802469135780",
                          "246913578024691357802469135781"));
  // 1e23 is 99999999999999991611392, doubled and one less.
  EXPECT_EQ(Tokens(Numeric("1", 1, 0), "1e23")[0], "199999999999999983222783");
  EXPECT_THAT(Tokens(Numeric("1", 1, 0), std::string(4300, '9')), ElementsAre(StartsWith("! ")))
      << "the tokens have a digit more than Python writes";
}

// Above 2^53 Python compares with distance / 2 as a double: 2^53 + 1 halved is 2^52 there, so that
// a remainder of 2^52 is no longer below it.
TEST(ClkhashTokensTest, HalvesAreThoseOfDoubles) {
  const auto tokens = Tokens(Numeric("9007199254740993", 1, 0), "2251799813685248");
  EXPECT_THAT(tokens, ElementsAre("0", "9007199254740993", "18014398509481986"));
}

TEST(ClkhashTokensTest, WhatIsNoNumberIsRefused) {
  for (const std::string_view value : {"nan", "inf", "-Infinity", "1e400", "abc", "1,5", "0x10",
                                       " ", "1__0", "._1", "1_.5", "e5", "1e"}) {
    EXPECT_THAT(Tokens(Numeric("1", 1, 2), value), ElementsAre(StartsWith("! "))) << value;
  }
  for (const std::string_view value :
       {"1_0.0_1", ".5", "5.", "-.5e-3", "1E5", "1e-400", "\xD9\xA1.\xD9\xA5", "  -3.5\t"}) {
    EXPECT_EQ(Tokens(Numeric("1", 1, 2), value).size(), 3U) << value;
  }
}

// Against the definition in 64-bit integers, where all fits: tokens are multiples of the distance,
// the middle one nearest to twice the number times the resolution.
TEST(ClkhashTokensTest, NeighbourhoodsAreThoseOfTheDefinition) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 300; ++i) {
    const auto distance = static_cast<long long>(random() % 50 + 1);
    const auto resolution = static_cast<long long>(random() % 4 + 1);
    const auto value = static_cast<long long>(random() % 2001) - 1000;
    const long long scaled = value * 2 * resolution;
    const long long rest = ((scaled % distance) + distance) % distance;
    const long long middle = scaled - rest + (2 * rest >= distance && rest != 0 ? distance : 0);
    std::vector<std::string> expected;
    for (long long step = -resolution; step <= resolution; ++step) {
      expected.push_back(std::to_string(middle + step * distance));
    }
    EXPECT_EQ(Tokens(Numeric(std::to_string(distance), static_cast<int>(resolution), 0),
                     std::to_string(value)),
              expected);
  }
}

}  // namespace
}  // namespace musubi::clkhash
