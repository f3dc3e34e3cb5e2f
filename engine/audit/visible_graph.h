// How many others a record visibly resembles: the edges that are there for an attacker who draws
// who is like whom. Sees encodings alone. Private to engine/audit.
#pragma once

#include "engine/audit/dense.h"

namespace musubi::engine {

// Over the first 1,000 rows, or all where there are fewer: the mean number of other rows whose
// similarity stands out of what coins show by chance. It does where, of all pairs that are as
// similar or more, at most half would be expected of coins whose bits are set as often as these.
//
// Requires: at least 2 rows.
// Memory:   a block of rows of the table of all products at a time.
// Threads:  safe; parallel inside. Deterministic.
// Source:   the rule is Benjamini and Hochberg's, J Royal Statist Soc B 57(1), 1995, at a share of
//           false discoveries of 1/2.
double MeanVisible(const Matrix& unit_rows);

}  // namespace musubi::engine
