// Classes of pairs, found again from patterns that were drawn from them.
#include "engine/model/mixture.h"

#include <gmock/gmock.h>

#include "simulated_pairs.h"

namespace musubi::engine {
namespace {

using testing::DoubleNear;

// Two classes over five comparisons, both to be learnt.
Mixture TwoClasses(const PatternTable& table, const std::vector<PatternCount>& counts,
                   double share) {
  const Comparisons comparisons = FiveComparisons();
  const auto base = MarginalChances(table, counts, comparisons.size());
  Mixture mixture;
  mixture.shapes.resize(comparisons.size());
  mixture.values = comparisons.values;
  mixture.classes.push_back(ClassOf(base, base, 1 - share, &mixture));
  std::vector<LevelTable> alike;
  for (const LevelTable& chances : base) alike.push_back(WithEqual(chances, 0.9));
  mixture.classes.push_back(ClassOf(alike, base, share, &mixture));
  return mixture;
}

std::vector<PatternCount> Simulated(const SimulatedClass& rare, double missing) {
  PatternCounts counts;
  PairSimulator simulator(7);
  SimulatedClass common = Strangers();
  SimulatedClass other = rare;
  common.missing = missing;
  other.missing = missing;
  simulator.Add(common, PairKind::kCandidate, 200'000, &counts);
  simulator.Add(other, PairKind::kCandidate, 2'000, &counts);
  return counts.Sorted();
}

TEST(MixtureTest, FindsTheClassesThatPairsWereDrawnFrom) {
  const auto counts = Simulated(OnePerson(), 0);
  const PatternTable table = TableOf(counts, PairKind::kCandidate);
  Mixture mixture = TwoClasses(table, counts, 0.001);
  FitMixture(table, 300, &mixture);
  EXPECT_THAT(mixture.classes[1].share, DoubleNear(2'000 / 202'000.0, 0.0003));
  for (std::size_t place = 0; place < 5; ++place) {
    EXPECT_THAT(EqualChance(mixture.shape(1, place).chances),
                DoubleNear(OnePerson().equal[place], 0.02));
    EXPECT_THAT(EqualChance(mixture.shape(0, place).chances),
                DoubleNear(Strangers().equal[place], 0.002));
  }
}

// A third of all values missing, in both classes: no evidence, so what is learnt is the same.
TEST(MixtureTest, MissingValuesAreNoEvidence) {
  const auto counts = Simulated(OnePerson(), 0.3);
  const PatternTable table = TableOf(counts, PairKind::kCandidate);
  Mixture mixture = TwoClasses(table, counts, 0.001);
  FitMixture(table, 300, &mixture);
  EXPECT_THAT(mixture.classes[1].share, DoubleNear(2'000 / 202'000.0, 0.0008));
  for (std::size_t place = 0; place < 5; ++place) {
    EXPECT_THAT(EqualChance(mixture.shape(1, place).chances),
                DoubleNear(OnePerson().equal[place], 0.03));
  }
}

// Each step of EM makes the data likelier, but for the pull of the pairs added to those seen.
TEST(MixtureTest, LikelihoodRises) {
  const auto counts = Simulated(Household(), 0.1);
  const PatternTable table = TableOf(counts, PairKind::kCandidate);
  Mixture mixture = TwoClasses(table, counts, 0.001);
  double before = FitMixture(table, 0, &mixture);
  for (int step = 0; step < 30; ++step) {
    const double after = FitMixture(table, 1, &mixture);
    ASSERT_GE(after, before - 0.5) << "step " << step;
    before = after;
  }
}

// Equality that comes of being one person is spread over rarities as values are over records.
TEST(MixtureTest, MatchesFollowTheValuesOfRecords) {
  Mixture mixture;
  mixture.values = {LevelTable{}};
  mixture.values[0][kEqual] = 0.25;
  mixture.values[0][kEqual + 3] = 0.75;
  Shape shape;
  shape.follows_values = true;
  shape.chances = mixture.values[0];
  shape.chances[kUnlike] = 0.5;
  shape.chances[kMissing] = 1;
  mixture.shapes = {{shape}};
  mixture.classes = {{1, {0}}};
  PatternTable table;
  table.patterns = {AtPlace(kUnlike, 0), AtPlace(kEqual, 0)};
  table.pairs = {20, 80};
  table.total = 100;
  FitMixture(table, 5, &mixture);
  EXPECT_DOUBLE_EQ(mixture.shape(0, 0).chances[kEqual], 0.2);
  EXPECT_DOUBLE_EQ(mixture.shape(0, 0).chances[kEqual + 3], 0.6);
  EXPECT_DOUBLE_EQ(mixture.shape(0, 0).chances[kUnlike], 0.2);
}

TEST(MixtureTest, WithEqualScalesBothParts) {
  LevelTable chances{};
  chances[kMissing] = 1;
  chances[kUnlike] = 0.6;
  chances[4] = 0.3;
  chances[kEqual] = 0.05;
  chances[kEqual + 1] = 0.05;
  const LevelTable scaled = WithEqual(chances, 0.9);
  EXPECT_DOUBLE_EQ(EqualChance(scaled), 0.9);
  EXPECT_DOUBLE_EQ(scaled[kEqual], 0.45);
  EXPECT_DOUBLE_EQ(scaled[kUnlike], 0.6 / 0.9 * 0.1);
  EXPECT_DOUBLE_EQ(scaled[kMissing], 1);
}

}  // namespace
}  // namespace musubi::engine
