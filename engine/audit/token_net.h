// A small neural network that learns from known pairs which tokens the bits of an encoding stand
// for. Sees encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <cstdint>

#include "core/exec_context.h"
#include "engine/audit/dense.h"

namespace musubi::engine {

// From the bits, scaled to a mean square of 1, one layer of hidden units, and from these and from
// the bits themselves the log odds of each token: so it learns what a linear rule can, and more.
class TokenNet {
 public:
  // Learns from the rows of `bits`, of which the same row of `tokens` says by 1 and 0 which tokens
  // are in it. The same input and seed give the same network.
  //
  // Memory:  some 12 * (bits + hidden units) * tokens bytes.
  // Threads: sequential, so that several can learn side by side.
  // Errors:  kInterrupted
  // Source:  Mildenberger and others, "Neural pattern learning attack", whose multilayer perceptron
  //          goes from bits to bigrams; Adam: Kingma, Ba, ICLR 2015, its decay of weights by
  //          Loshchilov, Hutter, ICLR 2019; the first weights: He and others, ICCV 2015.
  static Result<TokenNet> Learn(const Matrix& bits, const Matrix& tokens, std::uint64_t seed,
                                const ExecContext& context);

  // Per row and token by how much the bits raise the log odds of the token over what they were
  // before any bit was seen.
  //
  // Threads: safe; parallel inside.
  Matrix Evidence(const Matrix& bits) const;

  // The log odds of each token before any bit is seen.
  const Eigen::RowVectorXf& prior() const { return prior_; }

 private:
  class Trainer;

  Matrix Hidden(const Matrix& bits) const;
  Matrix LogOdds(const Matrix& bits, const Matrix& hidden) const;

  Matrix to_hidden_;    // bits x hidden units
  Matrix from_hidden_;  // hidden units x tokens
  Matrix direct_;       // bits x tokens
  Eigen::RowVectorXf hidden_bias_;
  Eigen::RowVectorXf bias_;
  Eigen::RowVectorXf prior_;
};

}  // namespace musubi::engine
