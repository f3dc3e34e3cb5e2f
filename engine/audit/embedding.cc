#include "engine/audit/embedding.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <array>

#include "core/seeded_draws.h"

namespace musubi::engine {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

// Directions that are followed besides those asked for, and how often.
constexpr Index kSpareDirections = 16;
constexpr int kRounds = 20;

// Fixed, so that an embedding depends on its rows alone.
MatrixXf StartDirections(Index rows, Index columns) {
  SeededDraws draws(1);
  MatrixXf start(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) start(i, j) = draws.Below(2) == 0 ? 1.0F : -1.0F;
  }
  return start;
}

MatrixXf Orthonormal(const MatrixXf& directions) {
  const Eigen::HouseholderQR<MatrixXf> qr(directions);
  return qr.householderQ() * MatrixXf::Identity(directions.rows(), directions.cols());
}

// rows^T times `along`, by blocks of columns.
MatrixXf Back(const Matrix& rows, const Matrix& along) {
  MatrixXf back(rows.cols(), along.cols());
  ForBlocks(rows.cols(), [&](Index first, Index count) {
    back.middleRows(first, count).noalias() = rows.middleCols(first, count).transpose() * along;
  });
  return back;
}

constexpr Index kProfiled = 4000;  // others that a profile is of

// Quantiles in parts of 10,000: even, and closer where the nearest are.
constexpr std::array<Index, 32> kQuantiles = {
    20,   300,  700,  1200, 1700, 2200, 2700, 3200, 3700, 4200, 4700, 5200, 5700, 6200, 6700, 7200,
    7700, 8200, 8600, 9000, 9200, 9400, 9500, 9600, 9700, 9800, 9850, 9900, 9925, 9950, 9965, 9980};

}  // namespace

Matrix Embed(const Matrix& unit_rows, Index dimensions) {
  const Index most = std::min(unit_rows.cols(), unit_rows.rows());
  dimensions = std::min(dimensions, most);
  const Index followed = std::min(dimensions + kSpareDirections, most);
  MatrixXf directions = Orthonormal(StartDirections(unit_rows.cols(), followed));
  for (int round = 0; round < kRounds; ++round) {
    directions = Orthonormal(Back(unit_rows, Product(unit_rows, directions)));
  }
  const Matrix along = Product(unit_rows, directions);
  const MatrixXf spread = Back(along, along);
  const Eigen::SelfAdjointEigenSolver<MatrixXf> solver(spread);
  const MatrixXf widest = solver.eigenvectors().rightCols(dimensions).rowwise().reverse();
  return Product(along, widest);
}

Matrix SimilarityProfiles(const Matrix& unit_rows) {
  const auto others = unit_rows.topRows(std::min(unit_rows.rows(), kProfiled));
  const Index last = others.rows() - 1;
  Matrix profiles(unit_rows.rows(), static_cast<Index>(kQuantiles.size()));
  ForBlocks(unit_rows.rows(), [&](Index first, Index count) {
    Matrix table = unit_rows.middleRows(first, count) * others.transpose();
    for (Index i = 0; i < count; ++i) {
      std::sort(table.row(i).data(), table.row(i).data() + table.cols());
      for (std::size_t q = 0; q < kQuantiles.size(); ++q) {
        profiles(first + i, static_cast<Index>(q)) = table(i, kQuantiles[q] * last / 10'000);
      }
    }
  });
  return profiles;
}

}  // namespace musubi::engine
