#include "engine/audit/anchor_profile.h"

#include <cmath>

#include "engine/audit/nearest.h"

namespace musubi::engine {

using Eigen::Index;

// The product of (observed, 1) and (expected, -|expected|^2/2) is the sum.
std::vector<std::uint32_t> MatchByAnchors(const Matrix& observed, const Matrix& expected) {
  Matrix targets(observed.rows(), observed.cols() + 1);
  targets << observed, Eigen::VectorXf::Ones(observed.rows());
  Matrix candidates(expected.rows(), expected.cols() + 1);
  candidates << expected, -0.5F * expected.rowwise().squaredNorm();
  return FindNearest(targets, candidates).of_left;
}

Matrix TokenCosines(const std::vector<std::vector<std::uint32_t>>& left,
                    const std::vector<std::vector<std::uint32_t>>& right) {
  std::uint32_t tokens = 0;
  for (const auto& record : left) {
    if (!record.empty()) tokens = std::max(tokens, record.back() + 1);
  }
  Matrix cosines(static_cast<Index>(left.size()), static_cast<Index>(right.size()));
  ForBlocks(cosines.rows(), [&](Index first, Index count) {
    std::vector<std::uint8_t> has(tokens, 0);
    for (Index i = first; i < first + count; ++i) {
      const auto& record = left[static_cast<std::size_t>(i)];
      for (const std::uint32_t token : record) has[token] = 1;
      for (std::size_t j = 0; j < right.size(); ++j) {
        std::uint32_t both = 0;
        for (const std::uint32_t token : right[j]) both += token < tokens ? has[token] : 0;
        const double lengths = static_cast<double>(record.size() * right[j].size());
        cosines(i, static_cast<Index>(j)) =
            both == 0 ? 0.0F : static_cast<float>(both / std::sqrt(lengths));
      }
      for (const std::uint32_t token : record) has[token] = 0;
    }
  });
  return cosines;
}

SimilarityCurve::SimilarityCurve(const Matrix& cosines, const Matrix& similarities) {
  constexpr std::uint64_t kLeast = 20;  // pairs that a bin needs
  std::vector<double> sums(kBins, 0);
  std::vector<std::uint64_t> counts(kBins, 0);
  for (Index i = 0; i < cosines.rows(); ++i) {
    for (Index j = 0; j < cosines.cols(); ++j) {
      const auto bin = static_cast<std::size_t>(cosines(i, j) * kBins);
      if (bin >= kBins) continue;  // the record itself
      sums[bin] += similarities(i, j);
      ++counts[bin];
    }
  }
  at_.assign(kBins + 1, 0);
  at_[kBins] = 1;
  std::size_t known = 0;  // the last bin that is; those between it and the next lie on a line
  for (std::size_t bin = 0; bin <= kBins; ++bin) {
    const bool enough = bin == kBins || counts[bin] >= kLeast;
    if (!enough) continue;
    if (bin < kBins) at_[bin] = static_cast<float>(sums[bin] / static_cast<double>(counts[bin]));
    for (std::size_t between = known + 1; between < bin; ++between) {
      const float share = static_cast<float>(between - known) / static_cast<float>(bin - known);
      at_[between] = at_[known] + share * (at_[bin] - at_[known]);
    }
    known = bin;
  }
}

Matrix SimilarityCurve::Of(const Matrix& cosines) const {
  Matrix expected(cosines.rows(), cosines.cols());
  ForBlocks(cosines.rows(), [&](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) {
      for (Index j = 0; j < cosines.cols(); ++j) {
        const float place = std::clamp(cosines(i, j) * kBins - 0.5F, 0.0F, kBins - 0.5F);
        const auto bin = static_cast<std::size_t>(place);
        const float share = place - static_cast<float>(bin);
        expected(i, j) = at_[bin] + share * (at_[bin + 1] - at_[bin]);
      }
    }
  });
  return expected;
}

}  // namespace musubi::engine
