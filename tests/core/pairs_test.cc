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

}  // namespace
}  // namespace musubi
