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
constexpr Index kSlowDimensions = 12;  // up to which they are added one at a time, then in twos
constexpr Index kLastRounds = 8;       // over all dimensions
constexpr std::size_t kMostSeeds = 1000;

// How many main directions of what is known of each record a start looks at, and how many
// dimensions it must get right. Each start may fail, so that there are several.
constexpr Index kTraits[] = {8, 4, 12};
constexpr Index kFirstDimensions[] = {6, 10, 4};

// Coordinates whose size, whatever their side, tells a record besides its profile.
constexpr Index kSizes = 6;

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

// From rough pairs to those that fit over all dimensions, beginning with the first `dimensions`.
Mutual Refine(const Matrix& victim, const Matrix& attacker, Index dimensions, Mutual pairs) {
  const Index most = victim.cols();
  dimensions = std::min(dimensions, most);
  for (Index last = 0; last < kLastRounds && !pairs.victims.empty();) {
    const MatrixXf turn = Turn(victim, attacker, pairs, dimensions);
    pairs = MutualOf(FindNearest(Normalised(Product(victim.leftCols(dimensions), turn)),
                                 Normalised(attacker.leftCols(dimensions))));
    if (dimensions == most) ++last;
    dimensions = std::min(most, dimensions + (dimensions < kSlowDimensions ? 1 : 2));
  }
  return pairs;
}

// What tells a record whatever way its embedding is turned, or turned up to its sides.
Matrix TraitsOf(const Matrix& rows, const Matrix& embedding, bool with_sizes) {
  const Matrix profiles = SimilarityProfiles(rows);
  if (!with_sizes) return Standardised(profiles);
  const Index sizes = std::min(kSizes, embedding.cols());
  Matrix traits(rows.rows(), profiles.cols() + sizes);
  traits << profiles, embedding.leftCols(sizes).cwiseAbs();
  return Standardised(std::move(traits));
}

// The pairs of the start that leads to the most.
Mutual Align(const Matrix& victim, const Matrix& attacker, const Matrix& from, const Matrix& to) {
  Mutual best;
  for (const bool with_sizes : {false, true}) {
    const Matrix traits = TraitsOf(victim, from, with_sizes);
    const Matrix known = TraitsOf(attacker, to, with_sizes);
    for (const Index directions : kTraits) {
      const Whitened rough = Whiten(traits, known, directions);
      const Mutual start = MutualOf(FindClosest(rough.victim, rough.attacker));
      for (const Index dimensions : kFirstDimensions) {
        Mutual pairs = Refine(from, to, dimensions, start);
        if (pairs.victims.size() > best.victims.size()) best = std::move(pairs);
        const auto found = static_cast<double>(best.victims.size());
        if (found >= kFound * static_cast<double>(from.rows())) return best;
      }
    }
  }
  return best;
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
  Mutual pairs = Align(victim, attacker, Embed(victim, dimensions), Embed(attacker, dimensions));
  KeepBest(kMostSeeds, &pairs);
  return MatchByAnchors(Product(victim, RowsOf(victim, pairs.victims).transpose()),
                        Product(attacker, RowsOf(attacker, pairs.attackers).transpose()));
}

}  // namespace musubi::engine
