// How often each pattern of agreement occurs: all that the model learns from. Sees no record.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/model/pattern.h"

namespace musubi::engine {

enum class PairKind : std::uint8_t {
  kCandidate,  // may be one person
  kControl,    // of one holder that declares no duplicates: two persons; the model learns from it
  kHeldOut     // the same, kept aside to test what was learnt
};
inline constexpr std::size_t kPairKinds = 3;

struct PatternCount {
  Pattern pattern = 0;
  std::array<std::uint64_t, kPairKinds> counts{};

  std::uint64_t of(PairKind kind) const { return counts[static_cast<std::size_t>(kind)]; }
  bool operator==(const PatternCount&) const = default;
};

// Counts of pairs by pattern and kind. Sums commute, so counts of tiles may be added in any order.
//
// Memory:  32 bytes a distinct pattern, at least doubled.
// Threads: one at a time.
class PatternCounts {
 public:
  PatternCounts();

  void Add(Pattern pattern, PairKind kind) { ++Find(pattern)->counts[static_cast<int>(kind)]; }
  void Add(const PatternCounts& other);

  // Ascending by pattern.
  std::vector<PatternCount> Sorted() const;

 private:
  // The entry of a pattern, made where there is none; valid until the next call. The caller counts
  // a pair in it: an entry without pairs is a free one.
  PatternCount* Find(Pattern pattern);
  void Grow();

  std::vector<PatternCount> slots_;  // open addressing; a power of two
  std::size_t used_ = 0;
};

}  // namespace musubi::engine
