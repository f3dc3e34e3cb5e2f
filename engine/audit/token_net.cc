#include "engine/audit/token_net.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/seeded_draws.h"

namespace musubi::engine {
namespace {

using Eigen::Index;
using Eigen::RowVectorXf;

// How it learns; chosen by trials on SAUL with two terms, of which it names the most so.
constexpr Index kHidden = 128;
constexpr Index kBatch = 32;  // rows of a step
constexpr int kRounds = 20;   // each over all rows
constexpr float kRate = 1e-3F;
constexpr float kDecay = 1e-2F;  // of weights, in a step's rate

// Numbers of the same chance from -bound to bound.
Matrix Uniform(Index rows, Index columns, float bound, SeededDraws* draws) {
  constexpr std::uint64_t kSteps = std::uint64_t{1} << 24;
  Matrix numbers(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      const float unit = static_cast<float>(draws->Below(kSteps)) / static_cast<float>(kSteps);
      numbers(i, j) = bound * (2 * unit - 1);
    }
  }
  return numbers;
}

// Log odds of shares of rows, of which none is 0 or 1.
RowVectorXf PriorOf(const Matrix& tokens) {
  const RowVectorXf shares =
      (tokens.colwise().sum().array() + 0.5F) / (static_cast<float>(tokens.rows()) + 1);
  return (shares.array() / (1 - shares.array())).log();
}

// One table of weights, and what Adam knows of its slopes.
template <typename Weights>
class Adam {
 public:
  explicit Adam(Weights* weights)
      : weights_(weights), mean_(Weights::Zero(weights->rows(), weights->cols())), square_(mean_) {}

  // Goes down `slope`. `step` counts from 1.
  void Step(const Weights& slope, int step, float rate, float decay) {
    constexpr float kMean = 0.9F;
    constexpr float kSquare = 0.999F;
    constexpr float kLeast = 1e-8F;
    mean_ = kMean * mean_ + (1 - kMean) * slope;
    square_.array() = kSquare * square_.array() + (1 - kSquare) * slope.array().square();
    const auto steps = static_cast<float>(step);
    const float of_mean = rate / (1 - std::pow(kMean, steps));
    const float of_square = 1 / (1 - std::pow(kSquare, steps));
    weights_->array() -= of_mean * mean_.array() / ((of_square * square_.array()).sqrt() + kLeast) +
                         rate * decay * weights_->array();
  }

 private:
  Weights* weights_;
  Weights mean_;
  Weights square_;
};

}  // namespace

// What is needed while a network learns.
class TokenNet::Trainer {
 public:
  explicit Trainer(TokenNet* net)
      : net_(net),
        to_hidden_(&net->to_hidden_),
        from_hidden_(&net->from_hidden_),
        direct_(&net->direct_),
        hidden_bias_(&net->hidden_bias_),
        bias_(&net->bias_) {}

  // One step: down the slope of the mean cross entropy of `tokens`.
  void Step(const Matrix& bits, const Matrix& tokens, float rate) {
    ++step_;
    const Matrix hidden = net_->Hidden(bits);
    const Matrix odds = net_->LogOdds(bits, hidden);
    const Matrix wrong = (1 / (1 + (-odds.array()).exp()) - tokens.array()).matrix() /
                         static_cast<float>(bits.rows());
    const Matrix wrong_hidden =
        ((wrong * net_->from_hidden_.transpose()).array() * (hidden.array() > 0).cast<float>())
            .matrix();
    to_hidden_.Step(bits.transpose() * wrong_hidden, step_, rate, kDecay);
    from_hidden_.Step(hidden.transpose() * wrong, step_, rate, kDecay);
    direct_.Step(bits.transpose() * wrong, step_, rate, kDecay);
    hidden_bias_.Step(wrong_hidden.colwise().sum(), step_, rate, 0);
    bias_.Step(wrong.colwise().sum(), step_, rate, 0);
  }

 private:
  TokenNet* net_;
  int step_ = 0;
  Adam<Matrix> to_hidden_;
  Adam<Matrix> from_hidden_;
  Adam<Matrix> direct_;
  Adam<RowVectorXf> hidden_bias_;
  Adam<RowVectorXf> bias_;
};

Result<TokenNet> TokenNet::Learn(const Matrix& bits, const Matrix& tokens, std::uint64_t seed,
                                 const ExecContext& context) {
  SeededDraws draws(seed);
  TokenNet net;
  const float bound = std::sqrt(6 / static_cast<float>(bits.cols()));
  net.to_hidden_ = Uniform(bits.cols(), kHidden, bound, &draws);
  net.from_hidden_ = Matrix::Zero(kHidden, tokens.cols());
  net.direct_ = Matrix::Zero(bits.cols(), tokens.cols());
  net.hidden_bias_ = RowVectorXf::Zero(kHidden);
  net.bias_ = net.prior_ = PriorOf(tokens);
  Trainer trainer(&net);
  const auto rows = static_cast<std::size_t>(bits.rows());
  for (int round = 0; round < kRounds; ++round) {
    if (context.stopped()) return Interrupted();
    const std::vector<std::uint32_t> order = Shuffled(rows, rows, &draws);
    const float rate = kRate * (1 - static_cast<float>(round) / kRounds);
    for (auto first = order.begin(); first != order.end();) {
      const auto end = first + std::min<std::ptrdiff_t>(kBatch, order.end() - first);
      const std::vector<std::uint32_t> batch(first, end);
      trainer.Step(RowsOf(bits, batch), RowsOf(tokens, batch), rate);
      first = end;
    }
  }
  return net;
}

Matrix TokenNet::Hidden(const Matrix& bits) const {
  Matrix hidden = bits * to_hidden_;
  hidden.rowwise() += hidden_bias_;
  return hidden.cwiseMax(0.0F);
}

Matrix TokenNet::LogOdds(const Matrix& bits, const Matrix& hidden) const {
  Matrix odds = bits * direct_;
  odds.noalias() += hidden * from_hidden_;
  odds.rowwise() += bias_;
  return odds;
}

Matrix TokenNet::Evidence(const Matrix& bits) const {
  Matrix evidence(bits.rows(), prior_.size());
  ForBlocks(bits.rows(), [&](Index first, Index rows) {
    const Matrix block = bits.middleRows(first, rows);
    evidence.middleRows(first, rows) = LogOdds(block, Hidden(block)).rowwise() - prior_;
  });
  return evidence;
}

}  // namespace musubi::engine
