// How unlike coins the bits of a filter are. Sees encodings alone. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "core/encoding_set.h"

namespace musubi::engine {

struct BitFrequencies {
  std::uint64_t records = 0;  // that have the filter
  double gini = 0;            // of the bits' frequencies: 0 where all are the same
  double floor = 0;           // what it is of coins, about 1 / sqrt(pi * records)
  double entropy = 0;         // mean of a bit's, of 1
  // Of the bits a record has set with its tokens; 0 where either is constant.
  double weight_correlation = 0;
};

// `tokens` says how many tokens each record has in the filter.
BitFrequencies CountFrequencies(const FilterColumn& filter,
                                const std::vector<std::uint32_t>& tokens);

// What `gini` may be in floors of `records` records, where it may be `times` of at most 5,000. The
// square of a Gini index is about that of coins, which falls with the records, and that of how
// uneven the bits are, which stays: so the same bits are `times` at 5,000 records and this at more.
double GiniFloorsOf(std::uint64_t records, double times);

// Pearson's correlation; 0 where either is constant. Requires: as many of both.
double Correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace musubi::engine
