// What people decided in earlier reviews, as pairs of records: a run takes it for granted. Private
// to engine/link.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/population.h"
#include "storage/spine.h"

namespace musubi::engine {

// Two rows that are one person's, or two persons', because somebody said so. a < b.
struct DecidedPair {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  bool together = false;

  bool operator==(const DecidedPair&) const = default;
};

// The pairs that settled decisions speak of: of each proposal the one that is its best evidence. An
// accepted join and a rejected separation say together, the others apart. Of several decisions on a
// pair the last holds. Pairs of records that the population no longer has are left out. Ordered.
//
// Cost: one pass over the references, where anything was decided.
std::vector<DecidedPair> DecidedPairs(std::span<const storage::ProposalState> states,
                                      const Population& population);

// Makes one cluster of two whose records were decided to be one person's, where any two records of
// them may be one (Population::MayBeOne). `first_of` is a Resolution's.
void JoinDecided(const Population& population, std::span<const DecidedPair> decided,
                 std::vector<std::uint32_t>* first_of);

}  // namespace musubi::engine
