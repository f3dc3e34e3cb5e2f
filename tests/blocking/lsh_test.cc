#include "blocking/lsh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <bit>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "blocking/lsh_positions.h"
#include "blocking/lsh_recall.h"
#include "tests/blocking/populations.h"

namespace musubi::blocking {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SimilarityRule Dice(std::string_view threshold) {
  SimilarityRule rule;
  rule.threshold = Threshold::Parse(threshold).value();
  return rule;
}

// Appends a filter column: `set(row, bit)` says what is set; rows without a bit are absent.
template <typename Set>
void AddFilter(std::size_t bits, Set set, Population* population) {
  FilterColumn column;
  column.bits = BitMatrix(bits, population->rows());
  for (std::size_t row = 0; row < population->rows(); ++row) {
    for (std::size_t bit = 0; bit < bits; ++bit) {
      if (set(row, bit)) column.bits.Set(row, bit);
    }
  }
  column.CountBits();
  for (const std::uint32_t count : column.popcounts) column.present.push_back(count > 0 ? 1 : 0);
  population->records.filters.push_back(std::move(column));
}

// Rows are copies of a few filters, each bit of which is turned over with a chance of its row's,
// up to a tenth, so that there are many pairs on both sides of most thresholds.
Population NoisyCopies(const Recipe& recipe, std::size_t bits, std::size_t originals,
                       std::uint64_t seed) {
  Population population = RandomPopulation(recipe, seed);
  std::mt19937_64 random(seed);
  std::vector<std::vector<bool>> filters(originals, std::vector<bool>(bits));
  for (auto& filter : filters) {
    for (std::size_t bit = 0; bit < bits; ++bit) filter[bit] = random() % 2 == 0;
  }
  std::vector<std::uint64_t> original(recipe.rows);
  std::vector<std::uint64_t> noise(recipe.rows);
  for (std::size_t row = 0; row < recipe.rows; ++row) {
    original[row] = random() % originals;
    noise[row] = random() % 100;
  }
  AddFilter(
      bits,
      [&](std::size_t row, std::size_t bit) {
        return filters[original[row]][bit] != (random() % 1000 < noise[row]);
      },
      &population);
  return population;
}

// By the words of the header, bit by bit.
std::vector<Pair> SimilarPairs(const Population& population, const SimilarityRule& rule) {
  const FilterColumn& column = population.records.filters[0];
  return PairsWhere(population, [&](const Population& p, std::uint32_t a, std::uint32_t b) {
    if (!MayBeOnePerson(p, a, b) || column.present[a] == 0 || column.present[b] == 0) return false;
    std::uint32_t common = 0;
    for (std::size_t w = 0; w < column.bits.stride_words(); ++w) {
      common +=
          static_cast<std::uint32_t>(std::popcount(column.bits.row(a)[w] & column.bits.row(b)[w]));
    }
    return common >= rule.LeastCommon(column.popcounts[a], column.popcounts[b]);
  });
}

struct Planned {
  std::unique_ptr<CandidatePlan> plan;
  LshStats stats;
};

Planned Plan(const Population& population, const SimilarityRule& rule,
             const LshParameters& parameters, std::uint64_t table_bytes = kLshTableBytes) {
  Planned planned;
  planned.plan = PlanLsh(population, 0, rule, parameters, &planned.stats, {}, table_bytes).value();
  return planned;
}

// Emits only pairs of `similar`, each once; returns how many.
std::size_t ExpectSomeOf(const Population& population, const std::vector<Pair>& similar,
                         const Planned& planned) {
  const EncodingSet& records = population.records;
  const std::vector<Pair> emitted = Sorted(Emitted(*planned.plan));
  EXPECT_TRUE(std::ranges::adjacent_find(emitted) == emitted.end()) << "a pair comes twice";
  EXPECT_TRUE(std::ranges::includes(similar, emitted)) << "a pair is not similar, or may not be";
  const auto found = std::ranges::count_if(similar, [&](const Pair& pair) {
    return planned.plan->WouldHave(pair.first, records, pair.second);
  });
  EXPECT_EQ(static_cast<std::size_t>(found), emitted.size()) << "of a stranger";
  EXPECT_TRUE(std::ranges::all_of(emitted, [&](const Pair& pair) {
    return planned.plan->WouldHave(pair.first, records, pair.second);
  }));
  EXPECT_EQ(SumOfTileVisits(*planned.plan), planned.plan->visits());
  EXPECT_EQ(planned.stats.visits, planned.plan->visits());
  return emitted.size();
}

class LshTest : public testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, LshTest, testing::Range<std::uint64_t>(1, 6));

