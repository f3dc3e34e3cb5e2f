#include "engine/audit/likely_turns.h"

#include <tbb/parallel_for.h>

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>

#include "core/seeded_draws.h"

namespace musubi::engine {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;
using Eigen::VectorXf;

constexpr Index kTriesEach = 32;  // for each dimension but the first
constexpr int kRounds = 8;        // of moving and turning
constexpr int kScalings = 10;     // of a plan, until its margins are nearly right
constexpr Index kMostPoints = 400;
constexpr float kBlur = 0.05F;  // of the mean cost
constexpr float kAlike = 0.8F;  // of two turns: their mean cosine

struct Try {
  float cost = 0;  // of moving, in that of moving anything anywhere
  MatrixXf turn;
};

// Sums of uniform numbers: near enough to normal ones, so that no direction is preferred.
MatrixXf RandomTurn(Index dimensions, std::uint64_t seed) {
  constexpr int kSummed = 12;
  constexpr std::uint64_t kSteps = 1 << 20;
  SeededDraws draws(seed);
  MatrixXf random = MatrixXf::Zero(dimensions, dimensions);
  for (Index j = 0; j < dimensions; ++j) {
    for (Index i = 0; i < dimensions; ++i) {
      for (int s = 0; s < kSummed; ++s) {
        random(i, j) += static_cast<float>(draws.Below(kSteps)) / kSteps - 0.5F;
      }
    }
  }
  return Eigen::HouseholderQR<MatrixXf>(random).householderQ();
}

// Costs of moving each point of `from` to each of `to`.
MatrixXf CostsOf(const MatrixXf& from, const MatrixXf& to) {
  MatrixXf costs = -2 * from * to.transpose();
  costs.colwise() += from.rowwise().squaredNorm();
  costs.rowwise() += to.rowwise().squaredNorm().transpose();
  return costs;
}

// Moves all mass of each side, as much from and to each point.
MatrixXf PlanOf(const MatrixXf& costs) {
  MatrixXf plan = (-costs.array() / (kBlur * costs.mean())).exp();
  VectorXf rows = VectorXf::Constant(plan.rows(), 1 / static_cast<float>(plan.rows()));
  VectorXf columns;
  constexpr float kTiny = 1e-30F;
  for (int scaling = 0; scaling < kScalings; ++scaling) {
    columns =
        ((plan.transpose() * rows).array() + kTiny).inverse() / static_cast<float>(plan.cols());
    rows = ((plan * columns).array() + kTiny).inverse() / static_cast<float>(plan.rows());
  }
  return rows.asDiagonal() * plan * columns.asDiagonal();
}

Try Improve(const MatrixXf& from, const MatrixXf& to, MatrixXf turn) {
  Try best;
  for (int round = 0; round < kRounds; ++round) {
    const MatrixXf costs = CostsOf(from * turn, to);
    const MatrixXf plan = PlanOf(costs);
    best.cost = plan.cwiseProduct(costs).sum() / costs.mean();
    const MatrixXf together = from.transpose() * plan * to;
    const Eigen::JacobiSVD<MatrixXf> svd(together, Eigen::ComputeFullU | Eigen::ComputeFullV);
    turn = svd.matrixU() * svd.matrixV().transpose();
  }
  best.turn = std::move(turn);
  return best;
}

}  // namespace

std::vector<MatrixXf> LikelyTurns(const Matrix& from, const Matrix& to, Index dimensions,
                                  std::size_t most) {
  const MatrixXf some = from.topLeftCorner(std::min(from.rows(), kMostPoints), dimensions);
  const MatrixXf others = to.topLeftCorner(std::min(to.rows(), kMostPoints), dimensions);
  std::vector<Try> tries(static_cast<std::size_t>(kTriesEach * (dimensions - 1)));
  tbb::parallel_for(std::size_t{0}, tries.size(), [&](std::size_t i) {
    tries[i] = Improve(some, others, RandomTurn(dimensions, i));
  });
  std::ranges::stable_sort(tries, {}, &Try::cost);
  std::vector<MatrixXf> turns;
  for (Try& tried : tries) {
    const bool is_new = std::ranges::none_of(turns, [&](const MatrixXf& turn) {
      return turn.cwiseProduct(tried.turn).sum() > kAlike * static_cast<float>(dimensions);
    });
    if (is_new && turns.size() < most) turns.push_back(std::move(tried.turn));
  }
  return turns;
}

}  // namespace musubi::engine
