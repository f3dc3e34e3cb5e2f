#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <map>

#include "tests/blocking/populations.h"

namespace musubi::blocking {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What the operator is told of one pass, counted one record at a time.
BlockPassStats StatsOf(std::span<const BlockToken> tokens, std::uint32_t max_records = 0) {
  std::map<BlockToken, std::uint64_t> sizes;
  BlockPassStats stats;
  for (const BlockToken& token : tokens) {
    if (token == BlockToken{}) continue;
    ++stats.tokens;
    ++sizes[token];
  }
  for (const auto& [token, size] : sizes) {
    const bool is_left_out = max_records != 0 && size > max_records;
    stats.blocks += size >= 2 ? 1 : 0;
    stats.largest_block = std::max(stats.largest_block, size);
    (is_left_out ? stats.left_out_visits : stats.visits) += size * (size - 1) / 2;
    stats.left_out_blocks += is_left_out ? 1 : 0;
  }
  return stats;
}

// Whether two records share a token of a block that is not left out.
bool ShareABlock(const Population& p, std::span<const std::uint32_t> max_records, std::uint32_t a,
                 std::uint32_t b) {
  for (std::size_t pass = 0; pass < p.records.tokens.size(); ++pass) {
    const auto& tokens = p.records.tokens[pass];
    if (tokens[a] == BlockToken{} || tokens[a] != tokens[b]) continue;
    const auto size = static_cast<std::uint64_t>(std::ranges::count(tokens, tokens[a]));
    const std::uint32_t most = pass < max_records.size() ? max_records[pass] : 0;
    if (most == 0 || size <= most) return true;
  }
  return false;
}

void ExpectAsTheOracle(const Population& population,
                       const std::vector<std::uint32_t>& max_records = {}) {
  std::vector<BlockPassStats> stats;
  const auto plan = PlanBlocks(population, &stats, {}, max_records);
  EXPECT_EQ(Sorted(Emitted(*plan)),
            PairsWhere(population, [&](const Population& p, std::uint32_t a, std::uint32_t b) {
              return MayBeOnePerson(p, a, b) && ShareABlock(p, max_records, a, b);
            }));
  EXPECT_EQ(WouldHavePairs(population, *plan), Sorted(Emitted(*plan)));
  EXPECT_EQ(SumOfTileVisits(*plan), plan->visits());
  std::uint64_t visits = 0;
  ASSERT_EQ(stats.size(), population.records.tokens.size());
  for (std::size_t pass = 0; pass < stats.size(); ++pass) {
    const BlockPassStats expected =
        StatsOf(population.records.tokens[pass], pass < max_records.size() ? max_records[pass] : 0);
    EXPECT_EQ(stats[pass].left_out_blocks, expected.left_out_blocks);
    EXPECT_EQ(stats[pass].left_out_visits, expected.left_out_visits);
    EXPECT_EQ(stats[pass].tokens, expected.tokens);
    EXPECT_EQ(stats[pass].blocks, expected.blocks);
    EXPECT_EQ(stats[pass].largest_block, expected.largest_block);
    EXPECT_EQ(stats[pass].visits, expected.visits);
    visits += expected.visits;
  }
  EXPECT_EQ(plan->visits(), visits);
}

class BlocksTest : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, BlocksTest, testing::Range<std::uint64_t>(1, 6));

TEST_P(BlocksTest, OnePassFindsEachPairOfABlockOnce) {
  ExpectAsTheOracle(RandomPopulation({.rows = 300, .tokens_of_pass = {40}}, GetParam()));
}

// With so few tokens most pairs are in a block of several passes.
TEST_P(BlocksTest, APairThatSeveralPassesFindComesOnce) {
  ExpectAsTheOracle(RandomPopulation({.rows = 200, .tokens_of_pass = {3, 2, 4, 3}}, GetParam()));
}

