#include "engine/audit/visible_graph.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace musubi::engine {
namespace {

using Eigen::Index;

constexpr Index kRows = 1000;
constexpr double kFalse = 0.5;      // share of the pairs that stand out
constexpr double kBins = 64;        // of a standard deviation
constexpr double kMostLikely = 40;  // standard deviations; what is more similar counts as this

using Counts = std::vector<std::uint64_t>;

// The standard deviation of the product of two rows of coins: of unit rows, columns count by the
// share of the length that they have.
double SpreadOfCoins(const Matrix& unit_rows) {
  const Eigen::RowVectorXd shares = unit_rows.cast<double>().colwise().squaredNorm();
  return shares.norm() / shares.sum();
}

// How many of the products of rows first to first + rows - 1 with all others lie in each bin above
// 0, in standard deviations.
Counts CountProducts(const Matrix& unit_rows, Index first, Index rows, double spread) {
  Counts counts(static_cast<std::size_t>(kBins * kMostLikely) + 1, 0);
  const Matrix table = unit_rows.middleRows(first, rows) * unit_rows.transpose();
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < table.cols(); ++j) {
      if (j == first + i || table(i, j) <= 0) continue;
      const double deviations = std::min(table(i, j) / spread, kMostLikely);
      ++counts[static_cast<std::size_t>(deviations * kBins)];
    }
  }
  return counts;
}

}  // namespace

double MeanVisible(const Matrix& unit_rows) {
  const Index rows = std::min(kRows, unit_rows.rows());
  const double spread = SpreadOfCoins(unit_rows);
  if (!(spread > 0)) return 0;  // all rows are equal
  std::vector<Counts> blocks(static_cast<std::size_t>((rows - 1) / kBlockRows + 1));
  ForBlocks(rows, [&](Index first, Index count) {
    blocks[static_cast<std::size_t>(first / kBlockRows)] =
        CountProducts(unit_rows, first, count, spread);
  });
  const double pairs = static_cast<double>(rows) * static_cast<double>(unit_rows.rows() - 1);
  std::uint64_t above = 0;
  std::uint64_t visible = 0;
  for (std::size_t bin = blocks[0].size(); bin-- > 0;) {
    for (const Counts& counts : blocks) above += counts[bin];
    const double deviations = static_cast<double>(bin) / kBins;
    const double of_coins = pairs * std::erfc(deviations / std::numbers::sqrt2) / 2;
    if (of_coins <= kFalse * static_cast<double>(above)) visible = above;
  }
  return static_cast<double>(visible) / static_cast<double>(rows);
}

}  // namespace musubi::engine
