// Records to patterns, counts and weighed pairs: a small population, against a plain loop.
#include "engine/link/learn_links.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "engine/link/count_patterns.h"
#include "engine/link/weigh_pairs.h"
#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;

// Two filters of grams, one of whole values, a block token and a match token.
constexpr const char* kContract = R"({
  "musubi_contract": 1, "name": "test", "profile": "fields",
  "fields": [{"name": "a", "kind": "name"}, {"name": "b", "kind": "date"},
             {"name": "c", "kind": "digits"}],
  "filters": [
    {"name": "a", "bits": 64, "features": [
      {"field": "a", "tokens": {"kind": "qgram"}, "positions": 4}]},
    {"name": "b", "bits": 128, "features": [
      {"field": "b", "tokens": {"kind": "exact"}, "positions": 4}]},
    {"name": "c", "bits": 64, "features": [
      {"field": "c", "tokens": {"kind": "qgram"}, "positions": 4}]}],
  "block_tokens": [{"name": "c", "parts": [{"field": "c"}]}],
  "match_tokens": [{"name": "t", "parts": [{"field": "a"}, {"field": "c"}]}],
  "linkage": {"model": {"kind": "fellegi_sunter", "threshold": "0.5"}}})";

const Contract& TestContract() {
  static const Contract contract = Contract::Parse(kContract).value();
  return contract;
}

// Three holders, the last of which declares duplicates; values repeat, some are missing.
Population SomePopulation(std::uint32_t rows) {
  std::mt19937_64 random(5);
  Population population;
  population.records = MakeEncodingSet(TestContract().filter_bits(), 2);
  population.records.Resize(rows);
  population.allows_within = {0, 0, 1};
  population.settled.assign(rows, 0);
  for (std::uint32_t row = 0; row < rows; ++row) {
    population.source.push_back(static_cast<std::uint16_t>(3 * row / rows));
    for (FilterColumn& filter : population.records.filters) {
      if (random() % 8 == 0) continue;
      filter.present[row] = 1;
      const std::uint64_t value = random() % 20;
      for (std::uint64_t bit = 0; bit < 10; ++bit) {
        filter.bits.Set(row, (value * 7 + bit * bit * (1 + value % 3)) % filter.bits.bits());
      }
    }
    population.records.tokens[0][row].bytes[0] = static_cast<std::uint8_t>(random() % 10);
    population.records.tokens[1][row].bytes[0] = static_cast<std::uint8_t>(random() % 5);
  }
  for (FilterColumn& filter : population.records.filters) filter.CountBits();
  population.learns = true;
  return population;
}

FilterRows RowsOf(const Population& population) {
  FilterRows rows(TestContract().filter_bits(), {0, 1, 2});
  rows.Append(population.records);
  return rows;
}

// What a pair's pattern must be, filter by filter.
Pattern PlainPattern(const Population& population, const ValueRarity& rarity, std::uint32_t a,
                     std::uint32_t b) {
  Pattern pattern = 0;
  for (std::size_t f = 0; f < 3; ++f) {
    const FilterColumn& filter = population.records.filters[f];
    std::uint32_t common = 0;
    for (std::size_t bit = 0; bit < filter.bits.bits(); ++bit) {
      common += filter.bits.Get(a, bit) && filter.bits.Get(b, bit) ? 1 : 0;
    }
    unsigned level = FilterLevels(TestContract().filters()[f])
                         .Of(common, filter.popcounts[a], filter.popcounts[b]);
    if (level == kEqual) level = rarity.level(a, f);
    pattern |= AtPlace(level, f);
  }
  const auto& tokens = population.records.tokens[1];
  if (tokens[a].is_none() || tokens[b].is_none()) return pattern;
  return pattern | AtPlace(tokens[a] == tokens[b] ? kEqual : kUnlike, 3);
}

TEST(ValueRarityTest, CountsHowOftenFiltersAreEqual) {
  // Of 64 records 32 have one value, 8 another, 1 a third, and 23 none: 41 are there.
  Population population;
  population.records = MakeEncodingSet(TestContract().filter_bits(), 2);
  population.records.Resize(64);
  FilterColumn& filter = population.records.filters[1];
  for (std::uint32_t row = 0; row < 41; ++row) {
    filter.present[row] = 1;
    filter.bits.Set(row, row < 32 ? 5 : row < 40 ? 6 : 7);
  }
  filter.CountBits();
  const ValueRarity rarity(RowsOf(population));
  EXPECT_EQ(rarity.level(0, 1), kEqual);       // of 41 / 32
  EXPECT_EQ(rarity.level(32, 1), kEqual + 1);  // of 41 / 8 = 5: two halvings
  EXPECT_EQ(rarity.level(40, 1), kEqual + 2);  // of 41: five halvings
  const std::vector<std::uint32_t> some = {40, 0};
  EXPECT_EQ(rarity.Of(some).level(0, 1), kEqual + 2);
  EXPECT_EQ(rarity.Of(some).level(1, 1), kEqual);
  const std::vector<LevelTable> shares = rarity.Shares(TestContract());
  ASSERT_EQ(shares.size(), 4U);
  EXPECT_DOUBLE_EQ(shares[1][kEqual], 32.0 / 41);
  EXPECT_DOUBLE_EQ(shares[1][kEqual + 1], 8.0 / 41);
  EXPECT_DOUBLE_EQ(shares[1][kEqual + 2], 1.0 / 41);
  EXPECT_DOUBLE_EQ(shares[3][kEqual], 1);  // the match token
}

