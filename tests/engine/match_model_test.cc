// Strangers, households and persons: what is found, and what is refused.
#include "engine/model/match_model.h"

#include <gmock/gmock.h>

#include "engine/model/excess.h"
#include "simulated_pairs.h"

namespace musubi::engine {
namespace {

using testing::DoubleNear;

struct Simulation {
  std::vector<PatternCount> counts;
  PatternTable control;
  PatternTable candidates;
  std::vector<LevelTable> base;

  explicit Simulation(const PatternCounts& drawn, PairKind base_of = PairKind::kControl)
      : counts(drawn.Sorted()),
        control(TableOf(counts, PairKind::kControl)),
        candidates(TableOf(counts, PairKind::kCandidate)),
        base(MarginalChances(TableOf(counts, base_of), counts, 5)) {}
};

TEST(ExcessTest, SumsOverSupersets) {
  std::vector<double> counts = {1, 2, 4, 8};
  SumOverSupersets(&counts);
  EXPECT_THAT(counts, testing::ElementsAre(15, 10, 12, 8));
}

TEST(ExcessTest, TakesSetsOfTwoThatAreInExcess) {
  // Sets 3 and 5 are seen eight times as often as expected, 6 less often; 1 and 2 are one place.
  const std::vector<double> observed = {0, 90, 90, 16, 90, 8, 1, 0};
  const std::vector<double> expected = {0, 9, 9, 2, 9, 1, 4, 0};
  const auto found = FindExcess(observed, expected, 5);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].set, 3U);
  EXPECT_EQ(found[1].set, 5U);
  EXPECT_THAT(found[0].gain, DoubleNear(16 * 3 - 14 / 0.693147, 1e-4));
}

