#include "engine/audit/linear_probe.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <numeric>

namespace musubi::engine {
namespace {

using Eigen::Index;
using Tokens = std::vector<std::uint32_t>;

constexpr std::size_t kMostTokens = 40;
constexpr float kRidge = 0.3F;  // of unit rows

// The tokens that are worth a try, the most frequent first.
std::vector<std::uint32_t> FrequentTokens(const std::vector<Tokens>& tokens, std::size_t known) {
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < known; ++i) {
    for (const std::uint32_t token : tokens[i]) {
      if (counts.size() <= token) counts.resize(token + std::size_t{1}, 0);
      ++counts[token];
    }
  }
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t token = 0; token < counts.size(); ++token) {
    if (counts[token] * 20 >= known && counts[token] * 2 <= known) chosen.push_back(token);
  }
  std::ranges::stable_sort(chosen,
                           [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  chosen.resize(std::min(kMostTokens, chosen.size()));
  return chosen;
}

bool Has(const Tokens& tokens, std::uint32_t token) {
  return std::ranges::binary_search(tokens, token);
}

// Scores of the other records, a column for each token: kernel ridge regression, whose kernel is
// the product of rows.
Matrix Predict(const Matrix& rows, const std::vector<Tokens>& tokens,
               const std::vector<std::uint32_t>& chosen, std::size_t known) {
  const auto m = static_cast<Index>(known);
  Eigen::MatrixXf wanted(m, static_cast<Index>(chosen.size()));
  for (Index i = 0; i < m; ++i) {
    for (std::size_t t = 0; t < chosen.size(); ++t) {
      wanted(i, static_cast<Index>(t)) =
          Has(tokens[static_cast<std::size_t>(i)], chosen[t]) ? 1.0F : 0.0F;
    }
  }
  wanted.rowwise() -= wanted.colwise().mean().eval();
  const Matrix first = rows.topRows(m);
  Eigen::MatrixXf kernel = Product(first, first.transpose());
  kernel.diagonal().array() += kRidge;
  const Eigen::MatrixXf solved = Eigen::LLT<Eigen::MatrixXf>(kernel).solve(wanted);
  const Eigen::MatrixXf weights = first.transpose() * solved;
  return Product(rows.bottomRows(rows.rows() - m), weights);
}

}  // namespace

std::optional<double> AreaUnderCurve(const std::vector<float>& scores,
                                     const std::vector<std::uint8_t>& positive) {
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return scores[a] < scores[b]; });
  double below = 0;  // negatives so far; those of the same score count a half
  double wins = 0;
  std::size_t positives = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    std::size_t ties = 0;
    while (end < order.size() && scores[order[end]] == scores[order[i]]) {
      ties += positive[order[end]] != 0 ? 1 : 0;
      ++end;
    }
    const auto negatives = static_cast<double>(end - i - ties);
    wins += static_cast<double>(ties) * (below + negatives / 2);
    below += negatives;
    positives += ties;
    i = end;
  }
  if (positives == 0 || below == 0) return std::nullopt;
  return wins / (static_cast<double>(positives) * below);
}

std::optional<double> ProbeTokens(const Matrix& unit_rows, const std::vector<Tokens>& tokens,
                                  std::size_t known) {
  const std::vector<std::uint32_t> chosen = FrequentTokens(tokens, known);
  if (chosen.empty()) return std::nullopt;
  const Matrix predicted = Predict(unit_rows, tokens, chosen, known);
  const std::size_t others = tokens.size() - known;
  double sum = 0;
  std::size_t measured = 0;
  std::vector<float> scores(others);
  std::vector<std::uint8_t> positive(others);
  for (std::size_t t = 0; t < chosen.size(); ++t) {
    for (std::size_t i = 0; i < others; ++i) {
      scores[i] = predicted(static_cast<Index>(i), static_cast<Index>(t));
      positive[i] = Has(tokens[known + i], chosen[t]) ? 1 : 0;
    }
    const auto area = AreaUnderCurve(scores, positive);
    if (!area) continue;
    sum += *area;
    ++measured;
  }
  if (measured == 0) return std::nullopt;
  return sum / static_cast<double>(measured);
}

}  // namespace musubi::engine
