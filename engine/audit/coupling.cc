#include "engine/audit/coupling.h"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <vector>

namespace musubi::engine {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;
using Eigen::VectorXf;

constexpr float kMostShared = 0.97F;  // of a correlation: more would trust a direction blindly
constexpr int kScalings = 6;          // of a plan
constexpr float kTiny = 1e-30F;

VectorXf AllShared(const Alignment& alignment) {
  VectorXf shared(alignment.shared.size() + alignment.traits.size());
  shared << alignment.shared, alignment.traits;
  return shared;
}

Matrix Along(const Cloud& cloud, const MatrixXf& directions) {
  Matrix along(cloud.places.rows(), directions.cols() + cloud.traits.cols());
  along << Product(cloud.places, directions), cloud.traits;
  return along;
}

// Tables whose products are, for each pair of points, the logarithm of how much likelier both are
// of one person than of two: of normal x and y of correlation r,
// -log(1 - r^2) / 2 + (2 r x y - r^2 (x^2 + y^2)) / (2 (1 - r^2)), summed over directions.
struct Likelihoods {
  Matrix victim;
  Matrix attacker;
};
Likelihoods LikelihoodsOf(const Cloud& victim, const Cloud& attacker, const Alignment& alignment) {
  const VectorXf shared = AllShared(alignment);
  const VectorXf left = 1 - shared.array().square();
  const VectorXf both = shared.array() / left.array();
  const VectorXf each = shared.array().square() / (2 * left.array());
  const Matrix x = Along(victim, alignment.victim);
  const Matrix y = Along(attacker, alignment.attacker);
  Likelihoods tables{Matrix(x.rows(), x.cols() + 2), Matrix(y.rows(), y.cols() + 2)};
  const VectorXf of_x =
      -(x.array().square().matrix() * each).array() - left.array().log().sum() / 2;
  const VectorXf of_y = -(y.array().square().matrix() * each);
  tables.victim << x * both.asDiagonal(), of_x, VectorXf::Ones(x.rows());
  tables.attacker << y, VectorXf::Ones(y.rows()), of_y;
  return tables;
}

// A victim's row over its highest, as factors; the highest is kept.
struct Plan {
  Matrix factors;
  VectorXf highest;
  VectorXf rows;     // what each row is multiplied by
  VectorXf columns;  // and each column
};

// One pass: rows are scaled to a sum of 1; then the sums of columns.
VectorXf ScaleRows(Plan* plan) {
  const Index count = plan->factors.rows();
  std::vector<VectorXf> sums(static_cast<std::size_t>((count + kBlockRows - 1) / kBlockRows));
  ForBlocks(count, [&](Index first, Index rows) {
    const auto block = plan->factors.middleRows(first, rows);
    plan->rows.segment(first, rows) = (block * plan->columns).array().max(kTiny).inverse();
    sums[static_cast<std::size_t>(first / kBlockRows)] =
        block.transpose() * plan->rows.segment(first, rows);
  });
  VectorXf sum = VectorXf::Zero(plan->factors.cols());
  for (const VectorXf& of_block : sums) sum += of_block;
  return sum;
}

// Who is taken more than once in all is scaled down.
Plan PlanOf(const Likelihoods& tables, float flattened) {
  Plan plan;
  plan.factors.resize(tables.victim.rows(), tables.attacker.rows());
  plan.highest.resize(tables.victim.rows());
  ForBlocks(plan.factors.rows(), [&](Index first, Index rows) {
    auto block = plan.factors.middleRows(first, rows);
    block.noalias() = tables.victim.middleRows(first, rows) * tables.attacker.transpose();
    for (Index i = 0; i < rows; ++i) {
      const float highest = block.row(i).maxCoeff();
      plan.highest(first + i) = highest;
      block.row(i) = ((block.row(i).array() - highest) * flattened).exp();
    }
  });
  plan.rows = VectorXf::Ones(plan.factors.rows());
  plan.columns = VectorXf::Ones(plan.factors.cols());
  for (int scaling = 0; scaling < kScalings; ++scaling) {
    plan.columns = ScaleRows(&plan).array().max(kTiny).inverse().min(1.0F);
  }
  ScaleRows(&plan);
  return plan;
}

// Where each victim is on the attacker's side, on average.
Matrix Spread(const Plan& plan, const Matrix& points) {
  const Matrix weighted = plan.columns.asDiagonal() * points;
  return plan.rows.asDiagonal() * Product(plan.factors, weighted);
}

double ToldBy(const Likelihoods& tables) {
  const Plan plan = PlanOf(tables, 1);
  const VectorXf sums = plan.factors.rowwise().mean();
  return (plan.highest.array() + sums.array().max(kTiny).log()).cast<double>().mean();
}

}  // namespace

Alignment Couple(const Cloud& victim, const Cloud& attacker, Alignment start, int rounds,
                 float flattened) {
  Alignment alignment = std::move(start);
  const auto count = static_cast<float>(victim.places.rows());
  for (int round = 0; round < rounds; ++round) {
    const Plan plan = PlanOf(LikelihoodsOf(victim, attacker, alignment), flattened);
    const MatrixXf together = victim.places.transpose() * Spread(plan, attacker.places) / count;
    const Eigen::BDCSVD<MatrixXf> svd(together, Eigen::ComputeThinU | Eigen::ComputeThinV);
    alignment.victim = svd.matrixU();
    alignment.attacker = svd.matrixV();
    alignment.shared = svd.singularValues().array().min(kMostShared);
    alignment.traits = victim.traits.cwiseProduct(Spread(plan, attacker.traits))
                           .colwise()
                           .mean()
                           .transpose()
                           .array()
                           .max(0.0F)
                           .min(kMostShared);
  }
  alignment.told = ToldBy(LikelihoodsOf(victim, attacker, alignment));
  return alignment;
}

Nearest Likeliest(const Cloud& victim, const Cloud& attacker, const Alignment& alignment) {
  const Likelihoods tables = LikelihoodsOf(victim, attacker, alignment);
  return FindNearest(tables.victim, tables.attacker);
}

}  // namespace musubi::engine
