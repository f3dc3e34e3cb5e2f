#include "blocking/exact_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "blocking/sliced_kernel.h"
#include "tests/blocking/populations.h"

namespace musubi::blocking {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Threshold ThresholdOf(std::string_view decimal) { return Threshold::Parse(decimal).value(); }

SimilarityRule RuleOf(SimilarityKind kind, std::string_view threshold, std::size_t width) {
  SimilarityRule rule;
  rule.kind = kind;
  rule.threshold = ThresholdOf(threshold);
  rule.width = static_cast<std::uint32_t>(width);
  rule.alpha = 300'000;
  rule.beta = 900'000;
  return rule;
}

constexpr SimilarityKind kKinds[] = {SimilarityKind::kDice, SimilarityKind::kJaccard,
                                     SimilarityKind::kCosine, SimilarityKind::kHamming,
                                     SimilarityKind::kTversky};

// How alike the filters of a population are.
struct FilterRecipe {
  std::size_t width = 512;
  std::size_t prototypes = 20;  // each record is one of these with some bits flipped
  unsigned flips_percent = 8;   // at most; a record's own share is between none and this
  unsigned odd_percent = 15;    // records of any density, with no, one or all bits set
  unsigned absent_percent = 5;  // records whose filter, whatever its bits, is not present
};

void FillRow(const FilterRecipe& recipe, const BitMatrix& prototypes, std::mt19937_64* random,
             std::size_t row, BitMatrix* bits) {
  if ((*random)() % 100 < recipe.odd_percent) {
    const unsigned percent = std::array{0U, 0U, 1U, 30U, 50U, 80U, 100U}[(*random)() % 7];
    for (std::size_t bit = 0; bit < recipe.width; ++bit) {
      if ((*random)() % 100 < percent) bits->Set(row, bit);
    }
    return;
  }
  const std::size_t prototype = (*random)() % prototypes.rows();
  const unsigned flips = static_cast<unsigned>((*random)() % (recipe.flips_percent + 1));
  for (std::size_t bit = 0; bit < recipe.width; ++bit) {
    const bool flip = (*random)() % 100 < flips;
    if (prototypes.Get(prototype, bit) != flip) bits->Set(row, bit);
  }
}

// Gives every record of a population one filter.
void AddFilters(const FilterRecipe& recipe, std::uint64_t seed, Population* population) {
  std::mt19937_64 random(seed);
  BitMatrix prototypes(recipe.width, recipe.prototypes);
  for (std::size_t row = 0; row < prototypes.rows(); ++row) {
    const unsigned percent = 20 + static_cast<unsigned>(random() % 50);
    for (std::size_t bit = 0; bit < recipe.width; ++bit) {
      if (random() % 100 < percent) prototypes.Set(row, bit);
    }
  }
  FilterColumn column{BitMatrix(recipe.width, population->rows()), {}, {}};
  for (std::size_t row = 0; row < population->rows(); ++row) {
    FillRow(recipe, prototypes, &random, row, &column.bits);
    column.present.push_back(random() % 100 < recipe.absent_percent ? 0 : 1);
  }
  column.CountBits();
  population->records.filters.push_back(std::move(column));
}

Population FilteredPopulation(const Recipe& recipe, const FilterRecipe& filters,
                              std::uint64_t seed) {
  Population population = RandomPopulation(recipe, seed);
  AddFilters(filters, seed, &population);
  return population;
}

// The bits each pair that may be one person's has in common, counted once for many rules.
struct CountedPair {
  Pair pair;
  std::uint32_t common;
};

std::vector<CountedPair> CountPairs(const Population& population, std::size_t filter = 0) {
  const FilterColumn& column = population.records.filters[filter];
  const std::size_t words = (column.bits.bits() + 63) / 64;
  std::vector<CountedPair> counted;
  for (const auto& [a, b] : PairsWhere(population, MayBeOnePerson)) {
    if (column.present[a] == 0 || column.present[b] == 0) continue;
    std::uint32_t common = 0;
    for (std::size_t w = 0; w < words; ++w) {
      common +=
          static_cast<std::uint32_t>(std::popcount(column.bits.row(a)[w] & column.bits.row(b)[w]));
    }
    counted.push_back({{a, b}, common});
  }
  return counted;
}

std::vector<Pair> SimilarPairs(const Population& population, std::size_t filter,
                               const SimilarityRule& rule,
                               const std::vector<CountedPair>& counted) {
  const auto& popcounts = population.records.filters[filter].popcounts;
  std::vector<Pair> similar;
  for (const auto& [pair, common] : counted) {  // the lower row first, where that matters
    if (common >= rule.LeastCommon(popcounts[pair.first], popcounts[pair.second])) {
      similar.push_back(pair);
    }
  }
  return similar;
}

void ExpectTheFullScan(const Population& population, std::size_t filter, const SimilarityRule& rule,
                       const std::vector<CountedPair>& counted) {
  SCOPED_TRACE(testing::Message() << "kind " << static_cast<int>(rule.kind) << ", threshold "
                                  << rule.threshold.numerator << "/" << rule.threshold.denominator);
  const auto expected = SimilarPairs(population, filter, rule, counted);
  for (const SlicedKernel* kernel : SlicedKernels()) {
    SCOPED_TRACE(kernel->name);
    const auto plan = PlanExactJoin(population, filter, rule, {}, kernel);
    EXPECT_TRUE(Sorted(Emitted(*plan)) == expected);
    EXPECT_EQ(SumOfTileVisits(*plan), plan->visits());
    EXPECT_EQ(plan->visits(), counted.size());
    for (const auto& [pair, common] : counted) {
      const bool is_similar = std::ranges::binary_search(expected, pair);
      ASSERT_EQ(plan->WouldHave(pair.first, population.records, pair.second), is_similar);
    }
  }
}

class ExactJoinTest : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(Widths, ExactJoinTest, testing::Values(64, 100, 512, 1024, 1030));

TEST_P(ExactJoinTest, FindsThePairsOfTheFullScan) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    SCOPED_TRACE(seed);
    const Population population = FilteredPopulation({.rows = 700,
                                                      .sources = 4,
                                                      .settled_percent = 20,
                                                      .duplicates_percent = 50,
                                                      .learns = seed == 2},
                                                     {.width = GetParam()}, seed);
    const auto counted = CountPairs(population);
    for (const SimilarityKind kind : kKinds) {
      for (const std::string_view threshold : {"0", "0.5", "0.8", "0.95", "1"}) {
        ExpectTheFullScan(population, 0, RuleOf(kind, threshold, GetParam()), counted);
      }
    }
  }
}