TEST(ThrowCoinsTest, FollowWhatFiltersHold) {
  Population population = SomePopulation(400);
  const std::vector<std::uint8_t> coins = ThrowCoins(RowsOf(population));
  const auto heads = std::ranges::count(coins, 1);
  EXPECT_GT(heads, 120);
  EXPECT_LT(heads, 280);
  std::vector<std::uint32_t> order(400);
  for (std::uint32_t row = 0; row < 400; ++row) order[row] = 399 - row;
  population.records.Reorder(order);
  const std::vector<std::uint8_t> turned = ThrowCoins(RowsOf(population));
  EXPECT_TRUE(std::ranges::equal(coins, std::vector(turned.rbegin(), turned.rend())));
}

TEST(CountPatternsTest, CountsEveryPairByItsKind) {
  const Population population = SomePopulation(90);
  const FilterRows rows = RowsOf(population);
  const ValueRarity rarity(rows);
  const std::vector<std::uint8_t> coins = ThrowCoins(rows);
  std::map<Pattern, std::array<std::uint64_t, kPairKinds>> expected;
  for (std::uint32_t a = 0; a < 90; ++a) {
    for (std::uint32_t b = a + 1; b < 90; ++b) {
      const bool one_holder = a / 30 == b / 30 && a < 60;
      const std::size_t kind = !one_holder ? 0 : coins[a] == coins[b] ? 1 : 2;
      ++expected[PlainPattern(population, rarity, a, b)][kind];
    }
  }
  const PatternSource source{population, rows,  TestContract(),
                             rarity,     coins, BestCompareKernel().run};
  const auto plan = blocking::PlanAllPairs(population);
  const auto counts = CountPatterns(source, *plan, {}).value();
  ASSERT_EQ(counts.size(), expected.size());
  for (const PatternCount& count : counts) EXPECT_EQ(count.counts, expected[count.pattern]);
}

