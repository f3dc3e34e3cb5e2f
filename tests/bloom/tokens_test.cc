#include "bloom/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bloom/reference.h"

namespace musubi::bloom {
namespace {

using testing::ElementsAre;

TokenRule QGrams(std::uint32_t q, bool padded, bool positional = false) {
  return {TokenKind::kQGram, q, padded, positional};
}

TEST(TokensTest, PaddedBigrams) {
  EXPECT_THAT(TokensOf(QGrams(2, true), "anna"), ElementsAre(" a", "an", "nn", "na", "a "));
}

TEST(TokensTest, UnpaddedBigrams) {
  EXPECT_THAT(TokensOf(QGrams(2, false), "anna"), ElementsAre("an", "nn", "na"));
}

TEST(TokensTest, PaddedTrigramsHaveTwoBlanksOnEitherSide) {
  EXPECT_THAT(TokensOf(QGrams(3, true), "ab"), ElementsAre("  a", " ab", "ab ", "b  "));
}

TEST(TokensTest, PaddedFourGrams) {
  EXPECT_THAT(TokensOf(QGrams(4, true), "abc"),
              ElementsAre("   a", "  ab", " abc", "abc ", "bc  ", "c   "));
}

TEST(TokensTest, UnigramsHaveNoPadding) {
  EXPECT_THAT(TokensOf(QGrams(1, true), "abc"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(TokensOf(QGrams(1, false), "abc"), ElementsAre("a", "b", "c"));
}

TEST(TokensTest, OneCodePointPadded) {
  EXPECT_THAT(TokensOf(QGrams(2, true), "a"), ElementsAre(" a", "a "));
  EXPECT_THAT(TokensOf(QGrams(4, true), "a"), ElementsAre("   a", "  a ", " a  ", "a   "));
}

// Without this a short surname would leave its filter empty although it is known.
TEST(TokensTest, AShortUnpaddedValueIsOneTokenItself) {
  EXPECT_THAT(TokensOf(QGrams(2, false), "a"), ElementsAre("a"));
  EXPECT_THAT(TokensOf(QGrams(4, false), "abc"), ElementsAre("abc"));
  EXPECT_THAT(TokensOf(QGrams(4, false), "abcd"), ElementsAre("abcd"));
  EXPECT_THAT(TokensOf(QGrams(4, false, true), "abc"), ElementsAre("1 abc"));
}

TEST(TokensTest, PositionalGramsCarryTheirPlaceFromOne) {
  EXPECT_THAT(TokensOf(QGrams(1, false, true), "1985"), ElementsAre("1 1", "2 9", "3 8", "4 5"));
  EXPECT_THAT(TokensOf(QGrams(2, false, true), "1985"), ElementsAre("1 19", "2 98", "3 85"));
}

TEST(TokensTest, PositionalPaddedGramsCountTheirPaddingToo) {
  EXPECT_THAT(TokensOf(QGrams(2, true, true), "ab"), ElementsAre("1  a", "2 ab", "3 b "));
}

TEST(TokensTest, PlacesHaveAsManyDigitsAsTheyNeed) {
  const auto tokens = TokensOf(QGrams(1, false, true), "abcdefghijkl");
  EXPECT_EQ(tokens[8], "9 i");
  EXPECT_EQ(tokens[9], "10 j");
  EXPECT_EQ(tokens[11], "12 l");
}

TEST(TokensTest, RepeatsAreKept) {
  EXPECT_THAT(TokensOf(QGrams(1, false), "aaa"), ElementsAre("a", "a", "a"));
}

// Two bytes a character: u with diaeresis is C3 BC.
TEST(TokensTest, GramsRunOverCodePointsOfTwoBytes) {
  EXPECT_THAT(TokensOf(QGrams(2, false), "m\xC3\xBCl"), ElementsAre("m\xC3\xBC", "\xC3\xBCl"));
}

// Three bytes a character, as kana and kanji have.
TEST(TokensTest, GramsRunOverCodePointsOfThreeBytes) {
  EXPECT_THAT(TokensOf(QGrams(2, true), "\xE3\x83\xA4\xE3\x83\x9E"),
              ElementsAre(" \xE3\x83\xA4", "\xE3\x83\xA4\xE3\x83\x9E", "\xE3\x83\x9E "));
}

// Four bytes a character, as some kanji of names have (U+20BB7).
TEST(TokensTest, GramsRunOverCodePointsOfFourBytes) {
  EXPECT_THAT(TokensOf(QGrams(2, true),
                       "\xF0\xA0\xAE\xB7"
                       "a"),
              ElementsAre(" \xF0\xA0\xAE\xB7",
                          "\xF0\xA0\xAE\xB7"
                          "a",
                          "a "));
}

// The first and the last code point of each length in UTF-8.
TEST(TokensTest, KnowsTheLengthOfEveryCodePoint) {
  const std::vector<std::string> points = {
      "\x01",         "\x7F",         "\xC2\x80",         "\xDF\xBF",
      "\xE0\xA0\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};
  std::string value;
  for (const std::string& point : points) value += point;
  EXPECT_EQ(TokensOf(QGrams(1, false), value), points);
}

TEST(TokensTest, ExactIsTheWholeValue) {
  EXPECT_THAT(TokensOf({TokenKind::kExact, 2, true, true}, "f"), ElementsAre("f"));
  EXPECT_THAT(TokensOf({TokenKind::kExact, 2, true, true}, "\xE7\x94\xB7\xE5\xA5\xB3"),
              ElementsAre("\xE7\x94\xB7\xE5\xA5\xB3"));
}

TEST(TokensTest, AListIsReplacedNotExtended) {
  TextList list;
  Tokenise(QGrams(2, false), "abc", /*days=*/false, &list);
  Tokenise(QGrams(2, false), "xy", /*days=*/false, &list);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0], "xy");
}

TEST(TokensDeathTest, AMissingValueHasNoTokens) {
  TextList list;
  EXPECT_DEATH(Tokenise(QGrams(2, true), "", /*days=*/false, &list), "internal error");
}

}  // namespace
}  // namespace musubi::bloom