// No two are alike, or all are: one block of all the same must not be left too early.
TEST_P(ExactJoinTest, FindsThemWhereAllFiltersAreAlikeOrNoneAre) {
  for (const FilterRecipe& filters :
       {FilterRecipe{.width = GetParam(), .prototypes = 1, .flips_percent = 0, .odd_percent = 0},
        FilterRecipe{.width = GetParam(), .prototypes = 1, .flips_percent = 3, .odd_percent = 2},
        FilterRecipe{.width = GetParam(), .prototypes = 400, .flips_percent = 60},
        FilterRecipe{.width = GetParam(), .odd_percent = 100}}) {
    SCOPED_TRACE(filters.prototypes);
    const Population population =
        FilteredPopulation({.rows = 520, .sources = 2, .duplicates_percent = 100}, filters, 3);
    const auto counted = CountPairs(population);
    for (const SimilarityKind kind : kKinds) {
      for (const std::string_view threshold : {"0.333333", "0.85", "1"}) {
        ExpectTheFullScan(population, 0, RuleOf(kind, threshold, GetParam()), counted);
      }
    }
  }
}

// Filters that hold one another: only how many bits they have tells them apart.
TEST_P(ExactJoinTest, FindsThemAmongFiltersThatHoldOneAnother) {
  Population population = FilteredPopulation({.rows = 600, .sources = 2}, {.width = GetParam()}, 1);
  FilterColumn& column = population.records.filters[0];
  column.bits = BitMatrix(GetParam(), population.rows());
  for (std::size_t row = 0; row < population.rows(); ++row) {
    for (std::size_t bit = 0; bit < row % (GetParam() + 1); ++bit) column.bits.Set(row, bit);
  }
  column.CountBits();
  const auto counted = CountPairs(population);
  for (const SimilarityKind kind : kKinds) {
    for (const std::string_view threshold : {"0", "0.6", "0.9", "1"}) {
      ExpectTheFullScan(population, 0, RuleOf(kind, threshold, GetParam()), counted);
    }
  }
}

// One less than a block, a tree and a group of either side, as many, and one more.
TEST(ExactJoinTilesTest, AreRightAroundTheSidesOfBlocks) {
  for (const std::size_t rows : {1U, 2U, 3U, 17U, 63U, 64U, 65U, 255U, 256U, 257U, 513U, 1025U}) {
    SCOPED_TRACE(rows);
    for (const unsigned duplicates : {0U, 100U}) {
      const Population population = FilteredPopulation(
          {.rows = rows, .sources = 2, .duplicates_percent = duplicates}, {.width = 128}, rows);
      ExpectTheFullScan(population, 0, RuleOf(SimilarityKind::kDice, "0.8", 128),
                        CountPairs(population));
    }
  }
}

