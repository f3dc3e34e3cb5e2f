// The encodings of records as directions in space, whose products are correlations. Sees encodings
// alone. Private to engine/audit.
#pragma once

#include "core/encoding_set.h"
#include "engine/audit/dense.h"

namespace musubi::engine {

// A row for each record: the bits of all filters side by side, less the share of records that have
// each, made one long; zero where nothing is left.
//
// Threads: safe.
Matrix UnitRows(const EncodingSet& set);

// Some columns of unit rows as unit rows of their own; zero where nothing is left.
//
// Threads: safe; parallel inside.
Matrix UnitColumns(const Matrix& unit_rows, Eigen::Index first, Eigen::Index columns);

}  // namespace musubi::engine