TEST(NullModelTest, FindsHouseholds) {
  PatternCounts drawn;
  PairSimulator simulator(1);
  simulator.Add(Strangers(), PairKind::kControl, 300'000, &drawn);
  simulator.Add(Household(), PairKind::kControl, 300, &drawn);
  const Simulation simulation(drawn);
  const Mixture null = FitNull(simulation.control, simulation.base, FiveComparisons());
  ASSERT_EQ(null.classes.size(), 2U);
  EXPECT_THAT(null.classes[1].share, DoubleNear(0.001, 0.0002));
  EXPECT_GT(EqualChance(null.shape(1, 1).chances), 0.9);
  EXPECT_LT(EqualChance(null.shape(1, 0).chances), 0.1);
}

TEST(NullModelTest, MakesNoClassOfChance) {
  PatternCounts drawn;
  PairSimulator simulator(2);
  simulator.Add(Strangers(), PairKind::kControl, 300'000, &drawn);
  const Simulation simulation(drawn);
  EXPECT_EQ(FitNull(simulation.control, simulation.base, FiveComparisons()).classes.size(), 1U);
}

// Twice as many pairs of one household as of one person: the control says which are which.
TEST(MatchModelTest, ControlTellsPersonsFromHouseholds) {
  PatternCounts drawn;
  PairSimulator simulator(3);
  simulator.Add(Strangers(), PairKind::kControl, 200'000, &drawn);
  simulator.Add(Household(), PairKind::kControl, 400, &drawn);
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(Household(), PairKind::kCandidate, 800, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 400, &drawn);
  const Simulation simulation(drawn);
  const Comparisons comparisons = FiveComparisons();
  const Mixture null = FitNull(simulation.control, simulation.base, comparisons);
  PairModel model = FitMatches(simulation.candidates, null, simulation.base, 1'000);
  AddMovers(simulation.candidates, comparisons, &model);
  EXPECT_EQ(model.matches, 1U);
  EXPECT_THAT(model.match_share() * simulation.candidates.total, DoubleNear(400, 12));
  EXPECT_TRUE(IsOfPersons(simulation.candidates, simulation.base, comparisons, model));
}

TEST(MatchModelTest, FindsThoseWhoMoved) {
  PatternCounts drawn;
  PairSimulator simulator(4);
  SimulatedClass moved = OnePerson();
  moved.equal[3] = Strangers().equal[3];
  moved.equal[4] = Strangers().equal[4];
  moved.unlike[3] = moved.unlike[4] = 0.9;
  simulator.Add(Strangers(), PairKind::kControl, 200'000, &drawn);
  simulator.Add(Strangers(), PairKind::kCandidate, 200'000, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 1'800, &drawn);
  simulator.Add(moved, PairKind::kCandidate, 200, &drawn);
  const Simulation simulation(drawn);
  const Comparisons comparisons = FiveComparisons();
  const Mixture null = FitNull(simulation.control, simulation.base, comparisons);
  PairModel model = FitMatches(simulation.candidates, null, simulation.base, 4'000);
  AddMovers(simulation.candidates, comparisons, &model);
  ASSERT_EQ(model.matches, 2U);
  EXPECT_THAT(model.mixture.classes[1].share * simulation.candidates.total, DoubleNear(200, 40));
  EXPECT_GT(EqualChance(model.mixture.shape(0, 3).chances), 0.88);
}

// Mistakes that fall on address and postcode by chance are no move.
TEST(MatchModelTest, MistakesAreNoMoves) {
  PatternCounts drawn;
  PairSimulator simulator(5);
  simulator.Add(Strangers(), PairKind::kControl, 200'000, &drawn);
  simulator.Add(Strangers(), PairKind::kCandidate, 200'000, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 2'000, &drawn);
  const Simulation simulation(drawn);
  const Comparisons comparisons = FiveComparisons();
  const Mixture null = FitNull(simulation.control, simulation.base, comparisons);
  PairModel model = FitMatches(simulation.candidates, null, simulation.base, 4'000);
  AddMovers(simulation.candidates, comparisons, &model);
  EXPECT_EQ(model.matches, 1U);
}

TEST(WithoutControlTest, LearnsPersonsAmongStrangers) {
  PatternCounts drawn;
  PairSimulator simulator(6);
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 500, &drawn);
  const Simulation simulation(drawn, PairKind::kCandidate);
  const auto model =
      FitMatchesWithoutControl(simulation.candidates, simulation.base, FiveComparisons(), 1'000);
  ASSERT_TRUE(model.has_value());
  EXPECT_THAT(model->match_share() * simulation.candidates.total, DoubleNear(500, 12));
}

// Households without any duplicate: EM takes them for persons, and must be refused.
TEST(WithoutControlTest, RefusesHouseholds) {
  PatternCounts drawn;
  PairSimulator simulator(7);
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(Household(), PairKind::kCandidate, 1'000, &drawn);
  const Simulation simulation(drawn, PairKind::kCandidate);
  EXPECT_FALSE(
      FitMatchesWithoutControl(simulation.candidates, simulation.base, FiveComparisons(), 1'000)
          .has_value());
}

// Twins share all but the given name, in which they are strangers.
TEST(WithoutControlTest, RefusesTwins) {
  PatternCounts drawn;
  PairSimulator simulator(8);
  SimulatedClass twins = Household();
  twins.equal[2] = 1;
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(twins, PairKind::kCandidate, 400, &drawn);
  const Simulation simulation(drawn, PairKind::kCandidate);
  EXPECT_FALSE(
      FitMatchesWithoutControl(simulation.candidates, simulation.base, FiveComparisons(), 1'000)
          .has_value());
}

// As many pairs of one household as of one person: two classes do not do, more are tried.
TEST(WithoutControlTest, FindsPersonsBesideHouseholds) {
  PatternCounts drawn;
  PairSimulator simulator(9);
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(Household(), PairKind::kCandidate, 600, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 500, &drawn);
  const Simulation simulation(drawn, PairKind::kCandidate);
  const auto model =
      FitMatchesWithoutControl(simulation.candidates, simulation.base, FiveComparisons(), 1'000);
  ASSERT_TRUE(model.has_value());
  EXPECT_THAT(model->match_share() * simulation.candidates.total, DoubleNear(500, 25));
}

TEST(RandomShareTest, IsTheLeastRatioToStrangers) {
  LevelTable strangers{};
  strangers[kUnlike] = 0.8;
  strangers[4] = 0.195;
  strangers[kEqual] = 0.005;  // too rare to tell anything
  LevelTable persons{};
  persons[kUnlike] = 0.08;
  persons[4] = 0.12;
  persons[kEqual] = 0.8;
  EXPECT_DOUBLE_EQ(RandomShare(persons, strangers), 0.1);
  EXPECT_DOUBLE_EQ(RandomShare(strangers, strangers), 1);
}

}  // namespace
}  // namespace musubi::engine
