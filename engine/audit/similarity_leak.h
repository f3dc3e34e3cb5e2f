// How far the similarity of encodings tells that of the records in clear text. Sees encodings and
// numbers of tokens. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

struct SimilarityLeak {
  double random = 0;      // correlation over random pairs
  double neighbours = 0;  // over pairs of a record and one of its ten nearest in clear text
};

// `unit_rows` and `tokens` are of the same records, which are in random order. Similarity in clear
// text is Dice's, of sets of tokens.
//
// Requires: at least 12 records.
// Threads:  safe; parallel inside.
SimilarityLeak MeasureSimilarity(const Matrix& unit_rows,
                                 const std::vector<std::vector<std::uint32_t>>& tokens,
                                 std::uint64_t seed);

}  // namespace musubi::engine
