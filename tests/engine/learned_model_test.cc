// From counts of patterns to weights, estimates and refusals.
#include "engine/model/learned_model.h"

#include <gmock/gmock.h>

#include "simulated_pairs.h"

namespace musubi::engine {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;

// One comparison, values of one rarity: equal in 0.9 of matches and 0.1 of others.
PairModel TinyModel(double share) {
  Mixture mixture;
  mixture.shapes.resize(1);
  mixture.values.resize(1);
  for (const double equal : {0.9, 0.1}) {
    Shape shape;
    shape.chances[kMissing] = 1;
    shape.chances[kUnlike] = 1 - equal;
    shape.chances[kEqual] = equal;
    mixture.AddShape(0, shape);
  }
  mixture.classes = {{share, {0}}, {1 - share, {1}}};
  return {mixture, 1};
}

TEST(PatternWeightsTest, AreLogarithmsOfOddsInThousandthsOfABit) {
  const PairModel model = TinyModel(0.5);
  EXPECT_EQ(WeightOf(model, AtPlace(kEqual, 0)), 3170);  // log2 9
  EXPECT_EQ(WeightOf(model, AtPlace(kUnlike, 0)), -3170);
  EXPECT_EQ(WeightOf(model, 0), 0);  // missing: what there was before
  EXPECT_EQ(WeightOf(TinyModel(1.0 / 1025), 0), -10'000);
}

TEST(PatternWeightsTest, OfChances) {
  EXPECT_EQ(WeightOfChance({1, 2}), 0);
  EXPECT_EQ(WeightOfChance({8, 9}), 3000);
  EXPECT_EQ(WeightOfChance({1, 9}), -3000);
}

TEST(PatternWeightsTest, AreFoundAgain) {
  const PairModel model = TinyModel(0.5);
  const std::vector<PatternCount> counts = {{0, {1, 0, 0}},
                                            {AtPlace(kUnlike, 0), {1, 0, 0}},
                                            {AtPlace(kEqual, 0), {0, 1, 0}},
                                            {AtPlace(kEqual + 5, 0), {1, 0, 0}}};
  const PatternWeights plain(model, false, counts);
  EXPECT_EQ(plain.Of(0), 0);
  EXPECT_EQ(plain.Of(AtPlace(kUnlike, 0)), -3170);
  EXPECT_EQ(plain.Of(AtPlace(kEqual, 0)), 3170);
  EXPECT_EQ(plain.Of(AtPlace(kEqual + 5, 0)), 3170);
}

// A sample may lack patterns, and whole levels.
TEST(PatternWeightsTest, OfPatternsThatWereNotCounted) {
  const PatternWeights weights(TinyModel(0.5), true, {});
  EXPECT_EQ(weights.Of(AtPlace(kEqual, 0)), 3170);
  EXPECT_EQ(weights.Of(AtPlace(kEqual + 5, 0)), 0);
}

TEST(QualityTest, SelectsAtTheThreshold) {
  const PairModel model = TinyModel(0.5);
  const std::vector<PatternCount> counts = {
      {0, {10, 7, 4}}, {AtPlace(kUnlike, 0), {100, 50, 50}}, {AtPlace(kEqual, 0), {20, 3, 2}}};
  const PatternWeights weights(model, false, counts);
  const Selection selection = SelectionOf(model, weights, 0, counts);
  EXPECT_EQ(selection.candidates, 130U);
  EXPECT_EQ(selection.selected, 30U);
  EXPECT_EQ(selection.held_out, 56U);
  EXPECT_EQ(selection.hits, 6U);
  EXPECT_DOUBLE_EQ(selection.expected_selected, 10 * 0.5 + 20 * 0.9);
  EXPECT_DOUBLE_EQ(selection.expected_matches, 65);
  EXPECT_EQ(ModelPrecision(selection), 766'667U);
  EXPECT_EQ(ModelRecall(selection), 353'846U);
}

// 10 hits among 1,000 pairs stand for 20 among 2,000 candidates: 20 mistakes in 400 links. Tables
// of the Poisson distribution have 4.795 to 18.39 for 10 events, and up to 3.689 for none.
TEST(QualityTest, ControlStandsForMistakes) {
  const Estimate some = ControlPrecision(400, 2'000, 10, 1'000);
  EXPECT_EQ(some.value, 950'000U);
  EXPECT_THAT(some.low, AllOf(Ge(907'500U), Le(908'500U)));
  EXPECT_THAT(some.high, AllOf(Ge(975'500U), Le(976'500U)));
  const Estimate none = ControlPrecision(400, 2'000, 0, 1'000);
  EXPECT_EQ(none.value, 1'000'000U);
  EXPECT_EQ(none.high, 1'000'000U);
  EXPECT_THAT(none.low, AllOf(Ge(981'000U), Le(982'500U)));
  EXPECT_EQ(ControlPrecision(10, 2'000, 50, 1'000).value, 0U);
}

TEST(QualityTest, ContradictsFromFivePointsOn) {
  const Estimate control{900'000, 850'000, 940'000};
  EXPECT_FALSE(Contradicts(control, 990'000));
  EXPECT_TRUE(Contradicts(control, 990'001));
  EXPECT_FALSE(Contradicts(control, 800'000));
  EXPECT_TRUE(Contradicts(control, 799'999));
}

// 1,000 selected with 10 hits, which stand for 20 mistakes, against 980 without any: the same
// found.
TEST(QualityTest, RarityGoesWherePlainlyMoreIsFoundWithoutIt) {
  const Selection rare{2'000, 1'000, 1'000, 10, 0, 0};
  EXPECT_TRUE(RarityPays(rare, {2'000, 980, 1'000, 0, 0, 0}));
  EXPECT_TRUE(RarityPays(rare, {2'000, 984, 1'000, 0, 0, 0}));
  EXPECT_FALSE(RarityPays(rare, {2'000, 986, 1'000, 0, 0, 0}));
  EXPECT_TRUE(RarityPays(rare, {2'000, 1'000, 1'000, 10, 0, 0}));
}

PatternCounts Healthy() {
  PatternCounts drawn;
  PairSimulator simulator(11);
  simulator.Add(Strangers(), PairKind::kControl, 200'000, &drawn);
  simulator.Add(Household(), PairKind::kControl, 400, &drawn);
  simulator.Add(Strangers(), PairKind::kHeldOut, 200'000, &drawn);
  simulator.Add(Household(), PairKind::kHeldOut, 400, &drawn);
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(Household(), PairKind::kCandidate, 800, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 700, &drawn);
  return drawn;
}

TEST(LearnTest, LearnsPersons) {
  const LearnedModel model = Learn(Healthy().Sorted(), FiveComparisons(), 2'000, 0);
  EXPECT_THAT(model.refusal, IsEmpty());
  EXPECT_TRUE(model.has_control);
  EXPECT_THAT(model.pairs.match_share() * 401'500, DoubleNear(700, 20));
  EXPECT_GT(WeightOf(model.pairs, 0x88888), 10'000);
  EXPECT_LT(WeightOf(model.pairs, 0x88181), -5'000);  // all but given name and birth date
}

TEST(LearnTest, IsTheSameEveryTime) {
  const std::vector<PatternCount> counts = Healthy().Sorted();
  const LearnedModel one = Learn(counts, FiveComparisons(), 2'000, 0);
  const LearnedModel other = Learn(counts, FiveComparisons(), 2'000, 0);
  for (const PatternCount& count : counts) {
    EXPECT_EQ(WeightOf(one.pairs, count.pattern), WeightOf(other.pairs, count.pattern));
  }
}

// The pairs that are learnt from have no households, those held out are full of them: what the
// model takes for persons, the control knows to be two.
TEST(LearnTest, RefusesWhatTheControlContradicts) {
  PatternCounts drawn;
  PairSimulator simulator(12);
  simulator.Add(Strangers(), PairKind::kControl, 200'000, &drawn);
  simulator.Add(Strangers(), PairKind::kHeldOut, 200'000, &drawn);
  simulator.Add(Household(), PairKind::kHeldOut, 400, &drawn);
  simulator.Add(Strangers(), PairKind::kCandidate, 400'000, &drawn);
  simulator.Add(Household(), PairKind::kCandidate, 800, &drawn);
  const LearnedModel model = Learn(drawn.Sorted(), FiveComparisons(), 2'000, 0);
  EXPECT_THAT(model.refusal, HasSubstr("something else than persons"));
}

// Too few control pairs to learn from: as if there were none.
TEST(LearnTest, DoesWithoutAControlThatIsTooSmall) {
  PatternCounts drawn = Healthy();
  for (int i = 0; i < 999; ++i) drawn.Add(0x11111, PairKind::kHeldOut);
  std::vector<PatternCount> counts;
  for (PatternCount count : drawn.Sorted()) {
    count.counts[static_cast<int>(PairKind::kHeldOut)] = 0;
    counts.push_back(count);
  }
  EXPECT_FALSE(Learn(counts, FiveComparisons(), 2'000, 0).has_control);
}

TEST(LearnTest, RefusesWhereNothingShowsWhatWasLearnt) {
  PatternCounts drawn;
  PairSimulator simulator(13);
  simulator.Add(Strangers(), PairKind::kCandidate, 100'000, &drawn);
  simulator.Add(OnePerson(), PairKind::kCandidate, 300, &drawn);
  Comparisons comparisons = FiveComparisons();
  EXPECT_THAT(Learn(drawn.Sorted(), comparisons, 500, 0).refusal, IsEmpty());
  comparisons.roles[2] = Role::kOther;
  EXPECT_THAT(Learn(drawn.Sorted(), comparisons, 500, 0).refusal, HasSubstr("names and dates"));
}

// One comparison tells all: persons are equal in it as often as strangers, but in rare values.
TEST(LearnTest, RareValuesTellMore) {
  Comparisons comparisons = FiveComparisons();
  comparisons.values[1] = LevelTable{};
  comparisons.values[1][kEqual] = 0.2;
  comparisons.values[1][kEqual + 5] = 0.8;
  PatternCounts drawn;
  PairSimulator simulator(14);
  SimulatedClass strangers = Strangers();
  strangers.equal = {0.2, 0.2, 0.02, 0.2, 0.2};
  for (const PairKind kind : {PairKind::kControl, PairKind::kHeldOut, PairKind::kCandidate}) {
    simulator.Add(strangers, kind, 200'000, &drawn);
  }
  PatternCounts persons;
  simulator.Add(OnePerson(), PairKind::kCandidate, 1'000, &persons);
  for (const PatternCount& count : persons.Sorted()) {
    for (std::uint64_t i = 0; i < count.of(PairKind::kCandidate); ++i) {
      const bool rare = LevelAt(count.pattern, 1) == kEqual && i % 5 != 0;
      drawn.Add(count.pattern + (rare ? AtPlace(5, 1) : 0), PairKind::kCandidate);
    }
  }
  const LearnedModel model = Learn(drawn.Sorted(), comparisons, 2'000, 0);
  EXPECT_THAT(model.refusal, IsEmpty());
  ASSERT_TRUE(model.rarity);
  EXPECT_GT(WeightOf(model.pairs, AtPlace(kEqual + 5, 1)),
            WeightOf(model.pairs, AtPlace(kEqual, 1)) + 5'000);
}

constexpr const char* kContract = R"({
  "musubi_contract": 1, "name": "roles", "profile": "fields",
  "fields": [{"name": "n", "kind": "name"}, {"name": "d", "kind": "date"},
             {"name": "p", "kind": "postcode"}, {"name": "s", "kind": "sex"}],
  "filters": [
    {"name": "n", "bits": 512, "features": [{"field": "n", "tokens": {"kind": "qgram"}, "positions": 10}]},
    {"name": "d", "bits": 512, "features": [{"field": "d", "tokens": {"kind": "exact"}, "positions": 10}]},
    {"name": "p", "bits": 512, "features": [{"field": "p", "tokens": {"kind": "exact"}, "positions": 10}]},
    {"name": "s", "bits": 512, "features": [{"field": "s", "tokens": {"kind": "exact"}, "positions": 10}]},
    {"name": "m", "bits": 512, "features": [
      {"field": "n", "tokens": {"kind": "qgram"}, "positions": 10},
      {"field": "d", "tokens": {"kind": "exact"}, "positions": 10}]}],
  "match_tokens": [{"name": "t", "parts": [{"field": "n"}, {"field": "d"}]}],
  "linkage": {"model": {"kind": "fellegi_sunter", "threshold": "0.5"}}})";

TEST(ComparisonsTest, RolesFollowTheKindsOfFields) {
  const Comparisons comparisons = ComparisonsOf(Contract::Parse(kContract).value());
  EXPECT_THAT(comparisons.roles, testing::ElementsAre(Role::kName, Role::kDate, Role::kPlace,
                                                      Role::kOther, Role::kOther, Role::kOther));
}

}  // namespace
}  // namespace musubi::engine