// One bit a key and thirty-two tables: nothing similar is missed, and most pairs come many times.
TEST_P(LshTest, EmitsSimilarPairsThatMayBeOnce) {
  for (const unsigned settled : {0U, 30U, 100U}) {
    const Population population = NoisyCopies({.rows = 300,
                                               .sources = 5,
                                               .settled_percent = settled,
                                               .duplicates_percent = 50,
                                               .learns = settled == 30},
                                              320, 20, GetParam());
    const SimilarityRule rule = Dice("0.85");
    const std::vector<Pair> similar = SimilarPairs(population, rule);
    EXPECT_EQ(similar.empty(), settled == 100);
    EXPECT_EQ(ExpectSomeOf(population, similar, Plan(population, rule, {1, 32, GetParam()})),
              similar.size());
    ExpectSomeOf(population, similar, Plan(population, rule, {12, 5, GetParam()}));
  }
}

TEST_P(LshTest, DecidesEverySimilarityInIntegers) {
  const Population population =
      NoisyCopies({.rows = 200, .duplicates_percent = 100}, 300, 10, GetParam());
  for (const SimilarityKind kind :
       {SimilarityKind::kDice, SimilarityKind::kJaccard, SimilarityKind::kCosine,
        SimilarityKind::kHamming, SimilarityKind::kTversky}) {
    SimilarityRule rule = Dice("0.8");
    rule.kind = kind;
    rule.width = 300;
    rule.alpha = 300'000;
    const std::vector<Pair> similar = SimilarPairs(population, rule);
    EXPECT_GT(similar.size(), 100U);
    EXPECT_EQ(ExpectSomeOf(population, similar, Plan(population, rule, {1, 32, GetParam()})),
              similar.size());
  }
}

// Narrower than a head's first line, than the head, as wide, and wider; with and without padding.
TEST(LshWidthsTest, AllWidthsAreComparedWhole) {
  for (const std::size_t bits : {64U, 448U, 512U, 960U, 961U, 1024U, 2100U, 65'536U}) {
    SCOPED_TRACE(bits);
    const Population population = NoisyCopies({.rows = 60, .sources = 2}, bits, 4, bits);
    const SimilarityRule rule = Dice("0.9");
    const std::vector<Pair> similar = SimilarPairs(population, rule);
    EXPECT_GT(similar.size(), 20U);
    EXPECT_EQ(ExpectSomeOf(population, similar, Plan(population, rule, {1, 32, 1})),
              similar.size());
  }
}

// Two holders of `pairs` records each; row i and row pairs + i differ in just as many bits as
// Dice 0.8 allows, less `spare` percent of them.
Population PlantedPairs(std::size_t pairs, std::uint64_t spare, std::uint64_t seed) {
  constexpr std::size_t kBits = 512;
  constexpr std::size_t kSet = 200;
  std::mt19937_64 random(seed);
  Population population = RandomPopulation({.rows = 2 * pairs, .sources = 2}, seed);
  for (std::size_t row = 0; row < 2 * pairs; ++row) population.source[row] = row >= pairs ? 1 : 0;
  BitMatrix filters(kBits, 2 * pairs);
  const std::size_t changed = (kSet - Dice("0.8").LeastCommon(kSet, kSet)) * (100 - spare) / 100;
  std::vector<std::size_t> order(kBits);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i < pairs; ++i) {
    for (std::size_t k = 0; k < kSet + changed; ++k) {
      std::swap(order[k], order[k + random() % (kBits - k)]);
      if (k < kSet) filters.Set(i, order[k]);
      if (k >= changed) filters.Set(pairs + i, order[k]);
    }
  }
  AddFilter(
      kBits, [&](std::size_t row, std::size_t bit) { return filters.Get(row, bit); }, &population);
  return population;
}

