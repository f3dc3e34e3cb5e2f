#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/blocking/populations.h"

namespace musubi::blocking {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void ExpectAsTheOracle(const Population& population) {
  const auto plan = PlanAllPairs(population);
  const auto expected = PairsWhere(population, MayBeOnePerson);
  EXPECT_EQ(Sorted(Emitted(*plan)), expected);
  EXPECT_EQ(WouldHavePairs(population, *plan), expected);
  EXPECT_EQ(CountAllPairs(population), expected.size());
  EXPECT_EQ(SumOfTileVisits(*plan), plan->visits());
  EXPECT_EQ(plan->visits(), population.rows() * (population.rows() - 1) / 2);
}

class AllPairsTest : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, AllPairsTest, testing::Range<std::uint64_t>(1, 6));

TEST_P(AllPairsTest, EmitsEachPairOfTwoHoldersOnce) {
  ExpectAsTheOracle(RandomPopulation({.rows = 200}, GetParam()));
}

TEST_P(AllPairsTest, EmitsPairsWithinHoldersThatDeclareDuplicates) {
  ExpectAsTheOracle(
      RandomPopulation({.rows = 200, .sources = 6, .duplicates_percent = 50}, GetParam()));
}

TEST_P(AllPairsTest, LeavesOutPairsOfTwoSettledRecords) {
  for (const unsigned percent : {10U, 50U, 90U, 100U}) {
    ExpectAsTheOracle(RandomPopulation(
        {.rows = 150, .sources = 5, .settled_percent = percent, .duplicates_percent = 50},
        GetParam()));
  }
}

TEST(AllPairsLearningTest, EmitsEveryPairButCountsThoseThatMayBeLinked) {
  Population population = RandomPopulation({.rows = 200, .settled_percent = 30}, 3);
  const std::uint64_t may_pair = CountAllPairs(population);
  population.learns = true;
  EXPECT_EQ(Emitted(*PlanAllPairs(population)).size(), 200U * 199 / 2);
  EXPECT_EQ(CountAllPairs(population), may_pair);
}

// Of 7 stretches of 1,024 rows every second: four of them, the last one not full.
TEST(SampledPairsTest, AreAllPairsOfSomeRows) {
  const Population population = RandomPopulation({.rows = 6500, .learns = true}, 4);
  const std::vector<Pair> pairs = Emitted(*PlanSampledPairs(population, 6'000'000));
  std::vector<bool> sampled(population.rows());
  for (const Pair& pair : pairs) sampled[pair.first] = sampled[pair.second] = true;
  const std::size_t rows = 3 * 1024 + (6500 - 6 * 1024);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(sampled, true)), rows);
  EXPECT_EQ(pairs.size(), rows * (rows - 1) / 2);
  const auto plan = PlanSampledPairs(population, 6'000'000);
  for (std::uint32_t row = 0; row < population.rows(); ++row) {
    EXPECT_EQ(plan->WouldHave(row, population.records, 0), sampled[row]) << row;
  }
  EXPECT_EQ(Emitted(*PlanSampledPairs(population, 1'000'000'000)).size(), 6500U * 6499 / 2);
}

// Three tiles a side, the last of them not full.
TEST(AllPairsTilesTest, EmitsEachPairOnceOverManyTiles) {
  const Population population = RandomPopulation(
      {.rows = 2100, .sources = 3, .settled_percent = 20, .duplicates_percent = 50}, 7);
  EXPECT_GT(PlanAllPairs(population)->tiles(), 3U);
  ExpectAsTheOracle(population);
}

TEST(AllPairsTilesTest, AreRightAroundTheSideOfATile) {
  for (const std::size_t rows : {1023U, 1024U, 1025U, 2048U, 2049U}) {
    SCOPED_TRACE(rows);
    ExpectAsTheOracle(RandomPopulation({.rows = rows, .duplicates_percent = 100}, rows));
  }
}

TEST(AllPairsTest, OneHolderWithoutDuplicatesHasNone) {
  const Population population = RandomPopulation({.rows = 50, .sources = 1}, 1);
  EXPECT_THAT(Emitted(*PlanAllPairs(population)), IsEmpty());
  EXPECT_EQ(CountAllPairs(population), 0U);
}

TEST(AllPairsTest, OneHolderWithDuplicatesHasAll) {
  const Population population =
      RandomPopulation({.rows = 3, .sources = 1, .duplicates_percent = 100}, 1);
  EXPECT_THAT(Sorted(Emitted(*PlanAllPairs(population))),
              ElementsAre(Pair(0, 1), Pair(0, 2), Pair(1, 2)));
}

TEST(AllPairsTest, NothingInIsNothingOut) {
  const Population population;
  EXPECT_THAT(Emitted(*PlanAllPairs(population)), IsEmpty());
  EXPECT_EQ(PlanAllPairs(population)->visits(), 0U);
  EXPECT_EQ(CountAllPairs(population), 0U);
}

TEST(AllPairsTest, OneRecordIsNoPair) {
  const Population population = RandomPopulation({.rows = 1, .duplicates_percent = 100}, 1);
  EXPECT_THAT(Emitted(*PlanAllPairs(population)), IsEmpty());
  EXPECT_EQ(CountAllPairs(population), 0U);
}

// Four billion pairs and more: counted without making them, and beyond 32 bits.
TEST(AllPairsTest, CountsBeyondThirtyTwoBits) {
  const Population population =
      RandomPopulation({.rows = 300'000, .sources = 1, .duplicates_percent = 100}, 1);
  EXPECT_EQ(CountAllPairs(population), 44'999'850'000U);
}

// A batch is used for one tile after another: nothing of the last may stay in it.
TEST(AllPairsTest, EmitReplacesTheBatch) {
  const Population population = RandomPopulation({.rows = 20}, 1);
  const auto plan = PlanAllPairs(population);
  CandidateBatch fresh;
  plan->Emit(0, &fresh);
  CandidateBatch used;
  plan->Emit(0, &used);
  plan->Emit(0, &used);
  EXPECT_EQ(used.lefts, fresh.lefts);
  EXPECT_EQ(used.offsets, fresh.offsets);
  EXPECT_EQ(used.rights, fresh.rights);
}

}  // namespace
}  // namespace musubi::blocking
