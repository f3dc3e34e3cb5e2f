// The header of a NumPy array file: what makes raw bytes an array that numpy.load opens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace musubi::storage {

// The header of an array of unsigned bytes ('|u1') in C order, whose data follow at once. Its
// length is a multiple of 64, so the data stay aligned where the header is.
//
// Requires: at least two dimensions (one dimension is written otherwise).
// Source:   NumPy Enhancement Proposal 1, format version 1.0.
std::string NpyHeader(const std::vector<std::uint64_t>& shape);

}  // namespace musubi::storage
