#include "engine/audit/graph_matching.h"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/audit/anchor_profile.h"
#include "engine/audit/embedding.h"
#include "engine/audit/nearest.h"

namespace musubi::engine {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

constexpr Index kDimensions = 50;
constexpr Index kFirstDimensions = 5;  // that the start must get right
constexpr int kLastRounds = 12;        // over all dimensions
constexpr std::size_t kMostSeeds = 1000;

// How many main directions of the profiles a start looks at; each start may fail.
constexpr Index kStarts[] = {8, 4, 12, 6};

// Of all victims, those that are each other's nearest in a match that has surely found its way.
constexpr double kFound = 0.9;

// A victim and an attacker's row that are each other's nearest.
struct Mutual {
  std::vector<std::uint32_t> victims;
  std::vector<std::uint32_t> attackers;
  std::vector<float> scores;
};

Mutual MutualOf(const Nearest& nearest) {
  Mutual mutual;
  for (std::uint32_t v = 0; v < nearest.of_left.size(); ++v) {
    const std::uint32_t a = nearest.of_left[v];
    if (nearest.of_right[a] != v) continue;
    mutual.victims.push_back(v);
    mutual.attackers.push_back(a);
    mutual.scores.push_back(nearest.score[v]);
  }
  return mutual;
}

// Each column less its mean, over its deviation.
Matrix Standardised(Matrix table) {
  table.rowwise() -= table.colwise().mean().eval();
  for (Index j = 0; j < table.cols(); ++j) {
    const float deviation = table.col(j).norm() / std::sqrt(static_cast<float>(table.rows()));
    if (deviation > 0) table.col(j) /= deviation;
  }
  return table;
}

// Both tables along the main directions of both together, each as wide as the next.
struct Whitened {
  Matrix victim;
  Matrix attacker;
};
Whitened Whiten(const Matrix& victim, const Matrix& attacker, Index dimensions) {
  MatrixXf spread = victim.transpose() * victim / static_cast<float>(victim.rows());
  spread += attacker.transpose() * attacker / static_cast<float>(attacker.rows());
  const Eigen::SelfAdjointEigenSolver<MatrixXf> solver(spread);
  MatrixXf directions = solver.eigenvectors().rightCols(dimensions);
  for (Index j = 0; j < dimensions; ++j) {
    const float width = solver.eigenvalues()(spread.cols() - dimensions + j);
    directions.col(j) /= std::sqrt(std::max(width, 1e-6F));
  }
  return {Product(victim, directions), Product(attacker, directions)};
}

// The orthogonal map over the first `dimensions` that brings the victims nearest to their partners.
//
// Source: Schoenemann, "A generalized solution of the orthogonal Procrustes problem",
//         Psychometrika 31(1), 1966.
MatrixXf Turn(const Matrix& victim, const Matrix& attacker, const Mutual& pairs, Index dimensions) {
  const Matrix from = RowsOf(victim, pairs.victims).leftCols(dimensions);
  const Matrix to = RowsOf(attacker, pairs.attackers).leftCols(dimensions);
  const MatrixXf together = from.transpose() * to;
  const Eigen::JacobiSVD<MatrixXf> svd(together, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return svd.matrixU() * svd.matrixV().transpose();
}

Matrix Normalised(Matrix rows) {
  for (Index i = 0; i < rows.rows(); ++i) {
    const float length = rows.row(i).norm();
    if (length > 0) rows.row(i) /= length;
  }
  return rows;
}

// From rough pairs to those that fit over all dimensions.
Mutual Refine(const Matrix& victim, const Matrix& attacker, Mutual pairs) {
  const Index most = victim.cols();
  const Index first = std::min(kFirstDimensions, most);
  const Index rounds = most - first + kLastRounds;
  for (Index round = 0; round < rounds && !pairs.victims.empty(); ++round) {
    const Index dimensions = std::min(most, first + round);
    const MatrixXf turn = Turn(victim, attacker, pairs, dimensions);
    pairs = MutualOf(FindNearest(Normalised(Product(victim.leftCols(dimensions), turn)),
                                 Normalised(attacker.leftCols(dimensions))));
  }
  return pairs;
}

// The pairs whose scores are the highest.
void KeepBest(std::size_t most, Mutual* pairs) {
  std::vector<std::uint32_t> order(pairs->victims.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return pairs->scores[a] > pairs->scores[b]; });
  order.resize(std::min(most, order.size()));
  Mutual kept;
  for (const std::uint32_t pair : order) {
    kept.victims.push_back(pairs->victims[pair]);
    kept.attackers.push_back(pairs->attackers[pair]);
  }
  *pairs = std::move(kept);
}

}  // namespace

std::vector<std::uint32_t> MatchGraphs(const Matrix& victim, const Matrix& attacker) {
  const Index dimensions =
      std::min({kDimensions, victim.cols(), attacker.cols(), victim.rows(), attacker.rows()});
  const Matrix from = Embed(victim, dimensions);
  const Matrix to = Embed(attacker, dimensions);
  const Matrix profiles = Standardised(SimilarityProfiles(victim));
  const Matrix known_profiles = Standardised(SimilarityProfiles(attacker));
  Mutual best;
  for (const Index start : kStarts) {
    const Whitened rough = Whiten(profiles, known_profiles, start);
    const Mutual pairs = Refine(from, to, MutualOf(FindClosest(rough.victim, rough.attacker)));
    if (pairs.victims.size() > best.victims.size()) best = pairs;
    if (static_cast<double>(best.victims.size()) >= kFound * static_cast<double>(from.rows())) {
      break;
    }
  }
  KeepBest(kMostSeeds, &best);
  return MatchByAnchors(Product(victim, RowsOf(victim, best.victims).transpose()),
                        Product(attacker, RowsOf(attacker, best.attackers).transpose()));
}

}  // namespace musubi::engine
