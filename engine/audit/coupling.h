// How two clouds of points go together, where each point of one may be one of the other's: found
// from a rough beginning, point by point and direction by direction in turn. Sees numbers alone.
// Private to engine/audit.
#pragma once

#include <cstdint>

#include "engine/audit/dense.h"
#include "engine/audit/nearest.h"

namespace musubi::engine {

// Points, and what tells each apart whatever way the cloud is turned. Columns of both have a mean
// of 0 and a deviation of 1.
struct Cloud {
  Matrix places;
  Matrix traits;
};

// Directions of two clouds that belong together, with the correlation of each pair over points that
// are the same person; likewise of the traits, which need no direction.
struct Alignment {
  Eigen::MatrixXf victim;    // a column for each direction
  Eigen::MatrixXf attacker;  // as many
  Eigen::VectorXf shared;    // correlations, 0 to less than 1
  Eigen::VectorXf traits;
  // What an average victim tells of who it is: the logarithm of how much more likely its best
  // explanations are than chance. The higher the likelier that the alignment is right.
  double told = 0;
};

// The alignment after `rounds` more rounds: in each, every victim is spread over the attackers by
// how likely each is the same person, none taken more than once in all; then the directions and
// correlations that follow are taken. In the first rounds likelihoods are flattened, so that no
// early guess decides.
//
// Requires: rounds > 0; victims <= attackers.
// Threads: safe; parallel inside. Deterministic.
// Memory:  a table of victims times attackers.
// Source:  expectation maximisation for canonical correlation: Bach, Jordan, "A probabilistic
//          interpretation of canonical correlation analysis", 2005; the spreading as in Sinkhorn,
//          Ann Math Statist 35(2), 1964.
Alignment Couple(const Cloud& victim, const Cloud& attacker, Alignment start, int rounds,
                 float flattened);

// Per victim the attacker's point that is likeliest the same person, and the other way round; the
// score is the logarithm of how much likelier than chance.
Nearest Likeliest(const Cloud& victim, const Cloud& attacker, const Alignment& alignment);

}  // namespace musubi::engine
