// From persons to linkage keys: what new records get, and what would be otherwise had all records
// come at once. Keys that are given stay; differences are moves for a person to decide.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/population.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

inline constexpr std::uint32_t kNoKey = 0xFFFFFFFF;

// Which keys there are.
struct GivenKeys {
  std::uint32_t keys = 0;                 // numbered from 0
  std::span<const std::uint32_t> key_of;  // per row: its key, or kNoKey where it is new
  std::span<const std::uint32_t> since;   // per row with a key: the epoch in which it came under it
};

// Records that are under one key and belong, by what the run found, under another.
struct KeyMove {
  std::vector<std::uint32_t> rows;  // ascending
  std::uint32_t from = kNoKey;
  std::uint32_t to = kNoKey;  // kNoKey: a new one of their own
  bool whole = false;         // they are all that `from` has

  bool operator==(const KeyMove&) const = default;
};

struct Regrouping {
  std::vector<std::uint32_t> key_of;  // per row: one of the given keys, or of those minted
  std::uint32_t minted = 0;           // numbered on from the given ones, in the order of rows
  std::vector<KeyMove> moves;         // ordered by their first rows
};

// Each key belongs where its anchor is: the record that has been under it longest, of several the
// one with the least reference. A cluster without an anchor has no key of its own; of several, the
// one whose anchor is oldest is the cluster's.
//
// A new record comes under the cluster's key; where several keys have their anchors in the cluster,
// under the one whose records there it has most in common with, by the mean of their scores (ties
// go to the older key). Unless that key has records outside the cluster that cannot be of one
// person with it (Population::MayBeOne): then, and where the cluster has no key, the cluster's new
// records get a new one together. All other records stay where they are, and are moves where that
// is not their cluster's key.
//
// Done for all moves, and where every cluster has an anchor, keys and clusters are the same: those
// that all records at once would have got.
//
// Requires: first_of is a Resolution's of `population`; spans have a value a row.
// Memory:   20 bytes a row.
// Threads:  one at a time.
Regrouping Regroup(const Population& population, std::span<const std::uint32_t> first_of,
                   const GivenKeys& given, const PairScores& scores);

}  // namespace musubi::engine
