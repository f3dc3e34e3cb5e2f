// Levels of agreement: small numbers, reckoned by hand.
#include "engine/model/filter_levels.h"

#include <gmock/gmock.h>

namespace musubi::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Feature FeatureOf(TokenKind kind, bool positional = false) {
  Feature feature;
  feature.tokens.kind = kind;
  feature.tokens.positional = positional;
  return feature;
}

Filter FilterOf(std::vector<Feature> features, std::vector<Threshold> levels = {}) {
  Filter filter;
  filter.name = "f";
  filter.bits = filter.made_bits = 512;
  filter.features = std::move(features);
  filter.levels = std::move(levels);
  return filter;
}

TEST(FilterLevelsTest, ThresholdsFollowWhatAFilterHolds) {
  const Feature grams = FeatureOf(TokenKind::kQGram);
  const Feature placed = FeatureOf(TokenKind::kQGram, true);
  const Feature whole = FeatureOf(TokenKind::kExact);
  const Feature neighbours = FeatureOf(TokenKind::kNeighbours);
  EXPECT_EQ(LevelThresholds(FilterOf({grams})).size(), 3U);
  EXPECT_EQ(LevelThresholds(FilterOf({placed})).size(), 2U);
  EXPECT_EQ(LevelThresholds(FilterOf({grams, placed})).size(), 2U);
  EXPECT_EQ(LevelThresholds(FilterOf({neighbours, whole})).size(), 2U);
  EXPECT_EQ(LevelThresholds(FilterOf({grams, whole})).size(), 3U);
  EXPECT_THAT(LevelThresholds(FilterOf({whole})), IsEmpty());
  EXPECT_THAT(LevelThresholds(FilterOf({whole}, {{1, 2}})), ElementsAre(Threshold{1, 2}));
}

TEST(FilterLevelsTest, EqualMissingAndUnlike) {
  const FilterLevels levels(FilterOf({FeatureOf(TokenKind::kQGram)}));
  EXPECT_EQ(levels.Of(70, 70, 70), kEqual);
  EXPECT_EQ(levels.Of(0, 0, 70), kMissing);
  EXPECT_EQ(levels.Of(0, 70, 0), kMissing);
  EXPECT_EQ(levels.Of(9, 70, 70), kUnlike);
}

// One filter inside the other shares all of its bits and is not equal.
TEST(FilterLevelsTest, PartIsNotEqual) {
  const FilterLevels levels(FilterOf({FeatureOf(TokenKind::kQGram)}));
  EXPECT_LT(levels.Of(60, 60, 70), kEqual);
}

// 64 bits of 512 each: chance shares 8. Of 56 that could be shared beyond it, half is 28, so that
// the similarity 1/2 is reached at 36 bits; uncorrected it would be at 32.
TEST(FilterLevelsTest, ChanceIsTakenOut) {
  const FilterLevels levels(FilterOf({FeatureOf(TokenKind::kQGram)}, {{1, 2}}));
  EXPECT_EQ(levels.Of(35, 64, 64), kUnlike);
  EXPECT_EQ(levels.Of(36, 64, 64), kUnlike + 1);
}

// With 64 and 128 bits chance shares 16: 2 (c - 16) / (192 - 32) is 1/2 at c = 56.
TEST(FilterLevelsTest, PairExactlyOnAThresholdReachesIt) {
  const FilterLevels levels(FilterOf({FeatureOf(TokenKind::kQGram)}, {{3, 4}, {1, 2}}));
  EXPECT_EQ(levels.Of(55, 64, 128), kUnlike);
  EXPECT_EQ(levels.Of(56, 64, 128), kUnlike + 1);
  EXPECT_EQ(levels.Of(64, 64, 128), kUnlike + 1);  // 96 / 160 = 0.6
}

TEST(FilterLevelsTest, NeverFallsAsMoreIsShared) {
  const FilterLevels levels(FilterOf({FeatureOf(TokenKind::kQGram)}));
  for (std::uint32_t left = 1; left <= 512; left += 7) {
    for (std::uint32_t right = left; right <= 512; right += 13) {
      unsigned before = kUnlike;
      for (std::uint32_t common = 0; common <= left; ++common) {
        const unsigned level = levels.Of(common, left, right);
        ASSERT_GE(level, before) << common << " of " << left << " and " << right;
        before = level;
      }
    }
  }
}

TEST(PatternTest, LevelsComeBackAndRarityGoes) {
  const Pattern pattern = AtPlace(13, 0) | AtPlace(3, 1) | AtPlace(kEqual, 2) | AtPlace(15, 15);
  EXPECT_EQ(LevelAt(pattern, 0), 13U);
  EXPECT_EQ(LevelAt(pattern, 1), 3U);
  EXPECT_EQ(LevelAt(pattern, 3), kMissing);
  EXPECT_EQ(WithoutRarity(pattern),
            AtPlace(kEqual, 0) | AtPlace(3, 1) | AtPlace(kEqual, 2) | AtPlace(kEqual, 15));
}

}  // namespace
}  // namespace musubi::engine
