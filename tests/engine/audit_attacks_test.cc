// The attacks that name records, on made-up people whose right answers are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/seeded_draws.h"
#include "engine/audit/anchor_looks.h"
#include "engine/audit/anchor_profile.h"
#include "engine/audit/finding.h"
#include "engine/audit/graph_matching.h"
#include "engine/audit/nearest.h"
#include "engine/audit/people.h"
#include "engine/audit/unit_rows.h"

namespace musubi::engine {
namespace {

using Eigen::Index;
using ::testing::ElementsAre;

constexpr std::uint64_t kSeed = 11;

double Unit(SeededDraws* draws) { return static_cast<double>(draws->Below(1'000'000)) / 1e6; }

// Rows that spread most in the first directions, and in each more to one side than to the other, as
// those of people do; each of length 1.
Matrix Crowd(Index rows, Index columns, SeededDraws* draws) {
  Matrix crowd(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      const double wide = std::pow(0.9, static_cast<double>(j));
      crowd(i, j) = static_cast<float>(wide * (-std::log(1 - Unit(draws)) - 1));
    }
    crowd.row(i).normalize();
  }
  return crowd;
}

// A turn of space that an attacker does not know.
Matrix RandomTurn(Index columns, SeededDraws* draws) {
  Eigen::MatrixXf random(columns, columns);
  for (Index i = 0; i < columns; ++i) {
    for (Index j = 0; j < columns; ++j) random(i, j) = static_cast<float>(Unit(draws) - 0.5);
  }
  return Eigen::HouseholderQR<Eigen::MatrixXf>(random).householderQ() *
         Eigen::MatrixXf::Identity(columns, columns);
}

TEST(NearestTest, FindsTheHighestProductsAndTheLeastDistances) {
  Matrix left(2, 2);
  left << 1, 0, 0, 1;
  Matrix right(3, 2);
  right << 0, 0.5F, 2, 0, 3, 3;
  const Nearest nearest = FindNearest(left, right);
  EXPECT_THAT(nearest.of_left, ElementsAre(2, 2));
  EXPECT_THAT(nearest.score, ElementsAre(3, 3));
  EXPECT_THAT(nearest.of_right, ElementsAre(1, 0, 0));
  const Nearest closest = FindClosest(left, right);
  EXPECT_THAT(closest.of_left, ElementsAre(1, 0));
  EXPECT_THAT(closest.of_right, ElementsAre(1, 0, 0));
}

// More rows than a block has, so that the best of several blocks are put together.
TEST(NearestTest, OfManyBlocksTheFirstOfTheBestCounts) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const Matrix left = Crowd(300, 5, &draws);
  const Matrix right = Crowd(170, 5, &draws);
  const Nearest nearest = FindNearest(left, right);
  const Matrix table = left * right.transpose();
  for (Index j = 0; j < right.rows(); ++j) {
    Index best = 0;
    table.col(j).maxCoeff(&best);
    EXPECT_EQ(nearest.of_right[static_cast<std::size_t>(j)], best) << j;
  }
}

TEST(GraphMatchingTest, FindsPeopleWhoseSpaceWasTurned) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const Matrix people = Crowd(300, 40, &draws);
  const Records order = DrawSample(300, 300, kSeed);
  const std::vector<std::uint32_t> guesses =
      MatchGraphs(DrawGraph(people * RandomTurn(40, &draws)), DrawGraph(RowsOf(people, order)));
  EXPECT_GE(CountRight(guesses, PlacesIn(order, 300)).value(), 0.99);
}

TEST(GraphMatchingTest, FindsNoOneAmongStrangers) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const Matrix people = Crowd(300, 40, &draws);
  const Matrix others = Crowd(300, 40, &draws);
  const std::vector<std::uint32_t> guesses = MatchGraphs(DrawGraph(people), DrawGraph(others));
  EXPECT_LE(CountRight(guesses, PlacesIn(DrawSample(300, 300, kSeed), 300)).value(), 0.02);
}

TEST(AnchorProfileTest, TakesTheCandidateThatExplainsASimilarityBest) {
  Matrix observed(2, 3);
  observed << 0.9F, 0.1F, 0, 0.1F, 0.2F, 0.3F;
  Matrix expected(3, 3);
  expected << 1, 0.1F, 0, 1, 1, 1, 0.1F, 0.2F, 0.3F;
  EXPECT_THAT(MatchByAnchors(observed, expected), ElementsAre(0, 2));
}

TEST(AnchorProfileTest, CosinesAreOfSetsOfTokens) {
  const Matrix cosines = TokenCosines({{1, 2}, {}}, {{2, 3}, {1, 2}, {7}});
  EXPECT_FLOAT_EQ(cosines(0, 0), 0.5F);
  EXPECT_FLOAT_EQ(cosines(0, 1), 1);
  EXPECT_FLOAT_EQ(cosines(0, 2), 0);
  EXPECT_FLOAT_EQ(cosines(1, 0), 0);
}

// Similarities are the squares of cosines up to 0.5, and nobody is more alike: beyond, the curve is
// the line to 1.
TEST(AnchorProfileTest, ACurveIsLearntWhereThereArePairsAndALineBeyond) {
  Matrix cosines(40, 100);
  Matrix similarities(40, 100);
  for (Index i = 0; i < 40; ++i) {
    for (Index j = 0; j < 100; ++j) {
      cosines(i, j) = 0.005F * static_cast<float>(j);
      similarities(i, j) = cosines(i, j) * cosines(i, j);
    }
  }
  Matrix asked(1, 3);
  asked << 0.25F, 0.75F, 1;
  const Matrix expected = SimilarityCurve(cosines, similarities).Of(asked);
  EXPECT_NEAR(expected(0, 0), 0.0625, 0.005);
  EXPECT_NEAR(expected(0, 1), (0.25 + 1) / 2, 0.02);
  EXPECT_NEAR(expected(0, 2), 1, 0.02);
}

// Neither view tells all three apart, and both do.
TEST(AnchorLooksTest, ViewsSideBySideTellMoreThanEach) {
  AnchorLook one;
  one.observed = one.own_key = one.by_curve = Matrix::Zero(3, 2);
  one.by_curve.col(0) << 1, 1, 0;
  one.observed.col(0) << 1, 1, 0;
  AnchorLook two = one;
  two.by_curve.col(0) << 0, 1, 1;
  two.observed.col(0) << 0, 1, 1;
  EXPECT_THAT(MatchByAnchors(one.observed, one.by_curve), ElementsAre(0, 0, 2));
  EXPECT_THAT(MatchByAnchors(two.observed, two.by_curve), ElementsAre(0, 1, 1));
  const AnchorLook both = SideBySide({one, two}, 1);
  EXPECT_EQ(both.observed.cols(), 2);
  EXPECT_THAT(MatchByAnchors(both.observed, both.by_curve), ElementsAre(0, 1, 2));
}

TEST(AnchorLooksTest, AViewHasUnitRowsOfItsOwn) {
  std::vector<FilterColumn> filters(2);
  filters[0].bits = BitMatrix(1, 2);
  filters[1].bits = BitMatrix(2, 2);
  Matrix rows(2, 3);
  rows << 0.6F, 0, 0.8F, 1, 0, 0;
  const std::vector<Matrix> views = UnitRowsByFilter(rows, filters);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_FLOAT_EQ(views[0](0, 0), 1);
  EXPECT_FLOAT_EQ(views[1](0, 1), 1);
  EXPECT_EQ(views[1].row(1).norm(), 0);  // and not a number
}

}  // namespace
}  // namespace musubi::engine
