// The turns of space that bring one cloud of points upon another, found by the shapes of the clouds
// alone. Sees numbers alone. Private to engine/audit.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

// Up to `most` orthogonal maps of the first `dimensions` coordinates of `from` that bring it
// nearest to `to` as a whole, the nearest first, and no two of them alike. A few hundred points of
// each are looked at: rows are in random order.
//
// From many random turns, mass is moved from one cloud to the other at the least cost, blurred, and
// the turn is set by what was moved where, in turn.
//
// Requires: dimensions > 1.
// Threads: safe; parallel inside. Deterministic.
// Source:  Grave, Joulin, Berthet, "Unsupervised alignment of embeddings with Wasserstein
//          Procrustes", AISTATS 2019; Cuturi, "Sinkhorn distances", NIPS 2013.
std::vector<Eigen::MatrixXf> LikelyTurns(const Matrix& from, const Matrix& to,
                                         Eigen::Index dimensions, std::size_t most);

}  // namespace musubi::engine
