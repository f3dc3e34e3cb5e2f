#include "engine/audit/nearest.h"

#include <limits>

namespace musubi::engine {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();

// The best left rows of every right row within one block of left rows.
struct BlockBest {
  std::vector<float> score;
  std::vector<std::uint32_t> row;
};

// `table` holds rows first, first + 1, ... of the table of all products.
void Scan(const Matrix& table, Eigen::Index first, Nearest* nearest, BlockBest* block) {
  block->score.assign(static_cast<std::size_t>(table.cols()), kNone);
  block->row.assign(static_cast<std::size_t>(table.cols()), 0);
  for (Eigen::Index i = 0; i < table.rows(); ++i) {
    const float* const products = table.row(i).data();
    float best = kNone;
    std::uint32_t at = 0;
    for (std::uint32_t j = 0; j < block->score.size(); ++j) {
      if (products[j] > best) {
        best = products[j];
        at = j;
      }
      if (products[j] > block->score[j]) {
        block->score[j] = products[j];
        block->row[j] = static_cast<std::uint32_t>(first + i);
      }
    }
    nearest->of_left[static_cast<std::size_t>(first + i)] = at;
    nearest->score[static_cast<std::size_t>(first + i)] = best;
  }
}

}  // namespace

Nearest FindNearest(const Matrix& left, const Matrix& right) {
  Nearest nearest;
  nearest.of_left.resize(static_cast<std::size_t>(left.rows()));
  nearest.score.resize(nearest.of_left.size());
  std::vector<BlockBest> blocks(static_cast<std::size_t>((left.rows() - 1) / kBlockRows + 1));
  ForBlocks(left.rows(), [&](Eigen::Index first, Eigen::Index rows) {
    const Matrix table = left.middleRows(first, rows) * right.transpose();
    Scan(table, first, &nearest, &blocks[static_cast<std::size_t>(first / kBlockRows)]);
  });
  std::vector<float> best(static_cast<std::size_t>(right.rows()), kNone);
  nearest.of_right.resize(best.size());
  for (const BlockBest& block : blocks) {
    for (std::size_t j = 0; j < best.size(); ++j) {
      if (block.score[j] <= best[j]) continue;
      best[j] = block.score[j];
      nearest.of_right[j] = block.row[j];
    }
  }
  return nearest;
}

// The product of (a, 1, -|a|^2/2) and (b, -|b|^2/2, 1) is -|a-b|^2/2.
Nearest FindClosest(const Matrix& left, const Matrix& right) {
  const Eigen::Index width = left.cols();
  Matrix a(left.rows(), width + 2);
  a << left, Eigen::VectorXf::Ones(left.rows()), -0.5F * left.rowwise().squaredNorm();
  Matrix b(right.rows(), width + 2);
  b << right, -0.5F * right.rowwise().squaredNorm(), Eigen::VectorXf::Ones(right.rows());
  return FindNearest(a, b);
}

}  // namespace musubi::engine
