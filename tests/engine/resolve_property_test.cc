// What holds of every resolution, over random graphs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

constexpr std::uint32_t kThreshold = 600'000;
constexpr std::uint64_t kGraphs = 400;

struct Case {
  const char* name;
  GraphRecipe recipe;
};

void PrintTo(const Case& graphs, std::ostream* out) { *out << graphs.name; }

class ResolvePropertyTest : public testing::TestWithParam<Case> {
 protected:
  // Calls `check` with many graphs, each under a trace of its seed.
  template <typename Check>
  static void ForEachGraph(Check check) {
    for (std::uint64_t seed = 1; seed <= kGraphs; ++seed) {
      SCOPED_TRACE(seed);
      check(GraphOf(GetParam().recipe, seed));
      if (HasFatalFailure()) return;
    }
  }

  static Resolution Resolved(const RandomGraph& graph) {
    return ResolvePairs(graph.population, graph.pairs, kThreshold);
  }
};

INSTANTIATE_TEST_SUITE_P(
    Graphs, ResolvePropertyTest,
    testing::Values(
        Case{"two_holders", {.sources = 2, .pair_percent = 30}},
        Case{"five_holders", {.sources = 5, .pair_percent = 40}},
        Case{"weak_pairs", {.sources = 4, .pair_percent = 60, .least_score = 400'000}},
        Case{"duplicates", {.sources = 3, .duplicates_percent = 60}},
        Case{"only_duplicates", {.sources = 2, .duplicates_percent = 100}},
        Case{"all",
             {.sources = 5, .duplicates_percent = 40, .pair_percent = 50, .least_score = 440'000}}),
    [](const auto& c) { return std::string(c.param.name); });

TEST_P(ResolvePropertyTest, IsWhatTheRulesSay) {
  ForEachGraph([](const RandomGraph& graph) {
    const Resolution resolution = Resolved(graph);
    const SlowResolution slow(graph, kThreshold);
    ASSERT_EQ(ListOf(resolution), slow.clusters());
  });
}

TEST_P(ResolvePropertyTest, EveryRowIsInOneClusterInOrder) {
  ForEachGraph([](const RandomGraph& graph) {
    Rows rows;
    Rows firsts;
    for (const Rows& cluster : ListOf(Resolved(graph))) {
      ASSERT_FALSE(cluster.empty());
      EXPECT_TRUE(std::ranges::is_sorted(cluster));
      firsts.push_back(cluster.front());
      rows.insert(rows.end(), cluster.begin(), cluster.end());
    }
    EXPECT_TRUE(std::ranges::is_sorted(firsts));
    std::ranges::sort(rows);
    Rows expected;
    for (std::uint32_t row = 0; row < graph.population.rows(); ++row) expected.push_back(row);
    ASSERT_EQ(rows, expected);
  });
}

TEST_P(ResolvePropertyTest, AHolderWithoutDuplicatesIsNeverTwiceInACluster) {
  ForEachGraph([](const RandomGraph& graph) {
    for (const Rows& cluster : ListOf(Resolved(graph))) {
      std::set<std::uint16_t> seen;
      for (const std::uint32_t row : cluster) {
        const std::uint16_t source = graph.population.source[row];
        if (graph.population.allows_within[source] != 0) continue;
        ASSERT_TRUE(seen.insert(source).second);
      }
    }
  });
}

TEST_P(ResolvePropertyTest, DoesNotDependOnTheOrderOfPairs) {
  ForEachGraph([](const RandomGraph& graph) {
    const Resolution resolution = Resolved(graph);
    RandomGraph shuffled = graph;
    std::mt19937_64 random(graph.pairs.size());
    for (int i = 0; i < 3; ++i) {
      std::shuffle(shuffled.pairs.begin(), shuffled.pairs.end(), random);
      const Resolution again = Resolved(shuffled);
      ASSERT_EQ(again.first_of, resolution.first_of);
    }
  });
}

// Nor on how many links may be in memory: the components are resolved some at a time.
TEST_P(ResolvePropertyTest, DoesNotDependOnMemoryOrThreads) {
  ForEachGraph([](const RandomGraph& graph) {
    const Resolution resolution = Resolved(graph);
    for (const std::uint64_t in_memory : {1U, 5U, 20U}) {
      const Resolution again =
          ResolvePairs(graph.population, graph.pairs, kThreshold, in_memory, 1);
      ASSERT_EQ(again.first_of, resolution.first_of);
    }
  });
}

// The tests above mean something only where some pairs were joined and some refused.
TEST_P(ResolvePropertyTest, TheGraphsAreNeitherTrivialNorSaturated) {
  std::size_t joined = 0;
  std::size_t alone = 0;
  ForEachGraph([&](const RandomGraph& graph) {
    for (const Rows& cluster : ListOf(Resolved(graph))) {
      (cluster.size() > 1 ? joined : alone) += 1;
    }
  });
  EXPECT_GT(joined, kGraphs);
  EXPECT_GT(alone, kGraphs / 4);
}

}  // namespace
}  // namespace musubi::engine
