#include "core/similarity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace musubi {
namespace {

// The similarity itself, in as much precision as the machine has.
long double Similarity(const SimilarityRule& rule, long double a, long double b, long double c) {
  const long double alpha = static_cast<long double>(rule.alpha) / SimilarityRule::kTverskyUnit;
  const long double beta = static_cast<long double>(rule.beta) / SimilarityRule::kTverskyUnit;
  switch (rule.kind) {
    case SimilarityKind::kDice:
      return 2 * c / (a + b);
    case SimilarityKind::kJaccard:
      return c / (a + b - c);
    case SimilarityKind::kCosine:
      return c / std::sqrt(a * b);
    case SimilarityKind::kHamming:
      return 1 - (a + b - 2 * c) / rule.width;
    case SimilarityKind::kTversky:
      return c / (c + alpha * (a - c) + beta * (b - c));
  }
  return 0;
}

constexpr std::array kKinds = {SimilarityKind::kDice, SimilarityKind::kJaccard,
                               SimilarityKind::kCosine, SimilarityKind::kHamming,
                               SimilarityKind::kTversky};

TEST(SimilarityTest, TheLeastCommonIsTheFirstThatReachesTheThreshold) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t end) {
    return std::uniform_int_distribution<std::uint32_t>(0, end - 1)(random);
  };
  for (int round = 0; round < 20'000; ++round) {
    SimilarityRule rule;
    rule.kind = kKinds[below(kKinds.size())];
    rule.width = 64 + below(8129);
    rule.threshold = {1 + below(1'000'000), 1'000'000};
    rule.alpha = 1 + below(SimilarityRule::kTverskyUnit);
    rule.beta = 1 + below(SimilarityRule::kTverskyUnit);
    const std::uint32_t a = 1 + below(rule.width);
    const std::uint32_t b = 1 + below(rule.width);
    const std::uint32_t least = rule.LeastCommon(a, b);
    const long double threshold = static_cast<long double>(rule.threshold.numerator) / 1'000'000;
    // Far closer than any two different fractions of such numbers, far coarser than rounding.
    constexpr long double kSlack = 1e-15L;
    SCOPED_TRACE(::testing::Message() << "kind " << static_cast<int>(rule.kind) << " a " << a
                                      << " b " << b << " least " << least);
    if (least <= std::min(a, b)) {
      EXPECT_GE(Similarity(rule, a, b, least), threshold - kSlack);
    }
    if (least > 1 || (least == 1 && rule.kind == SimilarityKind::kHamming)) {
      EXPECT_LT(Similarity(rule, a, b, least - 1), threshold + kSlack);
    }
  }
}

// Fractions that no binary number is equal to: comparing rounded ones loses such pairs.
TEST(SimilarityTest, APairOnTheThresholdIsSimilar) {
  for (std::uint32_t numerator = 1; numerator <= 1000; ++numerator) {
    SimilarityRule rule;
    rule.threshold = {numerator, 1000};
    for (std::uint32_t times = 1; times <= 4; ++times) {
      EXPECT_EQ(rule.LeastCommon(1000 * times, 1000 * times), numerator * times);
      EXPECT_EQ(rule.LeastCommon(1200 * times, 800 * times), numerator * times);
    }
    rule.kind = SimilarityKind::kJaccard;
    EXPECT_EQ(rule.LeastCommon(1000, numerator), numerator);
    rule.kind = SimilarityKind::kCosine;
    EXPECT_EQ(rule.LeastCommon(1000, 1000), numerator);
    EXPECT_EQ(rule.LeastCommon(500, 2000), numerator);
    rule.kind = SimilarityKind::kHamming;
    rule.width = 2000;
    EXPECT_EQ(rule.LeastCommon(1000, 1000), numerator);
    rule.kind = SimilarityKind::kTversky;
    rule.alpha = 0;
    EXPECT_EQ(rule.LeastCommon(5000, 1000), numerator);
  }
}

TEST(SimilarityTest, NothingInCommonIsNotSimilar) {
  for (const SimilarityKind kind : kKinds) {
    SimilarityRule rule;
    rule.kind = kind;
    rule.threshold = {1, 1'000'000};
    rule.width = 64;
    if (kind != SimilarityKind::kHamming) {
      EXPECT_EQ(rule.LeastCommon(1, 1), 1U);
      EXPECT_GT(rule.LeastCommon(0, 0), 0U);
      EXPECT_GT(rule.LeastCommon(0, 64), 0U);
    }
    rule.threshold = {0, 1};
    EXPECT_EQ(rule.LeastCommon(32, 32), 0U);
  }
}

TEST(SimilarityTest, EqualFiltersHaveSimilarityOne) {
  for (const SimilarityKind kind : kKinds) {
    SimilarityRule rule;
    rule.kind = kind;
    rule.width = 1024;
    for (const std::uint32_t bits : {1U, 2U, 509U, 1024U}) {
      EXPECT_EQ(rule.LeastCommon(bits, bits), bits);
      if (bits == 1) continue;
      EXPECT_GT(rule.LeastCommon(bits, bits - 1), bits - 1);
    }
  }
}

TEST(SimilarityTest, GrowsWithBothFilters) {
  for (const SimilarityKind kind : kKinds) {
    SimilarityRule rule;
    rule.kind = kind;
    rule.width = 100;
    rule.threshold = {17, 20};
    rule.alpha = 300'000;
    for (std::uint32_t a = 0; a < 100; ++a) {
      for (std::uint32_t b = 0; b < 100; ++b) {
        EXPECT_LE(rule.LeastCommon(a, b), rule.LeastCommon(a + 1, b));
        EXPECT_LE(rule.LeastCommon(a, b), rule.LeastCommon(a, b + 1));
      }
    }
  }
}

}  // namespace
}  // namespace musubi
