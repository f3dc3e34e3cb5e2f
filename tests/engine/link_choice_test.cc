// Which links may join clusters.
#include "engine/resolve/link_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kThreshold = 600'000;

std::vector<Rows> ClustersOf(ResolutionKind kind, const Population& people,
                             const std::vector<ScoredPair>& pairs) {
  return ListOf(ResolvePairs(people, pairs, kThreshold, 1'000'000, 2, kind));
}

// Rows 0, 1 of one holder and 2, 3 of another. Greedy takes 0-2 and is left with 1-3; 0-3 and 1-2
// have more together.
const std::vector<ScoredPair> kSquare = {
    {0, 2, 950'000}, {0, 3, 900'000}, {1, 2, 900'000}, {1, 3, 700'000}};

TEST(LinkChoiceTest, TheOptimalMatchingHasTheMostWeight) {
  const Population people = PeopleOf({0, 0, 1, 1});
  EXPECT_THAT(ClustersOf(ResolutionKind::kGreedy, people, kSquare),
              ElementsAre(Rows{0, 2}, Rows{1, 3}));
  EXPECT_THAT(ClustersOf(ResolutionKind::kOptimal, people, kSquare),
              ElementsAre(Rows{0, 3}, Rows{1, 2}));
}

TEST(LinkChoiceTest, MutualBestLeavesThoseWhoAreNobodysBest) {
  const Population people = PeopleOf({0, 0, 1, 1});
  EXPECT_THAT(ClustersOf(ResolutionKind::kMutualBest, people, kSquare),
              ElementsAre(Rows{0, 2}, Rows{1}, Rows{3}));
}

// 1-3 is nobody's best: 3 prefers 0, and 1 prefers 2. Each of 0-3 and 1-2 is the best of one.
TEST(LinkChoiceTest, StrongFirstTakesTheBestOfOneRecordAfterwards) {
  const Population people = PeopleOf({0, 0, 1, 1});
  EXPECT_THAT(ChooseLinks(ResolutionKind::kStrongFirst, people, kSquare),
              ElementsAre(kSquare[0], kSquare[1], kSquare[2]));
  EXPECT_THAT(ClustersOf(ResolutionKind::kStrongFirst, people, kSquare),
              ElementsAre(Rows{0, 2}, Rows{1}, Rows{3}));
}

// Row 2 links to both records of a holder that declares duplicates: both may be its person's.
TEST(LinkChoiceTest, TowardsAHolderWithDuplicatesEveryLinkIsABest) {
  const Population people = PeopleOf({0, 0, 1}, {0});
  const std::vector<ScoredPair> pairs = {{0, 2, 900'000}, {1, 2, 800'000}, {0, 1, 700'000}};
  for (const ResolutionKind kind :
       {ResolutionKind::kMutualBest, ResolutionKind::kStrongFirst, ResolutionKind::kOptimal}) {
    EXPECT_THAT(ClustersOf(kind, people, pairs), ElementsAre(Rows{0, 1, 2}));
  }
}

// The largest sum over all one-to-one choices of links, by trying them all.
std::uint64_t MostWeight(std::span<const ScoredPair> links, std::uint32_t least,
                         std::set<std::uint32_t> taken = {}) {
  if (links.empty()) return 0;
  const ScoredPair& link = links.front();
  const std::uint64_t without = MostWeight(links.subspan(1), least, taken);
  if (taken.contains(link.left) || taken.contains(link.right)) return without;
  taken.insert({link.left, link.right});
  return std::max(without, link.score - least + 1 + MostWeight(links.subspan(1), least, taken));
}

TEST(LinkChoiceTest, NoMatchingHasMoreWeightThanTheOptimalOne) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const Population people = PeopleOf({0, 0, 0, 0, 1, 1, 1, 1});
    std::vector<ScoredPair> links;
    for (std::uint32_t a = 0; a < 4; ++a) {
      for (std::uint32_t b = 4; b < 8; ++b) {
        if (random() % 3 == 0) continue;
        links.push_back({a, b, static_cast<std::uint32_t>(kThreshold + random() % 5)});
      }
    }
    if (links.empty()) continue;
    std::ranges::sort(links, [](const ScoredPair& x, const ScoredPair& y) {
      return std::tuple(y.score, x.left, x.right) < std::tuple(x.score, y.left, y.right);
    });
    const std::uint32_t least = links.back().score;
    std::uint64_t sum = 0;
    std::set<std::uint32_t> rows;
    for (const ScoredPair& link : ChooseLinks(ResolutionKind::kOptimal, people, links)) {
      sum += link.score - least + 1;
      ASSERT_TRUE(rows.insert(link.left).second && rows.insert(link.right).second);
    }
    ASSERT_EQ(sum, MostWeight(links, least));
  }
}

TEST(LinkChoiceTest, NeitherOrderNorThreadsNorMemoryChangeTheResult) {
  for (const ResolutionKind kind :
       {ResolutionKind::kMutualBest, ResolutionKind::kStrongFirst, ResolutionKind::kOptimal}) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      SCOPED_TRACE(seed);
      RandomGraph graph = GraphOf({.sources = 4, .duplicates_percent = 30}, seed);
      const auto expected =
          ResolvePairs(graph.population, graph.pairs, kThreshold, 1'000'000, 2, kind).first_of;
      std::mt19937_64 random(seed);
      std::ranges::shuffle(graph.pairs, random);
      ASSERT_EQ(ResolvePairs(graph.population, graph.pairs, kThreshold, 3, 1, kind).first_of,
                expected);
    }
  }
}

}  // namespace
}  // namespace musubi::engine
