// The attack of who knows some pairs: a record is told by how similar it is to each of them. Sees
// encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

// For each row of `observed`, a target's similarities to the anchors, the row of `expected`, a
// candidate's, that explains it best: the highest sum over anchors of observed * expected -
// expected^2 / 2. Without anchors the first.
//
// Requires: as many columns.
// Threads: safe; parallel inside. Deterministic.
std::vector<std::uint32_t> MatchByAnchors(const Matrix& observed, const Matrix& expected);

// Per row of `left` and of `right`, records' tokens in ascending order: the cosine of their sets.
Matrix TokenCosines(const std::vector<std::vector<std::uint32_t>>& left,
                    const std::vector<std::vector<std::uint32_t>>& right);

// What similarity encodings have, on average, by the cosine of their tokens.
class SimilarityCurve {
 public:
  // Learns it from pairs of records that the attacker encodes itself. Requires: the same shape.
  SimilarityCurve(const Matrix& cosines, const Matrix& similarities);

  // The similarity to expect of each pair.
  Matrix Of(const Matrix& cosines) const;

 private:
  static constexpr std::size_t kBins = 64;
  std::vector<float> at_;  // at the middle of each bin, and last at a cosine of 1
};

}  // namespace musubi::engine
