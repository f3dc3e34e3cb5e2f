#include "core/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "core/population.h"

namespace musubi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

static_assert(std::is_aggregate_v<CandidateBatch>);
static_assert(std::is_trivially_copyable_v<ScoredPair> && sizeof(ScoredPair) == 12);
static_assert(ScoredPair{1, 2, 3} < ScoredPair{1, 3, 0} &&
              ScoredPair{1, 3, 0} < ScoredPair{2, 0, 0});

TEST(CandidateBatchTest, GroupsRightsUnderTheirLeft) {
  CandidateBatch batch;
  batch.rights = {4, 5};
  batch.EndGroup(3);
  batch.rights.push_back(9);
  batch.EndGroup(7);
  EXPECT_THAT(batch.lefts, ElementsAre(3U, 7U));
  EXPECT_THAT(batch.offsets, ElementsAre(0U, 2U, 3U));
  EXPECT_EQ(batch.pairs(), 3U);
}

TEST(CandidateBatchTest, LeavesOutEmptyGroups) {
  CandidateBatch batch;
  batch.EndGroup(1);
  batch.rights.push_back(4);
  batch.EndGroup(2);
  batch.EndGroup(3);
  EXPECT_THAT(batch.lefts, ElementsAre(2U));
  EXPECT_THAT(batch.offsets, ElementsAre(0U, 1U));
}

TEST(CandidateBatchTest, ClearedItIsAsNew) {
  CandidateBatch batch;
  batch.rights = {4, 5};
  batch.EndGroup(3);
  batch.Clear();
  EXPECT_EQ(batch.pairs(), 0U);
  EXPECT_THAT(batch.lefts, IsEmpty());
  EXPECT_THAT(batch.offsets, ElementsAre(0U));
}

TEST(ClustersTest, StartsWithoutAny) { EXPECT_EQ(Clusters{}.size(), 0U); }

// Rows 0 and 1 of holder 0, rows 2 and 3 of holder 1, which declares duplicates.
Population TwoHolders() {
  Population population;
  population.records.Resize(4);
  population.source = {0, 0, 1, 1};
  population.allows_within = {0, 1};
  population.settled = {0, 0, 0, 0};
  return population;
}

TEST(PopulationTest, PairsRecordsOfTwoHolders) {
  const Population population = TwoHolders();
  EXPECT_TRUE(population.MayPair(0, 2));
  EXPECT_TRUE(population.MayPair(3, 1));
}

TEST(PopulationTest, PairsWithinAHolderOnlyWhereItDeclaresDuplicates) {
  const Population population = TwoHolders();
  EXPECT_FALSE(population.MayPair(0, 1));
  EXPECT_TRUE(population.MayPair(2, 3));
}

TEST(PopulationTest, LeavesTwoSettledRecordsAlone) {
  Population population = TwoHolders();
  population.settled = {1, 0, 1, 0};
  EXPECT_FALSE(population.MayPair(0, 2));
  EXPECT_TRUE(population.MayPair(0, 3));
  EXPECT_TRUE(population.MayPair(1, 2));
  EXPECT_TRUE(population.MayPair(2, 3));
}

}  // namespace
}  // namespace musubi
