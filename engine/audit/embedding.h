// The main directions of a set of encodings: where each record lies among all others, whatever the
// key. Sees encodings alone. Private to engine/audit.
#pragma once

#include "engine/audit/dense.h"

namespace musubi::engine {

// The coordinates of unit rows along the `dimensions` directions in which they spread most, the
// widest first: an embedding of the graph of their similarities. Fewer where the rows have fewer
// columns. The same rows give the same numbers.
//
// Threads: safe; parallel inside.
// Source:  Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011,
//          algorithm 4.4, from fixed draws.
Matrix Embed(const Matrix& unit_rows, Eigen::Index dimensions);

// For each row how its similarities to others, the first 4,000, are spread: their quantiles, from
// the least to the greatest. Similar for the same person under any key. Rows are in random order.
//
// Threads: safe; parallel inside.
Matrix SimilarityProfiles(const Matrix& unit_rows);

}  // namespace musubi::engine
