#include "engine/resolve/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kThreshold = 600'000;

std::vector<Rows> ClustersOf(const Population& population, const std::vector<ScoredPair>& pairs) {
  return ListOf(ResolvePairs(population, pairs, kThreshold));
}

TEST(ResolveTest, NobodyIsNoCluster) { EXPECT_THAT(ClustersOf(PeopleOf({}), {}), IsEmpty()); }

TEST(ResolveTest, WithoutLinksEveryoneIsAlone) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1}), {}), ElementsAre(Rows{0}, Rows{1}, Rows{2}));
}

TEST(ResolveTest, ALinkJoinsTwo) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1}), {{1, 2, 700'000}}), ElementsAre(Rows{0}, Rows{1, 2}));
}

TEST(ResolveTest, ALinkOnTheThresholdJoins) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 1}), {{0, 1, 600'000}}), ElementsAre(Rows{0, 1}));
}

TEST(ResolveTest, APairBelowTheThresholdIsNoLink) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 1}), {{0, 1, 599'999}}), ElementsAre(Rows{0}, Rows{1}));
}

// Row 2 resembles both records of holder 0: the better one gets it.
TEST(ResolveTest, TheBetterOfTwoLinksWins) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1}), {{0, 2, 800'000}, {1, 2, 900'000}}),
              ElementsAre(Rows{0}, Rows{1, 2}));
}

// Greedy takes 0-2 first, and then 1-3 although 0-3 is better.
TEST(ResolveTest, TwoHoldersAreMatchedGreedily) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1, 1}),
                         {{0, 2, 950'000}, {0, 3, 900'000}, {1, 2, 850'000}, {1, 3, 700'000}}),
              ElementsAre(Rows{0, 2}, Rows{1, 3}));
}

TEST(ResolveTest, TiesGoToTheLowestLeftRow) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1}), {{1, 2, 800'000}, {0, 2, 800'000}}),
              ElementsAre(Rows{0, 2}, Rows{1}));
}

TEST(ResolveTest, TiesOfOneLeftRowGoToTheLowestRightRow) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 1, 1}), {{0, 2, 800'000}, {0, 1, 800'000}}),
              ElementsAre(Rows{0, 1}, Rows{2}));
}

TEST(ResolveTest, ThreeHoldersMakeOnePerson) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 1, 2}), {{0, 1, 900'000}, {0, 2, 800'000}, {1, 2, 800'000}}),
              ElementsAre(Rows{0, 1, 2}));
}

// 0-1 and 1-2 are sure, but then 2 would join a second record of holder 0.
TEST(ResolveTest, AHolderWithoutDuplicatesIsNotJoinedToItselfOverAThird) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1}), {{0, 2, 1'000'000}, {1, 2, 1'000'000}}),
              ElementsAre(Rows{0, 2}, Rows{1}));
  EXPECT_THAT(
      ClustersOf(PeopleOf({0, 0, 1, 2}), {{0, 2, 1'000'000}, {1, 3, 1'000'000}, {2, 3, 1'000'000}}),
      ElementsAre(Rows{0, 2}, Rows{1, 3}));
}

TEST(ResolveTest, ADeclaredDuplicateIsJoinedWithinItsHolder) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0}, {0}), {{0, 1, 900'000}}), ElementsAre(Rows{0, 1}));
}

TEST(ResolveTest, DeclaredDuplicatesShareAPartnerElsewhere) {
  EXPECT_THAT(
      ClustersOf(PeopleOf({0, 0, 1}, {0}), {{0, 1, 900'000}, {0, 2, 900'000}, {1, 2, 900'000}}),
      ElementsAre(Rows{0, 1, 2}));
}

// Holder 0 declares duplicates, holder 1 does not: 0's records may not bring two of 1 together.
TEST(ResolveTest, DuplicatesOfOneHolderDoNotExcuseAnother) {
  EXPECT_THAT(ClustersOf(PeopleOf({0, 0, 1, 1}, {0}),
                         {{0, 1, 1'000'000}, {0, 2, 900'000}, {1, 2, 900'000}, {1, 3, 800'000}}),
              ElementsAre(Rows{0, 1, 2}, Rows{3}));
}

// 0 and 1 are one person. 2 resembles only 1, so of the two pairs one counts 200,000: the mean is
// (s + 200,000) / 2, which reaches four fifths of the threshold, 480,000, at s = 760,000.
TEST(ResolveTest, AThirdRecordThatResemblesOneOfTwoNeedsTheMean) {
  const Population people = PeopleOf({0, 1, 2});
  EXPECT_THAT(ClustersOf(people, {{0, 1, 990'000}, {1, 2, 760'000}}), ElementsAre(Rows{0, 1, 2}));
  EXPECT_THAT(ClustersOf(people, {{0, 1, 990'000}, {1, 2, 759'999}}),
              ElementsAre(Rows{0, 1}, Rows{2}));
}

// The same, where 0 and 2 have something in common, though less than a link needs:
// (650,000 + 310,000) / 2 is 480,000.
TEST(ResolveTest, WhatIsBelowTheThresholdStillCountsForTheMean) {
  const Population people = PeopleOf({0, 1, 2});
  EXPECT_THAT(ClustersOf(people, {{0, 1, 990'000}, {1, 2, 650'000}, {0, 2, 310'000}}),
              ElementsAre(Rows{0, 1, 2}));
  EXPECT_THAT(ClustersOf(people, {{0, 1, 990'000}, {1, 2, 650'000}, {0, 2, 309'999}}),
              ElementsAre(Rows{0, 1}, Rows{2}));
}

// Two persons of two records each, and one chance resemblance: (900,000 + 3 * 200,000) / 4 is far
// below 480,000.
TEST(ResolveTest, OneLinkDoesNotChainTwoPersons) {
  const Population people = PeopleOf({0, 1, 2, 3});
  EXPECT_THAT(ClustersOf(people, {{0, 1, 990'000}, {2, 3, 990'000}, {1, 2, 900'000}}),
              ElementsAre(Rows{0, 1}, Rows{2, 3}));
}

TEST(ResolveTest, EnoughLinksJoinTwoPersons) {
  const Population people = PeopleOf({0, 1, 2, 3});
  EXPECT_THAT(
      ClustersOf(
          people,
          {{0, 1, 990'000}, {2, 3, 990'000}, {1, 2, 900'000}, {0, 2, 600'000}, {0, 3, 600'000}}),
      ElementsAre(Rows{0, 1, 2, 3}));
}

// 1-2 is refused, for (750,000 + 200,000) / 2 is below 480,000. Once 3 has joined 2, the link 0-3
// brings all four together: (750,000 + 650,000 + 500,000 + 200,000) / 4 is 525,000.
TEST(ResolveTest, ALinkRefusedStillCountsForALaterOne) {
  const std::vector<ScoredPair> pairs = {
      {0, 1, 990'000}, {1, 2, 750'000}, {2, 3, 700'000}, {0, 3, 650'000}, {1, 3, 500'000}};
  EXPECT_THAT(ClustersOf(PeopleOf({0, 1, 2, 3}), pairs), ElementsAre(Rows{0, 1, 2, 3}));
}

}  // namespace
}  // namespace musubi::engine
