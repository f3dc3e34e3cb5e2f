#include "engine/audit/graph_matching.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "engine/audit/anchor_profile.h"
#include "engine/audit/coupling.h"
#include "engine/audit/embedding.h"
#include "engine/audit/likely_turns.h"

namespace musubi::engine {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;
using Eigen::VectorXf;

// Main directions of which the search has the first, for the rest would be taken for what they are
// not before it is clear who is who.
constexpr Index kDimensions = 60;
constexpr Index kSearched[] = {25, 40};  // one search after the other, until one convinces
constexpr Index kTraits = 6;
constexpr Index kMostCoupled = 1000;  // victims that the search looks at
constexpr std::size_t kMostSeeds = 1000;

// How a search goes: so many turns of so many dimensions are tried, and of all the best go on.
struct Turns {
  Index dimensions;
  std::size_t tried;
};
constexpr Turns kTurns[] = {{4, 16}, {3, 8}, {2, 4}};
constexpr std::size_t kGoOn = 12;

// What an alignment tells of an average victim where it is right. Chosen by trials: of plain
// filters of 2,000 and 5,000 people right ones told 6 to 24, wrong ones at most 4.1.
constexpr double kConvincing = 5;

// What a start takes for granted: correlations of the directions it turned, and of traits.
constexpr float kFirstShared = 0.85F;
constexpr float kFirstTraits = 0.4F;

// How a search cools down: rounds, and how flat likelihoods are in them.
constexpr int kShort = 4;
constexpr int kLong = 40;
constexpr int kLast = 16;  // over all dimensions
constexpr float kFlat = 0.5F;
constexpr float kLessFlat = 0.7F;

// Each column less its mean, over its deviation.
Matrix Standardised(Matrix table) {
  table.rowwise() -= table.colwise().mean().eval();
  for (Index j = 0; j < table.cols(); ++j) {
    const float deviation = table.col(j).norm() / std::sqrt(static_cast<float>(table.rows()));
    if (deviation > 0) table.col(j) /= deviation;
  }
  return table;
}

// Both sides' profiles along the main directions of both together.
void AddTraits(const Matrix& of_victim, const Matrix& of_attacker, Cloud* victim, Cloud* attacker) {
  MatrixXf spread = of_victim.transpose() * of_victim / static_cast<float>(of_victim.rows());
  spread += of_attacker.transpose() * of_attacker / static_cast<float>(of_attacker.rows());
  const Eigen::SelfAdjointEigenSolver<MatrixXf> solver(spread);
  const MatrixXf directions = solver.eigenvectors().rightCols(kTraits);
  victim->traits = Standardised(Product(of_victim, directions));
  attacker->traits = Standardised(Product(of_attacker, directions));
}

// The alignment that a turn of the first dimensions means.
Alignment Start(const MatrixXf& turn, Index dimensions) {
  const Index turned = turn.rows();
  Alignment start;
  start.victim = MatrixXf::Zero(dimensions, turned);
  start.victim.topRows(turned) = turn;
  start.attacker = MatrixXf::Identity(dimensions, turned);
  start.shared = VectorXf::Constant(turned, kFirstShared);
  start.traits = VectorXf::Constant(kTraits, kFirstTraits);
  return start;
}

Cloud First(const Cloud& cloud, Index rows, Index dimensions) {
  rows = std::min(rows, cloud.places.rows());
  return {cloud.places.topLeftCorner(rows, std::min(dimensions, cloud.places.cols())),
          cloud.traits.topRows(rows)};
}

// The same in a space of more dimensions.
void Widen(Index dimensions, Alignment* alignment) {
  for (MatrixXf* directions : {&alignment->victim, &alignment->attacker}) {
    const Index had = directions->rows();
    directions->conservativeResize(dimensions, Eigen::NoChange);
    directions->bottomRows(dimensions - had).setZero();
  }
}

// The best alignment of all that `turns` lead to.
Alignment Search(const std::vector<MatrixXf>& turns, const Cloud& victims, const Cloud& attackers) {
  std::vector<Alignment> found;
  for (const MatrixXf& turn : turns) {
    const Alignment first =
        Couple(victims, attackers, Start(turn, victims.places.cols()), kShort, kFlat);
    found.push_back(Couple(victims, attackers, first, kShort, kLessFlat));
  }
  std::ranges::stable_sort(found, std::greater{}, &Alignment::told);
  found.resize(std::min(found.size(), kGoOn));
  for (Alignment& alignment : found) {
    alignment = Couple(victims, attackers, std::move(alignment), kLong, 1);
    if (alignment.told >= kConvincing) return alignment;
  }
  return *std::ranges::max_element(found, {}, &Alignment::told);
}

// The best alignment of all dimensions. Some victims are enough to find it.
Alignment Align(const std::vector<MatrixXf>& turns, const Cloud& all_victims,
                const Cloud& attackers) {
  const Cloud victims = First(all_victims, kMostCoupled, kDimensions);
  Alignment best;
  for (const Index dimensions : kSearched) {
    Alignment found = Search(turns, First(victims, kMostCoupled, dimensions),
                             First(attackers, attackers.places.rows(), dimensions));
    if (best.shared.size() == 0 || found.told > best.told) best = std::move(found);
    if (best.told >= kConvincing) break;
  }
  Widen(victims.places.cols(), &best);
  return Couple(victims, attackers, std::move(best), kLast, 1);
}

// Turns of the first few dimensions, with which searches begin.
std::vector<MatrixXf> TurnsOf(const Graph& victim, const Graph& attacker) {
  std::vector<MatrixXf> all;
  for (const Turns& turns : kTurns) {
    for (MatrixXf& turn :
         LikelyTurns(victim.places, attacker.places, turns.dimensions, turns.tried)) {
      all.push_back(std::move(turn));
    }
  }
  return all;
}

// Victims and attackers that take each other for the same person: those that are surest of it.
struct Seeds {
  std::vector<std::uint32_t> victims;
  std::vector<std::uint32_t> attackers;
};
Seeds SurestOf(const Nearest& nearest) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t v = 0; v < nearest.of_left.size(); ++v) {
    if (nearest.of_right[nearest.of_left[v]] == v) order.push_back(v);
  }
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::uint32_t v) { return nearest.score[v]; });
  order.resize(std::min(kMostSeeds, order.size()));
  Seeds seeds;
  for (const std::uint32_t v : order) {
    seeds.victims.push_back(v);
    seeds.attackers.push_back(nearest.of_left[v]);
  }
  return seeds;
}

}  // namespace

Graph DrawGraph(Matrix unit_rows) {
  Graph graph;
  graph.places = Embed(unit_rows, kDimensions);
  graph.profiles = Standardised(SimilarityProfiles(unit_rows));
  graph.rows = std::move(unit_rows);
  return graph;
}

std::vector<std::uint32_t> MatchGraphs(const Graph& victim, const Graph& attacker) {
  const Index dimensions = std::min(victim.places.cols(), attacker.places.cols());
  Cloud victims{Standardised(victim.places.leftCols(dimensions)), {}};
  Cloud attackers{Standardised(attacker.places.leftCols(dimensions)), {}};
  AddTraits(victim.profiles, attacker.profiles, &victims, &attackers);
  const Alignment alignment = Align(TurnsOf(victim, attacker), victims, attackers);
  const Seeds seeds = SurestOf(Likeliest(victims, attackers, alignment));
  return MatchByAnchors(Product(victim.rows, RowsOf(victim.rows, seeds.victims).transpose()),
                        Product(attacker.rows, RowsOf(attacker.rows, seeds.attackers).transpose()));
}

}  // namespace musubi::engine
