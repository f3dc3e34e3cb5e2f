// Which comparisons come together more often than chance would have it. Private to engine/model.
#pragma once

#include <cstdint>
#include <vector>

namespace musubi::engine {

// Places of a pattern: bit p stands for place p.
using PlaceSet = std::uint32_t;

struct Excess {
  PlaceSet set = 0;
  double observed = 0;  // pairs that have all of the set
  double gain = 0;      // bits: how much better than chance they are told by being seen
};

// Counts by set, at first of those that have exactly this set, into counts of those that have at
// least this set. Requires: a power of two entries.
void SumOverSupersets(std::vector<double>* counts);

// The sets of two places or more that are seen more often than expected, the largest gain first:
// observed * log2(observed / expected) - (observed - expected) / ln 2, the likelihood ratio of two
// Poisson rates; ties by set. At most `most`.
std::vector<Excess> FindExcess(const std::vector<double>& observed,
                               const std::vector<double>& expected, std::size_t most);

}  // namespace musubi::engine