TEST(ExactJoinTilesTest, AreRightBeyondAGroupOfBlocks) {
  const Population population =
      FilteredPopulation({.rows = 16'700, .sources = 1, .duplicates_percent = 100},
                         {.width = 64, .prototypes = 3000, .absent_percent = 0}, 5);
  const auto counted = CountPairs(population);
  ExpectTheFullScan(population, 0, RuleOf(SimilarityKind::kDice, "0.9", 64), counted);
}

// At a threshold that leaves nothing out, what a tile emits is still bounded.
TEST(ExactJoinTilesTest, HaveAtMostFourMillionPairs) {
  const Population population =
      FilteredPopulation({.rows = 40'000, .sources = 2}, {.width = 64}, 5);
  const auto plan = PlanExactJoin(population, 0, RuleOf(SimilarityKind::kDice, "0", 64));
  for (std::size_t tile = 0; tile < plan->tiles(); ++tile) {
    EXPECT_LE(plan->tile_visits(tile), 256U * 16'384U);
  }
}

// A tile's batch has one group for a left row, and replaces what was in it.
TEST(ExactJoinTilesTest, EmitReplacesTheBatch) {
  const Population population = FilteredPopulation({.rows = 900}, {.width = 128}, 6);
  const auto plan = PlanExactJoin(population, 0, RuleOf(SimilarityKind::kDice, "0.7", 128));
  ASSERT_GT(plan->tiles(), 1U);
  CandidateBatch used;
  for (std::size_t tile = 0; tile < plan->tiles(); ++tile) {
    CandidateBatch fresh;
    plan->Emit(tile, &fresh);
    plan->Emit(tile, &used);
    EXPECT_EQ(used.lefts, fresh.lefts);
    EXPECT_EQ(used.offsets, fresh.offsets);
    EXPECT_EQ(used.rights, fresh.rights);
    EXPECT_EQ(std::set(fresh.lefts.begin(), fresh.lefts.end()).size(), fresh.lefts.size());
  }
}

TEST(ExactJoinTilesTest, TwoSettledRecordsAndOneHoldersOwnAreNotVisited) {
  const Population settled =
      FilteredPopulation({.rows = 300, .settled_percent = 100}, {.width = 64}, 1);
  const Population own = FilteredPopulation({.rows = 300, .sources = 1}, {.width = 64}, 1);
  for (const Population* population : {&settled, &own}) {
    const auto plan = PlanExactJoin(*population, 0, RuleOf(SimilarityKind::kDice, "0", 64));
    EXPECT_EQ(plan->tiles(), 0U);
    EXPECT_EQ(plan->visits(), 0U);
  }
}

TEST(ExactJoinTilesTest, NothingInIsNothingOut) {
  for (const unsigned absent : {0U, 100U}) {
    const Population population = FilteredPopulation({.rows = absent == 0 ? 0U : 50U},
                                                     {.width = 64, .absent_percent = absent}, 1);
    const auto plan = PlanExactJoin(population, 0, RuleOf(SimilarityKind::kDice, "0", 64));
    EXPECT_THAT(Emitted(*plan), IsEmpty());
    EXPECT_EQ(plan->visits(), 0U);
  }
}

TEST(ExactJoinTilesTest, SearchesTheFilterThatIsAskedFor) {
  Population population = FilteredPopulation({.rows = 400}, {.width = 64}, 1);
  AddFilters({.width = 320}, 2, &population);
  for (const std::size_t filter : {0U, 1U}) {
    SCOPED_TRACE(filter);
    const std::size_t width = population.records.filters[filter].bits.bits();
    ExpectTheFullScan(population, filter, RuleOf(SimilarityKind::kJaccard, "0.7", width),
                      CountPairs(population, filter));
  }
}

TEST(ExactJoinTilesTest, WorksAtTheGreatestWidth) {
  const Population population =
      FilteredPopulation({.rows = 300, .sources = 2}, {.width = 8192, .prototypes = 5}, 8);
  const auto counted = CountPairs(population);
  for (const SimilarityKind kind : kKinds) {
    for (const std::string_view threshold : {"0", "0.9"}) {
      ExpectTheFullScan(population, 0, RuleOf(kind, threshold, 8192), counted);
    }
  }
}

TEST(ExactJoinTilesTest, DoNotDependOnTheNumberOfThreads) {
  const Population population =
      FilteredPopulation({.rows = 9000, .sources = 2}, {.width = 128, .prototypes = 2000}, 9);
  const SimilarityRule rule = RuleOf(SimilarityKind::kDice, "0.8", 128);
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, 8);
  std::vector<std::vector<Pair>> pairs;
  for (const int threads : {1, 2, 8}) {
    tbb::task_arena arena(threads);
    arena.execute([&] {
      const auto plan = PlanExactJoin(population, 0, rule);
      std::vector<CandidateBatch> batches(plan->tiles());
      tbb::parallel_for(std::size_t{0}, plan->tiles(),
                        [&](std::size_t tile) { plan->Emit(tile, &batches[tile]); });
      std::vector<Pair>& emitted = pairs.emplace_back();
      for (const CandidateBatch& batch : batches) {
        for (std::size_t group = 0; group < batch.lefts.size(); ++group) {
          for (std::uint32_t i = batch.offsets[group]; i < batch.offsets[group + 1]; ++i) {
            emitted.emplace_back(batch.lefts[group], batch.rights[i]);
          }
        }
      }
    });
  }
  EXPECT_GT(pairs[0].size(), 1000U);
  EXPECT_TRUE(pairs[0] == pairs[1]);
  EXPECT_TRUE(pairs[0] == pairs[2]);
}

// Two records, with the bits 0 to a - 1 and 0 to b - 1, among some that are not similar to them.
Population TwoThatHoldOneAnother(std::size_t width, std::size_t a, std::size_t b) {
  Population population = RandomPopulation({.rows = 40, .sources = 2}, 1);
  FilterColumn column{BitMatrix(width, 40), {}, {}};
  column.present.resize(40, 1);
  for (std::size_t row = 0; row < 40; ++row) column.bits.Set(row, width - 1 - row);
  for (const auto& [row, bits] : {std::pair{std::size_t{0}, a}, std::pair{std::size_t{39}, b}}) {
    std::ranges::fill(column.bits.row(row), 0);
    for (std::size_t bit = 0; bit < bits; ++bit) column.bits.Set(row, bit);
  }
  column.CountBits();
  population.records.filters.push_back(std::move(column));
  return population;
}

// 8 of 10 bits: Dice 16/18, Jaccard 8/10, cosine 8/sqrt(80).
TEST(ExactJoinThresholdTest, APairExactlyOnTheThresholdIsKept) {
  const Population population = TwoThatHoldOneAnother(256, 8, 10);
  const auto found = [&](SimilarityKind kind, Threshold threshold) {
    std::vector<std::vector<Pair>> all;
    for (const SlicedKernel* kernel : SlicedKernels()) {
      SimilarityRule rule = RuleOf(kind, "1", 256);
      rule.threshold = threshold;
      all.push_back(Emitted(*PlanExactJoin(population, 0, rule, {}, kernel)));
    }
    for (const auto& pairs : all) EXPECT_EQ(pairs, all[0]);
    return all[0];
  };
  EXPECT_THAT(found(SimilarityKind::kDice, {8, 9}), ElementsAre(Pair(0, 39)));
  EXPECT_THAT(found(SimilarityKind::kDice, {888'889, 1'000'000}), IsEmpty());
  EXPECT_THAT(found(SimilarityKind::kJaccard, {4, 5}), ElementsAre(Pair(0, 39)));
  EXPECT_THAT(found(SimilarityKind::kJaccard, {800'001, 1'000'000}), IsEmpty());
  EXPECT_THAT(found(SimilarityKind::kCosine, {894'427, 1'000'000}), ElementsAre(Pair(0, 39)));
  EXPECT_THAT(found(SimilarityKind::kCosine, {894'428, 1'000'000}), IsEmpty());
}

std::size_t LastBit(const nlohmann::json& bits) {
  const auto& text = bits.get_ref<const std::string&>();  // "bits 0..379 set"
  return std::stoul(text.substr(text.find("..") + 2));
}

// Pairs that a length filter in floating point is known to lose.
TEST(ExactJoinThresholdTest, KeepsThePairsThatAFloatingPointFilterLoses) {
  const char* const shared = std::getenv("MUSUBI_SHARED");
  const std::filesystem::path root =
      shared != nullptr ? shared : std::filesystem::path(MUSUBI_SOURCE_DIR) / "../shared";
  const auto file = root / "data/vectors/anonlink/threshold_boundary.json";
  std::ifstream in(file);
  if (!in.good()) GTEST_SKIP() << "no vectors beside the source tree: " << file;
  const auto vectors = nlohmann::json::parse(in);
  ASSERT_FALSE(vectors.at("cases").empty());
  for (const auto& one : vectors.at("cases")) {
    SCOPED_TRACE(one.dump());
    const Population population =
        TwoThatHoldOneAnother(one.at("bits"), LastBit(one.at("a")) + 1, LastBit(one.at("b")) + 1);
    const auto threshold = one.at("threshold").dump();
    const auto plan =
        PlanExactJoin(population, 0, RuleOf(SimilarityKind::kDice, threshold, one.at("bits")));
    ASSERT_FALSE(one.at("anonlink_python").empty());
    EXPECT_THAT(Emitted(*plan), ElementsAre(Pair(0, 39)));
  }
}

}  // namespace
}  // namespace musubi::blocking