// The pairs of a plan with given tables are found or not independently of one another.
void ExpectRecall(std::size_t pairs, std::uint64_t spare, std::uint32_t promise,
                  std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed << " promise " << promise << " spare "
                                  << spare);
  const Population population = PlantedPairs(pairs, spare, seed);
  const SimilarityRule rule = Dice("0.8");
  const LshParameters parameters = ChooseLshParameters(population, 0, rule, promise, seed).value();
  const Planned planned = Plan(population, rule, parameters);
  EXPECT_GE(planned.stats.expected_recall_millionths, promise);
  const std::vector<Pair> emitted = Emitted(*planned.plan);
  const auto found = std::ranges::count_if(
      emitted, [&](const Pair& pair) { return pair.second == pair.first + pairs; });
  const double recall = static_cast<double>(found) / static_cast<double>(pairs);
  const double expected = promise / 1e6;
  const double slack = 4 * std::sqrt(expected * (1 - expected) / static_cast<double>(pairs));
  EXPECT_GE(recall, expected - slack);
  if (spare > 0) return;
  // Nor is the promise kept by doing far too much: the model is right, not just careful.
  const double model = planned.stats.expected_recall_millionths / 1e6;
  EXPECT_NEAR(recall, model, 5 * std::sqrt(model * (1 - model) / static_cast<double>(pairs)));
}

