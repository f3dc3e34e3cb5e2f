// What pairs known to be two persons' say of links.
#include "engine/link/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;

std::uint64_t Staying(const Population& people, const std::vector<ScoredPair>& links,
                      const std::vector<ScoredPair>& hits) {
  return HitsThatStay(PairList(links, 0), hits, people).value();
}

TEST(ControlTest, PairsAreCandidatesOrControl) {
  const PairTotals totals = AllPairsOf(PeopleOf({0, 0, 0, 1, 1, 2}, {1}));
  EXPECT_EQ(totals.control, 3U);
  EXPECT_EQ(totals.candidates, 15U - 3U);
  EXPECT_EQ(AllPairsOf(PeopleOf({})).candidates, 0U);
}

TEST(ControlTest, AHitStaysWhereNeitherRecordHasABetterLink) {
  const Population people = PeopleOf({0, 0, 0, 0, 1, 1});
  const std::vector<ScoredPair> links = {{0, 4, 700}, {2, 5, 900}};
  EXPECT_EQ(Staying(people, links, {{0, 1, 800}}), 1U);
  EXPECT_EQ(Staying(people, links, {{0, 1, 700}}), 0U);  // as good: the link is there first
  EXPECT_EQ(Staying(people, links, {{1, 2, 800}}), 0U);
  EXPECT_EQ(Staying(people, links, {{1, 3, 100}, {0, 1, 800}, {1, 2, 800}}), 2U);
}

// Towards holder 1 record 0 has a better link, towards holder 2 it has none: half a mistake,
// rounded up; two of them are one.
TEST(ControlTest, AHitIsHeldAgainstEachOtherHolder) {
  const Population people = PeopleOf({0, 0, 0, 0, 1, 2});
  const std::vector<ScoredPair> links = {{0, 4, 900}, {2, 4, 900}};
  EXPECT_EQ(Staying(people, links, {{0, 1, 800}}), 1U);
  EXPECT_EQ(Staying(people, links, {{0, 1, 800}, {2, 3, 800}}), 1U);
  EXPECT_EQ(Staying(people, links, {{0, 1, 800}, {1, 3, 800}}), 2U);
}

// A holder with duplicates may link a record to several of its own: no link there is in the way.
TEST(ControlTest, LinksToAHolderWithDuplicatesAreNoRivals) {
  const Population people = PeopleOf({0, 0, 1}, {1});
  EXPECT_EQ(Staying(people, {{0, 2, 900}}, {{0, 1, 800}}), 1U);
}

std::optional<std::uint32_t> Least(const Threshold& precision, const PairTotals& totals,
                                   const std::vector<std::uint32_t>& links,
                                   const std::vector<std::uint32_t>& hits) {
  std::vector<ScoredPair> linked;
  for (std::uint32_t i = 0; i < links.size(); ++i) linked.push_back({i, 1'000 + i, links[i]});
  std::vector<ScoredPair> mistakes;
  for (std::uint32_t i = 0; i < hits.size(); ++i) mistakes.push_back({i, i + 1, hits[i]});
  return LeastScore(precision, PairList(linked, 0), mistakes, totals).value();
}

// At 600 there are five links, one of which is wrong: 0.8 are right. At 500 there are six and two.
TEST(LeastScoreTest, IsTheLowestThatIsPreciseEnough) {
  const std::vector<std::uint32_t> links = {900, 800, 700, 650, 600, 500};
  const std::vector<std::uint32_t> hits = {620, 510};
  const PairTotals as_many{1'000, 1'000};
  EXPECT_EQ(Least({4, 5}, as_many, links, hits), 600U);
  EXPECT_EQ(Least({81, 100}, as_many, links, hits), 650U);
  EXPECT_EQ(Least({2, 3}, as_many, links, hits), 500U);
  // Each control pair stands for two candidates.
  EXPECT_EQ(Least({4, 5}, {2'000, 1'000}, links, hits), 650U);
  EXPECT_EQ(Least({3, 5}, {2'000, 1'000}, links, hits), 600U);
}

TEST(LeastScoreTest, AFewMistakesAtTheTopDoNotEndTheSearch) {
  const std::vector<std::uint32_t> links = {900, 800, 800, 800, 800, 800};
  EXPECT_EQ(Least({4, 5}, {1, 1}, links, {950}), 800U);
}

TEST(LeastScoreTest, IsNoneWhereNothingIsPreciseEnough) {
  EXPECT_EQ(Least({9, 10}, {1, 1}, {500, 400}, {900}), std::nullopt);
  EXPECT_EQ(Least({9, 10}, {1, 1}, {}, {}), std::nullopt);
}

TEST(BestLinksOfTest, AreThoseOfAtLeastTheScore) {
  const std::vector<ScoredPair> links = {{0, 1, 5}, {0, 2, 7}, {1, 2, 6}};
  const PairList all(links, 0);
  const BestLinksOf best = BestLinksOf::Make(all, 6).value();
  EXPECT_EQ(best.links(), 2U);
  std::vector<ScoredPair> found;
  ASSERT_TRUE(best.Visit([&](std::span<const ScoredPair> some) {
                    found.insert(found.end(), some.begin(), some.end());
                  })
                  .ok());
  EXPECT_THAT(found, ElementsAre(links[1], links[2]));
}

}  // namespace
}  // namespace musubi::engine
