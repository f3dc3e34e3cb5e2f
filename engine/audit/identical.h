// The attack on equal encodings: how many there are, and what their numbers alone tell. Sees
// encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "core/encoding_set.h"
#include "engine/audit/finding.h"

namespace musubi::engine {

// Of the records that have the filter.
struct Identical {
  Rate shared;               // whose filter another has too
  std::uint64_t most = 0;    // records of one filter
  Rate aligned;              // told right by rank; who has a filter of its own is not tried
  std::uint64_t values = 0;  // distinct ones in clear text
};

// `values` has for each record a number that stands for what the filter is made of; those of
// records without the filter are not looked at. The most frequent filter is taken for the most
// frequent value, and so on; of equal frequencies, in the order in which they come.
Identical FindIdentical(const FilterColumn& filter, const std::vector<std::uint32_t>& values);

}  // namespace musubi::engine
