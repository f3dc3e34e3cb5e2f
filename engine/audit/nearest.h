// Which rows of two tables go together best. Sees numbers alone. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

struct Nearest {
  std::vector<std::uint32_t> of_left;   // per left row: the right row of the highest product
  std::vector<float> score;             // that product
  std::vector<std::uint32_t> of_right;  // per right row: the left row of the highest product
};

// By the products of rows; of several as high the first. Requires: both have rows, and as many
// columns.
//
// Memory:  a block of rows of the table of all products at a time.
// Threads: safe; parallel inside.
Nearest FindNearest(const Matrix& left, const Matrix& right);

// The same, by the least Euclidean distance; the score is less the nearer.
Nearest FindClosest(const Matrix& left, const Matrix& right);

}  // namespace musubi::engine