TEST(CountPatternsTest, AnyNumberOfThreadsAndAnyKernelCountTheSame) {
  const Population population = SomePopulation(3'000);
  const FilterRows rows = RowsOf(population);
  const ValueRarity rarity(rows);
  const std::vector<std::uint8_t> coins = ThrowCoins(rows);
  const auto plan = blocking::PlanAllPairs(population);
  std::vector<std::vector<PatternCount>> results;
  for (const NamedKernel& kernel : CompareKernels()) {
    for (const int threads : {1, 2, 5}) {
      ExecContext context;
      context.threads = threads;
      const PatternSource source{population, rows, TestContract(), rarity, coins, kernel.run};
      results.push_back(CountPatterns(source, *plan, context).value());
    }
  }
  for (const auto& result : results) EXPECT_EQ(result, results.front());
}

// A model by hand: a pair is one person's where the first filter is equal.
PairModel FirstFilterDecides() {
  PairModel model;
  model.mixture.shapes.resize(4);
  model.mixture.values.resize(4);
  model.mixture.classes = {{0.5, {0, 0, 0, 0}}, {0.5, {1, 0, 0, 0}}};
  for (std::size_t place = 0; place < 4; ++place) {
    Shape shape;
    shape.chances.fill(0.1);
    model.mixture.AddShape(place, shape);
    for (unsigned level = kUnlike; level < kEqual; ++level) shape.chances[level] = 0.1 * 64;
    for (unsigned level = kEqual; level < kPatternLevels; ++level) shape.chances[level] = 0.1 / 64;
    if (place == 0) model.mixture.AddShape(place, shape);
  }
  return model;
}

TEST(WeightJudgeTest, KeepsLinksAndHits) {
  Population population = SomePopulation(60);
  population.settled.assign(60, 1);
  for (std::uint32_t row = 0; row < 60; row += 4) population.settled[row] = 0;
  const FilterRows rows = RowsOf(population);
  const ValueRarity rarity(rows);
  const std::vector<std::uint8_t> coins = ThrowCoins(rows);
  const PatternSource source{population, rows,  TestContract(),
                             rarity,     coins, BestCompareKernel().run};
  const auto plan = blocking::PlanAllPairs(population);
  const auto counts = CountPatterns(source, *plan, {}).value();
  const PatternWeights weights(FirstFilterDecides(), true, counts);
  FoundPairs weighed;
  const auto take = [&](ScoredPart part) -> Status {
    weighed = std::move(part.found);
    return {};
  };
  const JudgeMaker make_judge = [&] {
    return std::make_unique<WeightJudge>(source, weights, kBit);
  };
  ASSERT_TRUE(ScorePairs(*plan, make_judge, 0, {}, {}, take).ok());
  const WeightScores scores(source, weights, kBit);

  std::set<std::pair<std::uint32_t, std::uint32_t>> links;
  std::set<std::pair<std::uint32_t, std::uint32_t>> hits;
  std::uint64_t compared = 0;
  std::uint64_t reached = 0;
  for (std::uint32_t a = 0; a < 60; ++a) {
    for (std::uint32_t b = a + 1; b < 60; ++b) {
      const bool equal = LevelAt(PlainPattern(population, rarity, a, b), 0) >= kEqual;
      const bool one_holder = a / 20 == b / 20 && a < 40;
      const bool is_new = a % 4 == 0 || b % 4 == 0;
      compared += !one_holder && is_new ? 1 : 0;
      reached += !one_holder && equal ? 1 : 0;
      // A pair seven bits below the threshold tells nothing; one where the filter is missing is no
      // evidence, one bit below.
      const bool missing = LevelAt(PlainPattern(population, rarity, a, b), 0) == 0;
      const std::uint32_t unequal = missing ? kLinkScore - kScoreBit : 0;
      EXPECT_EQ(scores.Of(a, b), equal ? kLinkScore + 5 * kScoreBit : unequal);
      if (!equal) continue;
      if (one_holder && coins[a] != coins[b]) hits.emplace(a, b);
      if (!one_holder && is_new) links.emplace(a, b);
    }
  }
  EXPECT_EQ(weighed.compared, compared);
  EXPECT_EQ(weighed.reached, reached);
  EXPECT_FALSE(links.empty());
  EXPECT_FALSE(hits.empty());
  std::set<std::pair<std::uint32_t, std::uint32_t>> found;
  for (const ScoredPair& pair : weighed.links) {
    EXPECT_EQ(pair.score, kLinkScore + 5 * kScoreBit);
    found.emplace(pair.left, pair.right);
  }
  EXPECT_EQ(found, links);
  found.clear();
  for (const ScoredPair& pair : weighed.hits) found.emplace(pair.left, pair.right);
  EXPECT_EQ(found, hits);
}

TEST(ScoreOfTest, IsAThousandthPartOfABitAStep) {
  EXPECT_EQ(ScoreOf(0, 0), 120'000U);
  EXPECT_EQ(ScoreOf(1'000, 0), 128'000U);
  EXPECT_EQ(ScoreOf(-1, 0), 119'992U);
  EXPECT_EQ(ScoreOf(5'000, 7'000), 104'000U);
  EXPECT_EQ(ScoreOf(-100'000, 0), 0U);
  EXPECT_EQ(ScoreOf(200'000, 0), 1'000'000U);
}

// Three hits: one whose left record has a better link, one whose right record has, one that stays.
TEST(QualityOfTest, CountsHitsThatWouldHaveStayed) {
  const Population nobody = SomePopulation(0);
  LearnedRun learned{ValueRarity(RowsOf(nobody)), {}, {}, 0, {}, {}};
  learned.model.has_control = true;
  learned.model.pairs = FirstFilterDecides();
  learned.model.base.resize(4);
  learned.selection.candidates = 1'000;
  learned.selection.held_out = 500;
  const std::vector<ScoredPair> hits = {{0, 1, 200'000}, {1, 2, 210'000}, {3, 4, 150'000}};
  const std::vector<ScoredPair> linked = {{0, 5, 205'000}, {2, 6, 300'000}, {3, 7, 140'000}};
  const PairList links(linked, 0);
  const Population people = PeopleOf({0, 0, 0, 0, 0, 1, 1, 1});
  // Clusters of {0, 5}, {1, 2, 6} and {3, 4, 7}: 1 + 3 + 3 pairs.
  const std::vector<std::uint32_t> first_of = {0, 1, 1, 3, 3, 0, 1, 3};
  learned.weights.emplace(learned.model.pairs, true, std::vector<PatternCount>());
  const LinkQuality quality =
      QualityOf(learned, {people, links, 3, hits}, TestContract(), first_of).value();
  EXPECT_EQ(quality.control_hits, 1U);
  EXPECT_EQ(quality.control_pairs, 500U);
  EXPECT_EQ(quality.precision.value, 714'286U);  // 2 of 7
  EXPECT_FALSE(quality.certified());
  ASSERT_EQ(quality.comparisons.size(), 4U);
  EXPECT_EQ(quality.comparisons[3].name, "t");
}

}  // namespace
}  // namespace musubi::engine
