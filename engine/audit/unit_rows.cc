#include "engine/audit/unit_rows.h"

namespace musubi::engine {

using Eigen::Index;

namespace {

void Normalise(Matrix* rows) {
  ForBlocks(rows->rows(), [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      const float length = rows->row(i).norm();
      if (length > 0) rows->row(i) /= length;
    }
  });
}

}  // namespace

Matrix UnitRows(const EncodingSet& set) {
  Index width = 0;
  for (const FilterColumn& filter : set.filters) width += static_cast<Index>(filter.bits.bits());
  Matrix rows(static_cast<Index>(set.rows()), width);
  ForBlocks(rows.rows(), [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      float* to = rows.row(i).data();
      for (const FilterColumn& filter : set.filters) {
        for (std::size_t bit = 0; bit < filter.bits.bits(); ++bit) {
          *to++ = filter.bits.Get(static_cast<std::size_t>(i), bit) ? 1.0F : 0.0F;
        }
      }
    }
  });
  rows.rowwise() -= rows.colwise().mean().eval();
  Normalise(&rows);
  return rows;
}

std::vector<Matrix> UnitRowsByFilter(const Matrix& unit_rows,
                                     const std::vector<FilterColumn>& filters) {
  std::vector<Matrix> of_filters;
  Index first = 0;
  for (const FilterColumn& filter : filters) {
    const auto bits = static_cast<Index>(filter.bits.bits());
    of_filters.push_back(unit_rows.middleCols(first, bits));
    Normalise(&of_filters.back());
    first += bits;
  }
  return of_filters;
}

}  // namespace musubi::engine
