// What became of a project's ids between two releases. Private to engine/release.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "storage/link_store.h"

namespace musubi::engine {

// What happened to a person's records.
enum class KeyEvent : std::uint8_t {
  kMerged,  // all of them came under another key, which is the person's now
  kSplit,   // some of them came under a key that is new since
  kMoved    // some of them came under another person's key
};

// "merged", "split", "moved".
std::string_view NameOf(KeyEvent event);

// Records that were under one key and are under another.
struct KeyChange {
  LinkageKey from;
  LinkageKey to;
  KeyEvent event = KeyEvent::kMoved;
  std::uint64_t records = 0;

  auto operator<=>(const KeyChange&) const = default;
};

// How the keys of the records that were there at `before` changed until `now`, ordered by keys. Of
// the records of `datasets` alone: no other is counted, or makes a key one that is in use. A
// function of the store's events alone.
//
// Requires: both are epochs of the store.
// Cost:     three passes over the members, where any record moved in between.
// Errors:   those of the store
Result<std::vector<KeyChange>> KeyChangesBetween(storage::LinkStore* store,
                                                 const std::set<std::uint32_t>& datasets,
                                                 std::uint64_t before, std::uint64_t now);

}  // namespace musubi::engine
