#include "engine/model/weighted_mean.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

namespace musubi::engine {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int32_t kUnit = kScoreUnit;

Filter FilterOf(const Threshold& floor, const Threshold& penalty, std::uint32_t weight = 1) {
  Filter filter;
  filter.bits = 8192;
  filter.floor = floor;
  filter.penalty = penalty;
  filter.weight = weight;
  return filter;
}

std::int32_t Agreement(std::uint32_t common, std::uint32_t left, std::uint32_t right,
                       const Filter& filter) {
  return FilterAgreement(filter).Of(common, left, right);
}

const Filter kPlain = FilterOf({0, 1}, {0, 1});
const Filter kFloored = FilterOf({3, 10}, {1, 2});

TEST(AgreementTest, IdentityIsOne) {
  for (const std::uint32_t bits : {1U, 2U, 100U, 512U, 8192U}) {
    EXPECT_EQ(Agreement(bits, bits, bits, kPlain), kUnit);
    EXPECT_EQ(Agreement(bits, bits, bits, kFloored), kUnit);
    EXPECT_EQ(Agreement(bits, bits, bits, FilterOf({999'999, 1'000'000}, {1, 1})), kUnit);
  }
}

TEST(AgreementTest, TwoEmptyFiltersAgreeInNothing) {
  EXPECT_EQ(Agreement(0, 0, 0, kPlain), 0);
  EXPECT_EQ(Agreement(0, 0, 0, kFloored), 0);
}

TEST(AgreementTest, WithoutAFloorItIsDice) {
  EXPECT_EQ(Agreement(3, 3, 5, kPlain), 750'000);
  EXPECT_EQ(Agreement(0, 3, 5, kPlain), 0);
}

TEST(AgreementTest, IsRoundedUp) {
  EXPECT_EQ(Agreement(1, 1, 2, kPlain), 666'667);
  EXPECT_EQ(Agreement(1, 3, 3, kPlain), 333'334);
}

TEST(AgreementTest, OnTheFloorItIsZero) {
  EXPECT_EQ(Agreement(3, 10, 10, kFloored), 0);
  EXPECT_EQ(Agreement(30, 80, 120, kFloored), 0);
}

// Dice 0.65 lies halfway between a floor of 0.3 and 1.
TEST(AgreementTest, HalfwayAboveTheFloorItIsAHalf) {
  EXPECT_EQ(Agreement(65, 100, 100, kFloored), 500'000);
}

// Dice 0.15 lies halfway below a floor of 0.3, and half of that speaks against.
TEST(AgreementTest, BelowTheFloorThePenaltySpeaksAgainst) {
  EXPECT_EQ(Agreement(15, 100, 100, kFloored), -250'000);
  EXPECT_EQ(Agreement(0, 100, 100, kFloored), -500'000);
  EXPECT_EQ(Agreement(0, 100, 100, FilterOf({3, 10}, {1, 1})), -kUnit);
}

TEST(AgreementTest, WithoutAPenaltyNothingSpeaksAgainst) {
  for (const std::uint32_t common : {0U, 1U, 15U, 29U, 30U}) {
    EXPECT_EQ(Agreement(common, 100, 100, FilterOf({3, 10}, {0, 1})), 0);
  }
}

Threshold RandomFraction(std::mt19937_64* random, std::uint32_t below) {
  const auto denominator = static_cast<std::uint32_t>(1 + (*random)() % 1'000'000);
  const auto numerator = static_cast<std::uint32_t>((*random)() % (denominator + below));
  return {numerator, denominator};
}

// Agreement as a fraction, in arithmetic that cannot overflow.
struct Exact {
  Int128 numerator;
  Int128 denominator;
};

Exact ExactAgreement(std::uint32_t common, std::uint32_t total, const Filter& filter) {
  const Int128 n = filter.floor.numerator;
  const Int128 d = filter.floor.denominator;
  const Int128 excess = Int128{2} * common * d - Int128{total} * n;
  if (excess >= 0) return {excess * kScoreUnit, Int128{total} * (d - n)};
  return {excess * kScoreUnit * filter.penalty.numerator,
          Int128{total} * n * filter.penalty.denominator};
}

// Never below the exact value, or a pair on the threshold would be lost; and above it by less than
// one unit, or two where a penalty is rounded as well.
TEST(AgreementTest, IsTheExactValueRoundedUp) {
  constexpr std::uint64_t kSeed = 20260104;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    const auto left = static_cast<std::uint32_t>(1 + random() % 8192);
    const auto right = static_cast<std::uint32_t>(1 + random() % 8192);
    const auto common = static_cast<std::uint32_t>(random() % (std::min(left, right) + 1));
    const Filter filter = FilterOf(RandomFraction(&random, 0), RandomFraction(&random, 1));
    const Exact exact = ExactAgreement(common, left + right, filter);
    const Int128 excess =
        Agreement(common, left, right, filter) * exact.denominator - exact.numerator;
    ASSERT_TRUE(excess >= 0) << common << ' ' << left << ' ' << right;
    ASSERT_TRUE(excess < exact.denominator * (exact.numerator < 0 ? 2 : 1))
        << common << ' ' << left << ' ' << right;
  }
}

// Every pair of popcounts of a narrow filter: where a reciprocal takes the place of a division, it
// gives the same.
TEST(AgreementTest, IsExactForEveryPairOfANarrowFilter) {
  for (const Threshold& floor : {Threshold{0, 1}, Threshold{3, 10}, Threshold{11, 20},
                                 Threshold{1, 4}, Threshold{85, 100}, Threshold{999, 1000}}) {
    Filter filter = FilterOf(floor, {0, 1});
    filter.bits = 320;
    const FilterAgreement agreement(filter);
    for (std::uint32_t total = 2; total <= 2 * filter.bits; ++total) {
      const std::uint32_t left = (total + 1) / 2;
      for (std::uint32_t common = 0; common <= total - left; ++common) {
        const Exact exact = ExactAgreement(common, total, filter);
        const Int128 up = (exact.numerator + exact.denominator - 1) / exact.denominator;
        const Int128 expected = exact.numerator < 0 ? Int128{0} : up;
        ASSERT_TRUE(agreement.Of(common, left, total - left) == expected)
            << common << " of " << total;
      }
    }
  }
}

TEST(AgreementTest, GrowsWithWhatIsCommonAndNeverLeavesItsRange) {
  for (const Filter& filter :
       {kPlain, kFloored, FilterOf({999'999, 1'000'000}, {1, 1}),
        FilterOf({1, 1'000'000}, {999'999, 1'000'000}), FilterOf({1, 3}, {2, 7})}) {
    for (const std::uint32_t left : {1U, 7U, 150U, 8192U}) {
      for (const std::uint32_t right : {1U, 9U, 149U, 8191U}) {
        std::int32_t last = -kUnit;
        for (std::uint32_t common = 0; common <= std::min(left, right); ++common) {
          const std::int32_t now = Agreement(common, left, right, filter);
          ASSERT_GE(now, last);
          ASSERT_LE(now, kUnit);
          last = now;
        }
      }
    }
  }
}

TEST(AgreementTest, DoesNotDependOnWhichIsLeft) {
  EXPECT_EQ(Agreement(3, 5, 9, kFloored), Agreement(3, 9, 5, kFloored));
  EXPECT_EQ(Agreement(1, 5, 9, kFloored), Agreement(1, 9, 5, kFloored));
}

TEST(EvidenceTest, AddsWeightedAgreements) {
  Evidence evidence;
  evidence.Add(1000, kUnit);
  evidence.Add(10, -250'000);
  EXPECT_EQ(evidence.agreement, 997'500'000);
  EXPECT_EQ(evidence.weight, 1010U);
}

// One filter that agrees by `agreed`.
Evidence One(std::int32_t agreed, std::uint32_t weight = 1) {
  Evidence evidence;
  evidence.Add(weight, agreed);
  return evidence;
}

TEST(WeightedMeanTest, AcceptsFromTheThresholdOn) {
  const WeightedMean model({17, 20}, 0);
  EXPECT_TRUE(model.Accepts(One(850'000)));
  EXPECT_FALSE(model.Accepts(One(849'999)));
}

TEST(WeightedMeanTest, AThresholdOfOneAcceptsIdentityOnly) {
  const WeightedMean model({1, 1}, 0);
  EXPECT_TRUE(model.Accepts(One(kUnit)));
  EXPECT_FALSE(model.Accepts(One(kUnit - 1)));
}

// Weight 3 agrees, and a prior weight of 1 does not: a mean of 0.75.
TEST(WeightedMeanTest, ThePriorWeightDisagrees) {
  EXPECT_TRUE(WeightedMean({3, 4}, 1).Accepts(One(kUnit, 3)));
  EXPECT_FALSE(WeightedMean({750'001, 1'000'000}, 1).Accepts(One(kUnit, 3)));
  EXPECT_EQ(WeightedMean({3, 4}, 1).Score(One(kUnit, 3)), 750'000U);
}

TEST(WeightedMeanTest, WithoutEvidenceNothingIsAccepted) {
  EXPECT_FALSE(WeightedMean({1, 2}, 0).Accepts({}));
  EXPECT_FALSE(WeightedMean({0, 1}, 0).Accepts({}));
  EXPECT_FALSE(WeightedMean({1, 2}, 0).CanReach({}, 0));
}

TEST(WeightedMeanTest, ScoreIsTheMeanRoundedDown) {
  Evidence evidence = One(kUnit, 2);
  evidence.Add(1, 0);
  EXPECT_EQ(WeightedMean({1, 2}, 0).Score(evidence), 666'666U);
}

TEST(WeightedMeanTest, TheThresholdIsAScore) {
  EXPECT_EQ(WeightedMean({17, 20}, 0).threshold_score(), 850'000U);
  EXPECT_EQ(WeightedMean({666'667, 1'000'000}, 0).threshold_score(), 666'667U);
  EXPECT_EQ(WeightedMean({1, 1}, 0).threshold_score(), 1'000'000U);
  EXPECT_EQ(WeightedMean({2, 3}, 0).threshold_score(), 666'666U);
}

// What is left to compare may agree fully: (0 + 3) / 4 reaches three quarters.
TEST(WeightedMeanTest, CanReachIfTheRestAgrees) {
  const WeightedMean model({3, 4}, 0);
  EXPECT_TRUE(model.CanReach(One(0), 3));
  EXPECT_FALSE(model.CanReach(One(-1), 3));
  EXPECT_FALSE(model.CanReach(One(0), 2));
}

struct RandomModel {
  explicit RandomModel(std::mt19937_64* random)
      : prior(static_cast<std::uint32_t>((*random)() % 20)) {
    const auto count = 1 + (*random)() % 6;
    for (std::uint64_t i = 0; i < count; ++i) {
      weights.push_back(static_cast<std::uint32_t>(1 + (*random)() % 20));
    }
    threshold = {static_cast<std::uint32_t>(1 + (*random)() % 1000), 1000};
  }

  std::uint32_t prior;
  std::vector<std::uint32_t> weights;
  Threshold threshold;
};

// A pair that is accepted in the end was never given up before, whichever filters are missing: so
// giving pairs up early changes no result.
TEST(WeightedMeanTest, NoAcceptedPairIsEverDenied) {
  constexpr std::uint64_t kSeed = 20260105;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const RandomModel drawn(&random);
    const WeightedMean model(drawn.threshold, drawn.prior);
    std::uint32_t rest = 0;
    for (const std::uint32_t weight : drawn.weights) rest += weight;
    Evidence evidence;
    bool denied = !model.CanReach(evidence, rest);
    for (const std::uint32_t weight : drawn.weights) {
      rest -= weight;
      const auto agreed = static_cast<std::int32_t>(random() % (2 * kScoreUnit)) - kUnit;
      if (random() % 4 != 0) evidence.Add(weight, random() % 2 == 0 ? kUnit : agreed);
      denied = denied || !model.CanReach(evidence, rest);
    }
    if (!model.Accepts(evidence)) continue;
    ++accepted;
    ASSERT_FALSE(denied) << i;
  }
  EXPECT_GT(accepted, 1000);
}

TEST(WeightedMeanTest, AcceptsExactlyTheScoresFromTheThresholdOn) {
  constexpr std::uint64_t kSeed = 20260106;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 100'000; ++i) {
    const auto micros = static_cast<std::uint32_t>(1 + random() % 1'000'000);
    const WeightedMean model({micros, 1'000'000}, static_cast<std::uint32_t>(random() % 5));
    Evidence evidence;
    for (std::uint64_t n = 1 + random() % 4; n > 0; --n) {
      evidence.Add(static_cast<std::uint32_t>(1 + random() % 5),
                   static_cast<std::int32_t>(random() % (kScoreUnit + 1)));
    }
    ASSERT_EQ(model.Accepts(evidence), model.Score(evidence) >= model.threshold_score());
    ASSERT_LE(model.Score(evidence), kScoreUnit);
  }
}

// 64 filters of weight 1000 beside a prior weight of 64,000: the most that a contract allows, with
// thresholds of six places, and of two thirds of one.
TEST(WeightedMeanTest, DoesNotOverflowAtTheContractsLimits) {
  for (const Threshold threshold :
       {Threshold{499'999, 1'000'000}, Threshold{1'000'000, 1'000'000},
        Threshold{999'999, 1'000'000}, Threshold{1, 1'000'000}, Threshold{999'998, 3'000'000}}) {
    const WeightedMean model(threshold, 64'000);
    for (const std::int32_t agreed : {kUnit, kUnit - 1, 1, 0, -1, -kUnit}) {
      Evidence evidence;
      for (int filter = 0; filter < 64; ++filter) evidence.Add(1000, agreed);
      const Int128 left = Int128{64'000} * agreed * threshold.denominator;
      const Int128 right = Int128{128'000} * kScoreUnit * threshold.numerator;
      EXPECT_EQ(model.Accepts(evidence), left >= right) << threshold.numerator << ' ' << agreed;
    }
  }
}

TEST(AgreementTest, DoesNotOverflowAtTheContractsLimits) {
  for (const Threshold floor : {Threshold{999'999, 1'000'000}, Threshold{1, 1'000'000},
                                Threshold{0, 1}, Threshold{499'999, 1'000'000}}) {
    const Filter filter = FilterOf(floor, {999'999, 1'000'000});
    for (const std::uint32_t common : {0U, 1U, 4096U, 8191U, 8192U}) {
      const Exact exact = ExactAgreement(common, 16384, filter);
      const Int128 excess =
          Agreement(common, 8192, 8192, filter) * exact.denominator - exact.numerator;
      EXPECT_TRUE(excess >= 0 && excess < 2 * exact.denominator) << common;
    }
  }
}

// Whether two filters of which one holds the other are a link at `threshold`, a decimal.
bool Links(std::uint32_t smaller, std::uint32_t larger, std::string_view threshold) {
  const WeightedMean model(Threshold::Parse(threshold).value(), 0);
  return model.Accepts(One(Agreement(smaller, smaller, larger, kPlain)));
}

std::string Decimal(long micros) {
  char text[32];
  std::snprintf(text, sizeof text, "%ld.%06ld", micros / 1'000'000, micros % 1'000'000);
  return text;
}

// Pairs exactly on the threshold, which a filter on lengths in floating point loses.
TEST(WeightedMeanTest, KeepsTheKnownPairsExactlyOnTheThreshold) {
  const std::filesystem::path file =
      MUSUBI_SOURCE_DIR "/../shared/data/vectors/anonlink/threshold_boundary.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the vectors are not on this machine";
  std::ifstream in(file);
  const auto cases = nlohmann::json::parse(in).at("cases");
  ASSERT_FALSE(cases.empty());
  for (const auto& c : cases) {
    const std::uint32_t a = c.at("popcount_a");
    const std::uint32_t b = c.at("popcount_b");
    const long micros = std::lround(c.at("threshold").get<double>() * 1e6);
    EXPECT_TRUE(Links(a, b, Decimal(micros))) << a << ' ' << b;
    EXPECT_FALSE(Links(a, b, Decimal(micros + 1))) << a << ' ' << b;
  }
}

// The same for every threshold of two places: t = 2a/(a+b) where a : b is t : 2-t.
TEST(WeightedMeanTest, KeepsEveryPairExactlyOnATwoPlaceThreshold) {
  for (std::uint32_t hundredths = 1; hundredths <= 99; ++hundredths) {
    for (std::uint32_t times = 1; times <= 5; ++times) {
      const std::uint32_t a = hundredths * times;
      const std::uint32_t b = (200 - hundredths) * times;
      EXPECT_TRUE(Links(a, b, Decimal(hundredths * 10'000))) << a << ' ' << b;
      EXPECT_FALSE(Links(a, b, Decimal(hundredths * 10'000 + 1))) << a << ' ' << b;
      EXPECT_FALSE(Links(a, b + 1, Decimal(hundredths * 10'000))) << a << ' ' << b;
    }
  }
}

}  // namespace
}  // namespace musubi::engine
