// A link run in the making: the links that its finished part found, kept in the store's folder so
// that a run that was killed goes on where it was. docs/formats/store.md, "Unfinished runs".
// Holds row numbers and scores; no identifier.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/pairs.h"
#include "core/result.h"
#include "crypto/sha256.h"

namespace musubi::storage {

class StoreSeal;

// Where the unfinished run of a store is, and what seals it: LinkStore::run_place().
struct LinkRunPlace {
  std::filesystem::path folder;
  std::shared_ptr<const StoreSeal> seal;
};

// What the linkage keys of a run are drawn from: as secret as they are.
using RunSeed = std::array<std::uint8_t, 32>;

// What a run is. It goes on only as itself.
struct LinkRunPlan {
  crypto::Digest256 digest{};  // of the store's state and of all that the run was asked for
  std::uint64_t tiles = 0;     // pieces of work, numbered from 0

  bool operator==(const LinkRunPlan&) const = default;
};

// What some tiles of a run gave.
struct LinkRunPart {
  std::uint64_t end_tile = 0;  // it ends before this one
  std::uint64_t compared = 0;  // candidate pairs
  std::uint64_t reached = 0;   // pairs that reached the threshold, linked or not
  std::uint64_t control = 0;   // pairs known to be two persons, where they were counted
  // Each pair once, left < right; in any order when given, ordered by their rows when found.
  std::vector<ScoredPair> links;
  std::vector<ScoredPair> hits;  // pairs known to be two persons that reached the threshold

  bool operator==(const LinkRunPart&) const = default;
};

// Segments of links: each has those of some tiles that follow those of the segment before it.
//
// Errors of every function: kIo
// Threads: one at a time; Visit from any number.
class LinkRun {
 public:
  // A new run at `place`, instead of any that is there.
  static Result<LinkRun> Begin(LinkRunPlace place, const LinkRunPlan& plan, const RunSeed& seed);

  // The run of this plan that is at `place`, up to the first segment that is missing or damaged;
  // nothing where there is none, or that of another plan.
  static Result<std::optional<LinkRun>> Find(LinkRunPlace place, const LinkRunPlan& plan);

  // Removes whatever run is in `folder`. What cannot be removed stays; a later run replaces it.
  static void Remove(const std::filesystem::path& folder);

  const RunSeed& seed() const { return seed_; }
  std::uint64_t end_tile() const { return end_tile_; }  // the tiles before it are finished
  std::uint64_t compared() const { return compared_; }
  std::uint64_t reached() const { return reached_; }
  std::uint64_t control() const { return control_; }
  std::uint64_t links() const { return links_; }
  const std::vector<ScoredPair>& hits() const { return hits_; }  // few: kept in memory too
  std::uint64_t bytes() const { return bytes_; }                 // of its segments, on the disk

  // Adds a segment, durably: what the tiles from end_tile() on gave.
  //
  // Requires: end_tile() < part.end_tile <= plan.tiles.
  Status Append(LinkRunPart part);

  // Calls `visit` with the links of one segment after the other, ordered by their rows.
  //
  // Memory: one segment's links, twice.
  // Errors: kIo, also where a segment has changed since it was written; those of `visit`
  using Visitor = std::function<Status(std::span<const ScoredPair> links)>;
  Status Visit(const Visitor& visit) const;

 private:
  LinkRun(LinkRunPlace place, const LinkRunPlan& plan, const RunSeed& seed)
      : place_(std::move(place)), plan_(plan), seed_(seed) {}
  std::filesystem::path FileOf(std::uint64_t segment) const;
  Result<LinkRunPart> Read(std::uint64_t segment) const;
  void Count(const LinkRunPart& part, std::uint64_t bytes);

  LinkRunPlace place_;
  LinkRunPlan plan_;
  RunSeed seed_;
  std::uint64_t segments_ = 0;
  std::uint64_t end_tile_ = 0;
  std::uint64_t compared_ = 0;
  std::uint64_t reached_ = 0;
  std::uint64_t control_ = 0;
  std::uint64_t links_ = 0;
  std::vector<ScoredPair> hits_;
  std::uint64_t bytes_ = 0;
};

}  // namespace musubi::storage
