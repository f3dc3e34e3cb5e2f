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
// Links are taken from the best score down (ties by row numbers). A link joins the clusters of its
// two records unless
//   - both clusters hold a record of one holder that declares no duplicates;
//   - both have a key from an earlier run: keys already given are never joined, the pair is
//     reported as a conflict;
//   - the mean score of the pairs across the two clusters, in which a pair that is no link counts
//     a third of `threshold`, is below four fifths of `threshold`: one chance resemblance must not
//     chain two persons.
// Between two holders without duplicates this is greedy one-to-one matching.
//
// `threshold` is the least score of a link.
//
// Requires: pairs refer to rows of the population, left < right, no pair twice;
//           key_of.size() == population.rows().
// Cost:     O(p log p) for p pairs, plus the links of the smaller cluster at each join.
// Source:   source consistency after Saeedi, Peukert, Rahm, ESWC 2018 (CLIP).
Resolution Resolve(const Population& population, std::vector<ScoredPair> pairs,
                   std::uint32_t threshold, const std::vector<std::uint32_t>& key_of);

}  // namespace musubi::engine