TEST_P(BlocksTest, HonoursHoldersAndSettledRecords) {
  for (const unsigned settled : {10U, 60U, 100U}) {
    ExpectAsTheOracle(RandomPopulation({.rows = 250,
                                        .sources = 6,
                                        .tokens_of_pass = {20, 5},
                                        .settled_percent = settled,
                                        .duplicates_percent = 50},
                                       GetParam()));
  }
}

// Blocks have some 15, 60, 150 and 7 records: some of each pass but the last are left out, and
// their pairs are found where another pass has them.
TEST_P(BlocksTest, BlocksThatAreTooLargeAreLeftToOtherPasses) {
  const Population population =
      RandomPopulation({.rows = 300, .tokens_of_pass = {18, 5, 2, 40}}, GetParam());
  ExpectAsTheOracle(population, {15, 50, 2});
  ExpectAsTheOracle(population, {0, 2, 1'000'000, 7});
  ExpectAsTheOracle(population, {2, 2, 2, 2});
}

TEST_P(BlocksTest, EmitsEveryPairThatTeaches) {
  ExpectAsTheOracle(RandomPopulation(
      {.rows = 250, .tokens_of_pass = {20, 5}, .settled_percent = 50, .learns = true}, GetParam()));
}

TEST_P(BlocksTest, ManyRecordsWithoutATokenAreNoBlock) {
  ExpectAsTheOracle(RandomPopulation(
      {.rows = 300, .tokens_of_pass = {10, 10, 10}, .none_percent = 80}, GetParam()));
}

// Tokens that differ in one bit, at either end, are two tokens.
TEST(BlocksTest, ComparesWholeTokens) {
  Population population = RandomPopulation(
      {.rows = 3, .sources = 1, .tokens_of_pass = {1}, .duplicates_percent = 100}, 1);
  auto& tokens = population.records.tokens[0];
  tokens = {TokenOf(1), TokenOf(1), TokenOf(1)};
  tokens[1].bytes[0] = 1;
  tokens[2].bytes[15] = 0x81;
  std::vector<BlockPassStats> stats;
  EXPECT_THAT(Emitted(*PlanBlocks(population, &stats)), IsEmpty());
  tokens[1] = tokens[2];
  EXPECT_THAT(Emitted(*PlanBlocks(population, &stats)), ElementsAre(Pair(1, 2)));
}

// A pass in which both have no token does not hide the pass that finds them.
TEST(BlocksTest, TwoMissingTokensAreNotShared) {
  Population population = RandomPopulation(
      {.rows = 2, .sources = 1, .tokens_of_pass = {1, 1}, .duplicates_percent = 100}, 1);
  population.records.tokens[0] = {TokenOf(0), TokenOf(0)};
  population.records.tokens[1] = {TokenOf(5), TokenOf(5)};
  std::vector<BlockPassStats> stats;
  EXPECT_THAT(Emitted(*PlanBlocks(population, &stats)), ElementsAre(Pair(0, 1)));
  EXPECT_EQ(stats[0].tokens, 0U);
  EXPECT_EQ(stats[1].largest_block, 2U);
}

// Everyone in one block: two million pairs, over several tiles, none left out.
TEST(BlocksTest, AHugeBlockIsSharedOutOverTiles) {
  const Population population = RandomPopulation(
      {.rows = 2000, .tokens_of_pass = {1}, .none_percent = 0, .settled_percent = 30}, 1);
  ExpectAsTheOracle(population);
  std::vector<BlockPassStats> stats;
  const auto plan = PlanBlocks(population, &stats);
  EXPECT_GE(plan->tiles(), 5U);
  EXPECT_EQ(stats[0].largest_block, 2000U);
  for (std::size_t tile = 0; tile < plan->tiles(); ++tile) {
    EXPECT_LE(plan->tile_visits(tile), plan->visits() / 4) << tile;
  }
}

