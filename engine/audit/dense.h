// Tables of numbers, and work on their rows in parallel. Sees numbers alone. Private to
// engine/audit.
#pragma once

#include <tbb/parallel_for.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>
#include <vector>

namespace musubi::engine {

// A row for each record.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Rows that are worked on together: so many whatever the threads, so that every number comes out
// the same.
inline constexpr Eigen::Index kBlockRows = 128;

// Calls work(first, rows) for each block of `rows` rows, in parallel. What a block writes must be
// its own.
template <typename Work>
void ForBlocks(Eigen::Index rows, const Work& work) {
  const Eigen::Index blocks = (rows + kBlockRows - 1) / kBlockRows;
  tbb::parallel_for(Eigen::Index{0}, blocks, [&](Eigen::Index block) {
    const Eigen::Index first = block * kBlockRows;
    work(first, std::min(kBlockRows, rows - first));
  });
}

// a times b, block of rows by block of rows.
template <typename Right>
Matrix Product(const Matrix& a, const Right& b) {
  Matrix product(a.rows(), b.cols());
  ForBlocks(a.rows(), [&](Eigen::Index first, Eigen::Index rows) {
    product.middleRows(first, rows).noalias() = a.middleRows(first, rows) * b;
  });
  return product;
}

// The rows `rows` of `matrix`, in that order.
inline Matrix RowsOf(const Matrix& matrix, const std::vector<std::uint32_t>& rows) {
  Matrix chosen(static_cast<Eigen::Index>(rows.size()), matrix.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    chosen.row(static_cast<Eigen::Index>(i)) = matrix.row(rows[i]);
  }
  return chosen;
}

}  // namespace musubi::engine
