// From accepted pairs to persons: one-to-one between holders, source-consistent over many.
#pragma once

#include <cstdint>
#include <vector>

#include "core/pairs.h"
#include "core/population.h"

namespace musubi::engine {

inline constexpr std::uint32_t kNoKey = 0xFFFFFFFF;

// Two keys that a link would join. Ordered by (first, second); first < second.
struct KeyConflict {
  std::uint32_t first;
  std::uint32_t second;
  std::uint32_t score;  // of the best such link

  auto operator<=>(const KeyConflict&) const = default;
};

struct Resolution {
  Clusters clusters;  // every row is in exactly one; a row without a match is alone
  std::vector<KeyConflict> conflicts;
};

// Clusters the rows of `population`. `key_of[row]` numbers the linkage key that the row got in an
// earlier run, or is kNoKey; rows with equal keys start in one cluster.
//
// A pair of at least `threshold` is a link; a pair below it only tells how much two records have in
// common. Links are taken from the best score down (ties by row numbers). A link joins the clusters
// of its two records unless
//   - both clusters hold a record of one holder that declares no duplicates;
//   - both have a key from an earlier run: keys already given are never joined, the pair is
//     reported as a conflict;
//   - the mean score of all pairs across the two clusters is below four fifths of `threshold`, a
//     pair that is not among `pairs` counting a third of it: one chance resemblance must not chain
//     two persons.
// Between two holders without duplicates this is greedy one-to-one matching.
//
// Requires: pairs refer to rows of the population, left < right, no pair twice;
//           key_of.size() == population.rows().
// Cost:     O(p log p) for p pairs, plus the links of the smaller cluster at each join.
// Source:   source consistency after Saeedi, Peukert, Rahm, ESWC 2018 (CLIP).
Resolution Resolve(const Population& population, std::vector<ScoredPair> pairs,
                   std::uint32_t threshold, const std::vector<std::uint32_t>& key_of);

}  // namespace musubi::engine