TEST(BlocksTest, AHugeBlockBesideSmallOnesInSeveralPasses) {
  Population population =
      RandomPopulation({.rows = 1500, .tokens_of_pass = {200, 1, 3}, .duplicates_percent = 50}, 2);
  ExpectAsTheOracle(population);
}

TEST(BlocksTest, NothingInIsNothingOut) {
  std::vector<BlockPassStats> stats;
  const Population none;
  EXPECT_THAT(Emitted(*PlanBlocks(none, &stats)), IsEmpty());
  EXPECT_THAT(stats, IsEmpty());
  const Population without_rows = RandomPopulation({.rows = 0, .tokens_of_pass = {5, 5}}, 1);
  EXPECT_THAT(Emitted(*PlanBlocks(without_rows, &stats)), IsEmpty());
  EXPECT_EQ(stats.size(), 2U);
  EXPECT_EQ(stats[1].largest_block, 0U);
}

TEST(BlocksTest, OneRecordIsNoPair) {
  std::vector<BlockPassStats> stats;
  const Population population =
      RandomPopulation({.rows = 1, .tokens_of_pass = {1}, .none_percent = 0}, 1);
  const auto plan = PlanBlocks(population, &stats);
  EXPECT_THAT(Emitted(*plan), IsEmpty());
  EXPECT_EQ(plan->visits(), 0U);
  EXPECT_EQ(stats[0].tokens, 1U);
  EXPECT_EQ(stats[0].blocks, 0U);
  EXPECT_EQ(stats[0].largest_block, 1U);
}

TEST(BlocksTest, WithoutPassesThereAreNoPairs) {
  std::vector<BlockPassStats> stats(3);
  const Population population = RandomPopulation({.rows = 10}, 1);
  EXPECT_THAT(Emitted(*PlanBlocks(population, &stats)), IsEmpty());
  EXPECT_THAT(stats, IsEmpty());
}

// Large enough that tbb::parallel_sort does divide the work.
TEST(BlocksTest, ThePlanDoesNotDependOnTheNumberOfThreads) {
  const Population population =
      RandomPopulation({.rows = 60'000, .tokens_of_pass = {5000, 20'000}}, 3);
  std::vector<std::vector<Pair>> pairs;
  std::vector<std::size_t> tiles;
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, 8);
  for (const int threads : {1, 2, 8}) {
    tbb::task_arena arena(threads);
    arena.execute([&] {
      std::vector<BlockPassStats> stats;
      const auto plan = PlanBlocks(population, &stats);
      pairs.push_back(Emitted(*plan));
      tiles.push_back(plan->tiles());
    });
  }
  EXPECT_GT(pairs[0].size(), 100'000U);
  EXPECT_TRUE(pairs[0] == pairs[1]);
  EXPECT_TRUE(pairs[0] == pairs[2]);
  EXPECT_EQ(tiles[0], tiles[1]);
  EXPECT_EQ(tiles[0], tiles[2]);
}

// Tiles may be taken by any thread in any order.
TEST(BlocksTest, TilesEmitTheSameFromManyThreads) {
  const Population population =
      RandomPopulation({.rows = 3000, .tokens_of_pass = {2, 3}, .none_percent = 0}, 4);
  std::vector<BlockPassStats> stats;
  const auto plan = PlanBlocks(population, &stats);
  std::vector<CandidateBatch> batches(plan->tiles());
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, 8);
  tbb::task_arena arena(8);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, plan->tiles(),
                      [&](std::size_t tile) { plan->Emit(tile, &batches[tile]); });
  });
  ASSERT_GE(plan->tiles(), 8U);
  CandidateBatch expected;
  for (std::size_t tile = 0; tile < plan->tiles(); ++tile) {
    plan->Emit(tile, &expected);
    EXPECT_TRUE(batches[tile].lefts == expected.lefts);
    EXPECT_TRUE(batches[tile].offsets == expected.offsets);
    EXPECT_TRUE(batches[tile].rights == expected.rights);
  }
}

}  // namespace
}  // namespace musubi::blocking
