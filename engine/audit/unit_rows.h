// The encodings of records as directions in space, whose products are correlations. Sees encodings
// alone. Private to engine/audit.
#pragma once

#include <vector>

#include "core/encoding_set.h"
#include "engine/audit/dense.h"

namespace musubi::engine {

// A row for each record: the bits of all filters side by side, less the share of records that have
// each, made one long; zero where nothing is left.
//
// Threads: safe.
Matrix UnitRows(const EncodingSet& set);

// The columns of unit rows that are of each filter, as unit rows of their own; zero where nothing
// is left.
//
// Requires: `unit_rows` are those of sets of such filters.
// Threads:  safe; parallel inside.
std::vector<Matrix> UnitRowsByFilter(const Matrix& unit_rows,
                                     const std::vector<FilterColumn>& filters);

}  // namespace musubi::engine
