// Pairs of records, by row number in one population.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace musubi {

// Pairs of rows worth comparing, grouped by their left row: group g pairs lefts[g] with
// rights[offsets[g]] to rights[offsets[g+1]-1]. Left and right are in no order of size.
struct CandidateBatch {
  std::vector<std::uint32_t> lefts;
  std::vector<std::uint32_t> offsets{0};
  std::vector<std::uint32_t> rights;

  std::size_t pairs() const { return rights.size(); }

  void Clear() {
    lefts.clear();
    offsets.assign(1, 0);
    rights.clear();
  }

  // Ends a group: its rights are those appended since the last one. An empty group is left out.
  void EndGroup(std::uint32_t left) {
    if (rights.size() == offsets.back()) return;
    lefts.push_back(left);
    offsets.push_back(static_cast<std::uint32_t>(rights.size()));
  }
};

// One similarity or weighted mean of similarities is an integer from 0 to kScoreUnit.
inline constexpr std::uint32_t kScoreUnit = 1'000'000;

// Scores of a model that learns are weights: kLinkScore is the least of a link, and kScoreBit is
// one bit, a doubling of the chance that the pair is one person's. What is beyond 0 and kScoreUnit
// is cut off.
inline constexpr std::uint32_t kLinkScore = 120'000;
inline constexpr std::uint32_t kScoreBit = 8'000;

// A pair that reached the threshold it was scored against, left < right, with its score in units of
// 1 / kScoreUnit.
struct ScoredPair {
  std::uint32_t left;
  std::uint32_t right;
  std::uint32_t score;

  auto operator<=>(const ScoredPair&) const = default;
};

}  // namespace musubi