TEST_P(LshTest, KeepsThePromiseOnTheThreshold) {
  for (const std::uint32_t promise : {500'000U, 900'000U, 990'000U}) {
    ExpectRecall(3000, 0, promise, GetParam());
  }
}

TEST_P(LshTest, FindsMoreAboveTheThreshold) {
  ExpectRecall(3000, 20, 950'000, GetParam());
  ExpectRecall(3000, 60, 990'000, GetParam());
}

TEST(LshChoiceTest, MoreRecallTakesMoreTables) {
  const Population population = PlantedPairs(2000, 0, 9);
  const SimilarityRule rule = Dice("0.8");
  std::uint32_t last_tables = 0;
  std::uint32_t last_expected = 0;
  for (const std::uint32_t promise : {1U, 300'000U, 600'000U, 900'000U, 990'000U, 999'000U}) {
    const LshParameters parameters = ChooseLshParameters(population, 0, rule, promise, 1).value();
    const Planned planned = Plan(population, rule, parameters);
    EXPECT_GE(parameters.tables, last_tables);
    EXPECT_GE(planned.stats.expected_recall_millionths, std::max(promise, last_expected));
    EXPECT_EQ(parameters, ChooseLshParameters(population, 0, rule, promise, 1).value());
    last_tables = parameters.tables;
    last_expected = planned.stats.expected_recall_millionths;
  }
}

TEST(LshChoiceTest, AHigherThresholdTakesFewerTables) {
  const Population population = PlantedPairs(2000, 0, 9);
  std::uint32_t last = LshParameters::kMaxTables + 1;
  for (const std::string_view threshold : {"0.7", "0.8", "0.9", "1"}) {
    const auto parameters = ChooseLshParameters(population, 0, Dice(threshold), 950'000, 1).value();
    EXPECT_LT(parameters.tables, last) << threshold;
    last = parameters.tables;
  }
  EXPECT_EQ(last, 1U);
}

TEST(LshChoiceTest, TooFewUsablePositionsAreAnErrorThatSaysWhatToDo) {
  Population population = RandomPopulation({.rows = 200, .sources = 2}, 1);
  std::mt19937_64 random(1);
  // 20 positions tell records apart; the others are set in all or in none.
  AddFilter(
      256, [&](std::size_t, std::size_t bit) { return bit < 20 ? random() % 2 == 0 : bit < 99; },
      &population);
  const auto choice = ChooseLshParameters(population, 0, Dice("0.8"), 900'000, 1);
  ASSERT_FALSE(choice.ok());
  EXPECT_EQ(choice.error().code, ErrorCode::kUsage);
  EXPECT_THAT(choice.error().message, HasSubstr("only 20 of the filter's positions"));
  EXPECT_THAT(choice.error().message, HasSubstr("compare all pairs"));
  LshStats stats;
  EXPECT_FALSE(PlanLsh(population, 0, Dice("0.8"), {21, 4, 1}, &stats).ok());
  EXPECT_TRUE(PlanLsh(population, 0, Dice("0.8"), {20, 4, 1}, &stats).ok());
  EXPECT_EQ(stats.usable_positions, 20U);
}

TEST(LshChoiceTest, ARecallOutOfReachIsAnError) {
  const Population population = PlantedPairs(500, 0, 9);
  const auto choice = ChooseLshParameters(population, 0, Dice("0.2"), 999'999, 1);
  ASSERT_FALSE(choice.ok());
  EXPECT_EQ(choice.error().code, ErrorCode::kUsage);
  EXPECT_THAT(choice.error().message, HasSubstr("less recall or a higher threshold"));
}

TEST(LshPlanTest, RefusesParametersOutOfRange) {
  const Population population = PlantedPairs(100, 0, 9);
  LshStats stats;
  for (const LshParameters& parameters :
       {LshParameters{0, 1, 1}, LshParameters{33, 1, 1}, LshParameters{8, 0, 1},
        LshParameters{8, LshParameters::kMaxTables + 1, 1}}) {
    const auto plan = PlanLsh(population, 0, Dice("0.8"), parameters, &stats);
    ASSERT_FALSE(plan.ok());
    EXPECT_EQ(plan.error().code, ErrorCode::kUsage);
  }
}

// Rows of three kinds: without the filter, with one same filter, and random.
Population WithIdenticalRows(std::size_t rows, unsigned settled_percent) {
  Population population = RandomPopulation(
      {.rows = rows, .sources = 3, .settled_percent = settled_percent, .duplicates_percent = 50},
      5);
  std::mt19937_64 random(5);
  AddFilter(
      512,
      [&](std::size_t row, std::size_t bit) {
        if (row % 5 == 0) return false;
        return row % 5 < 3 ? bit % 2 == 0 : random() % 2 == 0;
      },
      &population);
  return population;
}

TEST(LshPlanTest, AHugeBucketIsSharedOutOverTiles) {
  for (const unsigned settled : {0U, 40U}) {
    const Population population = WithIdenticalRows(2500, settled);
    const SimilarityRule rule = Dice("0.9");
    const Planned planned = Plan(population, rule, {16, 3, 1});
    const std::vector<Pair> similar = SimilarPairs(population, rule);
    EXPECT_GT(similar.size(), 200'000U);
    EXPECT_EQ(ExpectSomeOf(population, similar, planned), similar.size());
    EXPECT_EQ(planned.stats.split_buckets, 3U);
    EXPECT_GE(planned.stats.largest_bucket, 1000U);
    EXPECT_EQ(planned.stats.records, 2000U);
    for (std::size_t tile = 0; tile < planned.plan->tiles(); ++tile) {
      EXPECT_LE(planned.plan->tile_visits(tile), std::uint64_t{1} << 18);
    }
  }
}

TEST(LshPlanTest, RecordsWithoutTheFilterAreInNoPair) {
  const Population population = WithIdenticalRows(500, 0);
  for (const auto& [a, b] : Emitted(*Plan(population, Dice("0.5"), {4, 8, 1}).plan)) {
    EXPECT_NE(a % 5, 0U);
    EXPECT_NE(b % 5, 0U);
  }
}

// A model learns what two persons look like from pairs within a holder without duplicates, those
// too that meet in buckets where nobody else is.
TEST(LshPlanTest, ALearningPopulationHasThePairsOfBucketsOfOneHolder) {
  const Population population =
      NoisyCopies({.rows = 300, .sources = 1, .learns = true}, 320, 20, 1);
  const SimilarityRule rule = Dice("0.85");
  const std::vector<Pair> similar = SimilarPairs(population, rule);
  ASSERT_FALSE(similar.empty());
  EXPECT_EQ(Emitted(*Plan(population, rule, {1, 32, 1}).plan).size(), similar.size());
}

TEST(LshPlanTest, NothingInIsNothingOut) {
  for (const std::size_t rows : {0U, 1U, 40U}) {
    Population population =
        RandomPopulation({.rows = rows, .sources = 2, .duplicates_percent = 100}, 1);
    AddFilter(
        128, [](std::size_t row, std::size_t bit) { return row == 7 && bit == 3; }, &population);
    const SimilarityRule rule = Dice("0.8");
    const LshParameters parameters = ChooseLshParameters(population, 0, rule, 900'000, 1).value();
    const Planned planned = Plan(population, rule, parameters);
    EXPECT_THAT(Emitted(*planned.plan), IsEmpty());
    EXPECT_EQ(planned.plan->visits(), 0U);
    EXPECT_EQ(planned.stats.records, rows > 7 ? 1U : 0U);
  }
}

// All tiles' batches, one after another.
std::vector<std::uint32_t> Bytes(const CandidatePlan& plan, const std::vector<std::size_t>& order) {
  std::vector<CandidateBatch> batches(plan.tiles());
  tbb::parallel_for(std::size_t{0}, order.size(),
                    [&](std::size_t i) { plan.Emit(order[i], &batches[order[i]]); });
  std::vector<std::uint32_t> bytes;
  for (const CandidateBatch& batch : batches) {
    bytes.insert(bytes.end(), batch.lefts.begin(), batch.lefts.end());
    bytes.insert(bytes.end(), batch.offsets.begin(), batch.offsets.end());
    bytes.insert(bytes.end(), batch.rights.begin(), batch.rights.end());
  }
  return bytes;
}

// Nor on the order of tiles, nor on how many tables memory suffices for.
TEST(LshPlanTest, BytesDoNotDependOnTheNumberOfThreads) {
  const Population population = NoisyCopies(
      {.rows = 4000, .sources = 3, .settled_percent = 20, .duplicates_percent = 50}, 256, 300, 11);
  std::set<std::vector<std::uint32_t>> different;
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, 8);
  for (const int threads : {1, 2, 8}) {
    for (const std::uint64_t table_bytes :
         {kLshTableBytes, std::uint64_t{50'000}, std::uint64_t{0}}) {
      tbb::task_arena arena(threads);
      arena.execute([&] {
        const Planned planned = Plan(population, Dice("0.85"), {10, 12, 2}, table_bytes);
        EXPECT_EQ(planned.stats.rebuilds_tables, table_bytes != kLshTableBytes);
        EXPECT_GE(planned.plan->tiles(), 12U);
        std::vector<std::size_t> order(planned.plan->tiles());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::shuffle(order.begin(), order.end(), std::mt19937_64(threads));
        different.insert(Bytes(*planned.plan, order));
      });
    }
  }
  EXPECT_EQ(different.size(), 1U);
  EXPECT_GT(different.begin()->size(), 10'000U);
}

// A batch is used for one tile after another: nothing of the last may stay in it.
TEST(LshPlanTest, EmitReplacesTheBatch) {
  const Population population = NoisyCopies({.rows = 200}, 256, 10, 3);
  const Planned planned = Plan(population, Dice("0.85"), {6, 1, 1});
  CandidateBatch fresh;
  planned.plan->Emit(0, &fresh);
  CandidateBatch used;
  planned.plan->Emit(0, &used);
  planned.plan->Emit(0, &used);
  EXPECT_GT(fresh.pairs(), 0U);
  EXPECT_EQ(used.lefts, fresh.lefts);
  EXPECT_EQ(used.offsets, fresh.offsets);
  EXPECT_EQ(used.rights, fresh.rights);
}

// Another seed draws other keys, which find other pairs.
TEST(LshPlanTest, TheSeedDrawsTheKeys) {
  const Population population = NoisyCopies({.rows = 1000}, 256, 100, 3);
  const SimilarityRule rule = Dice("0.85");
  const auto pairs = [&](std::uint64_t seed) {
    return Emitted(*Plan(population, rule, {16, 2, seed}).plan);
  };
  EXPECT_EQ(pairs(1), pairs(1));
  EXPECT_NE(pairs(1), pairs(2));
  EXPECT_NE(pairs(1), pairs(1 + (std::uint64_t{1} << 32)));
}

TEST(LshPlanTest, EachTableFindsPairsThatTheOthersMiss) {
  const Population population = NoisyCopies({.rows = 1000}, 256, 100, 3);
  std::size_t before = 0;
  for (const std::uint32_t tables : {1U, 2U, 3U, 4U}) {
    const Planned planned = Plan(population, Dice("0.85"), {16, tables, 1});
    const std::size_t pairs = Emitted(*planned.plan).size();
    EXPECT_GT(pairs, before) << tables << " tables";
    before = pairs;
  }
}

TEST(LshRecallTest, PowersOfProbabilitiesAreRoundedUp) {
  EXPECT_EQ(PowerOfProbability(kProbabilityOne, 1000), kProbabilityOne);
  EXPECT_EQ(PowerOfProbability(kProbabilityOne / 2, 3), kProbabilityOne / 8);
  EXPECT_EQ(PowerOfProbability(0, 5), 0U);
  EXPECT_EQ(PowerOfProbability(12345, 0), kProbabilityOne);
  for (const double x : {0.1, 0.9, 0.999}) {
    const auto power = PowerOfProbability(static_cast<std::uint64_t>(x * 4294967296.0), 37);
    EXPECT_NEAR(static_cast<double>(power) / 4294967296.0, std::pow(x, 37), 1e-7);
  }
}

// Where all positions are alike, a key's agreement is that of drawing without replacement.
TEST(LshRecallTest, AgreesWithTheFormula) {
  PositionPool pool;
  pool.ranked.resize(100);
  std::iota(pool.ranked.begin(), pool.ranked.end(), 0U);
  pool.spread.assign(100, 2500);
  pool.total_spread = pool.filter_spread = 250'000;
  FilterColumn column{BitMatrix(100, 1), {50}, {1}};
  const RecallModel model(column, {0}, pool, Dice("0.8"));  // 40 in common: 20 of 100 differ
  const std::vector<std::uint32_t> key{5, 7, 11, 13, 17, 19};
  PlanRecall recall(model);
  double agreement = 1;
  for (int i = 0; i < 6; ++i) agreement *= (80.0 - i) / (100.0 - i);
  EXPECT_NEAR(static_cast<double>(model.Agreement(key)[0]) / 4294967296.0, agreement, 1e-6);
  for (int table = 1; table <= 10; ++table) {
    recall.AddTable(key);
    EXPECT_NEAR(recall.millionths(), 1e6 * (1 - std::pow(1 - agreement, table)), 3) << table;
  }
}

// A pair on the threshold differs where unrelated records do, so not at positions that are alike
// in all of them.
TEST(LshPositionsTest, DrawsFromPositionsThatTellRecordsApart) {
  Population population = RandomPopulation({.rows = 1000}, 1);
  std::mt19937_64 random(1);
  // Position i is set in i of 100 records, and 0 in all.
  AddFilter(
      100, [&](std::size_t, std::size_t bit) { return bit == 0 || random() % 100 < bit; },
      &population);
  const LshSample sample(population.records.filters[0]);
  EXPECT_EQ(sample.rows.size(), 1000U);
  EXPECT_NEAR(static_cast<double>(sample.pool.size()), 61, 6);
  EXPECT_NEAR(sample.pool.ranked[0], 50, 8);
  EXPECT_EQ(sample.pool.ranked.back(), 0U);
  for (std::uint32_t table = 0; table < 50; ++table) {
    const auto key = DrawKey(sample.pool, 3, table, 20);
    EXPECT_EQ(std::set<std::uint32_t>(key.begin(), key.end()).size(), 20U);
    for (const std::uint32_t bit : key) EXPECT_LT(bit, sample.pool.size());
    const auto shorter = DrawKey(sample.pool, 3, table, 9);
    EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), key.begin()));
  }
}

TEST(LshPositionsTest, SamplesEvenlyAmongThoseThatHaveTheFilter) {
  FilterColumn column;
  column.bits = BitMatrix(64, 10);
  column.popcounts.assign(10, 1);
  column.present = {1, 0, 1, 1, 1, 0, 1, 1, 1, 1};
  EXPECT_THAT(SampleRows(column, 4), ElementsAre(0, 3, 6, 8));
  EXPECT_EQ(SampleRows(column, 100).size(), 8U);
}

}  // namespace
}  // namespace musubi::blocking
