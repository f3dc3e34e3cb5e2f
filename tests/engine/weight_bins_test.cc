// Pairs by weight, and what thresholds select of them, against what is counted pattern by pattern.
#include "engine/model/weight_bins.h"

#include <gmock/gmock.h>

#include <numeric>

#include "engine/model/learned_model.h"
#include "simulated_pairs.h"

namespace musubi::engine {
namespace {

// Counts of strangers and of one person's pairs, and the model that is learnt from them.
class WeightBinsTest : public testing::Test {
 protected:
  WeightBinsTest() {
    PairSimulator simulator(3);
    PatternCounts counts;
    simulator.Add(Strangers(), PairKind::kControl, 20'000, &counts);
    simulator.Add(Strangers(), PairKind::kHeldOut, 20'000, &counts);
    simulator.Add(Strangers(), PairKind::kCandidate, 30'000, &counts);
    simulator.Add({{0.9, 0.9, 0.95, 0.8, 0.8}, {0.2, 0.2, 0.5, 0.5, 0.5}}, PairKind::kCandidate,
                  2'000, &counts);
    counts_ = counts.Sorted();
    model_ = Learn(counts_, FiveComparisons(), 1'000, 0);
  }

  std::vector<PatternCount> counts_;
  LearnedModel model_;
};

TEST_F(WeightBinsTest, HaveEveryPairOnceInItsWholeBit) {
  const PatternWeights weights(model_.pairs, model_.rarity, counts_);
  const std::vector<WeightBin> bins = BinsOf(model_.pairs, weights, counts_);
  ASSERT_GT(bins.size(), 10U);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    EXPECT_TRUE(i == 0 || bins[i - 1].bits < bins[i].bits) << bins[i].bits;
    std::uint64_t candidates = 0;
    std::uint64_t held_out = 0;
    for (const PatternCount& count : counts_) {
      const Weight weight = weights.Of(count.pattern);
      if (weight < bins[i].bits * kBit || weight >= (bins[i].bits + 1) * kBit) continue;
      candidates += count.of(PairKind::kCandidate);
      held_out += count.of(PairKind::kHeldOut);
    }
    EXPECT_EQ(bins[i].candidates, candidates) << bins[i].bits;
    EXPECT_EQ(bins[i].held_out, held_out) << bins[i].bits;
    EXPECT_GT(candidates + held_out, 0U);
  }
  const auto sum = [&](auto part) {
    return std::transform_reduce(bins.begin(), bins.end(), std::uint64_t{0}, std::plus<>(), part);
  };
  EXPECT_EQ(sum([](const WeightBin& bin) { return bin.candidates; }), 32'000U);
  EXPECT_EQ(sum([](const WeightBin& bin) { return bin.held_out; }), 20'000U);
}

// The point of each bit is what the run would have selected at that threshold.
TEST_F(WeightBinsTest, CurveIsWhatEachThresholdSelects) {
  const PatternWeights weights(model_.pairs, model_.rarity, counts_);
  const std::vector<WeightBin> bins = BinsOf(model_.pairs, weights, counts_);
  const Selection at_zero = SelectionOf(model_.pairs, weights, 0, counts_);
  const std::vector<ThresholdPoint> curve = ThresholdCurve(bins, at_zero);
  ASSERT_EQ(curve.size(), bins.size());
  for (const ThresholdPoint& point : curve) {
    const Selection expected = SelectionOf(model_.pairs, weights, point.bits * kBit, counts_);
    EXPECT_EQ(point.selection.selected, expected.selected) << point.bits;
    EXPECT_EQ(point.selection.hits, expected.hits) << point.bits;
    EXPECT_EQ(point.selection.candidates, expected.candidates);
    EXPECT_EQ(point.selection.held_out, expected.held_out);
    EXPECT_NEAR(point.selection.expected_selected, expected.expected_selected, 1e-6);
    EXPECT_EQ(ModelRecall(point.selection), ModelRecall(expected)) << point.bits;
  }
}

// Below zero a whole bit is rounded down, not towards zero.
TEST_F(WeightBinsTest, RoundDownBelowZero) {
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
  mixture.classes = {{0.5, {0}}, {0.5, {1}}};
  const PairModel model{mixture, 1};
  const std::vector<PatternCount> counts = {
      {0, {4, 0, 0}}, {AtPlace(kUnlike, 0), {5, 0, 7}}, {AtPlace(kEqual, 0), {10, 0, 0}}};
  const PatternWeights weights(model, true, counts);  // 0, and 3.17 bits on either side
  const std::vector<WeightBin> bins = BinsOf(model, weights, counts);
  ASSERT_EQ(bins.size(), 3U);
  EXPECT_EQ(bins[0].bits, -4);
  EXPECT_EQ(bins[0].held_out, 7U);
  EXPECT_NEAR(bins[0].expected_matches, 0.5, 1e-12);
  EXPECT_EQ(bins[1].bits, 0);
  EXPECT_NEAR(bins[1].expected_matches, 2, 1e-12);
  EXPECT_EQ(bins[2].bits, 3);
  EXPECT_NEAR(bins[2].expected_matches, 9, 1e-12);
}

}  // namespace
}  // namespace musubi::engine
