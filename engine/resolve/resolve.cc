#include "engine/resolve/resolve.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>

namespace musubi::engine {
namespace {

struct Link {
  std::uint32_t row;
  std::uint32_t score;
};

// Each row's links, in compressed rows.
class LinkIndex {
 public:
  LinkIndex(std::size_t rows, const std::vector<ScoredPair>& pairs)
      : offsets_(rows + 1), links_(pairs.size() * 2) {
    for (const ScoredPair& pair : pairs) {
      ++offsets_[pair.left + 1];
      ++offsets_[pair.right + 1];
    }
    std::partial_sum(offsets_.begin(), offsets_.end(), offsets_.begin());
    std::vector<std::uint64_t> next(offsets_.begin(), offsets_.end() - 1);
    for (const ScoredPair& pair : pairs) {
      links_[next[pair.left]++] = {pair.right, pair.score};
      links_[next[pair.right]++] = {pair.left, pair.score};
    }
  }

  std::span<const Link> Of(std::uint32_t row) const {
    return {links_.data() + offsets_[row], links_.data() + offsets_[row + 1]};
  }

 private:
  std::vector<std::uint64_t> offsets_;
  std::vector<Link> links_;
};

// Clusters under construction: disjoint sets that know their members, holders and key.
class Forest {
 public:
  Forest(const Population& population, const std::vector<std::uint32_t>& key_of)
      : population_(population), parent_(population.rows()), groups_(population.rows()) {
    std::iota(parent_.begin(), parent_.end(), 0U);
    std::unordered_map<std::uint32_t, std::uint32_t> root_of_key;
    for (std::uint32_t row = 0; row < population.rows(); ++row) {
      groups_[row].members = {row};
      groups_[row].key = key_of[row];
      if (population.allows_within[population.source[row]] == 0) {
        groups_[row].sources = {population.source[row]};
      }
      if (key_of[row] == kNoKey) continue;
      const auto [first, is_new] = root_of_key.try_emplace(key_of[row], row);
      if (!is_new) first->second = Join(Root(first->second), row);
    }
  }

  std::uint32_t Root(std::uint32_t row) {
    while (parent_[row] != row) {
      parent_[row] = parent_[parent_[row]];
      row = parent_[row];
    }
    return row;
  }

  // Whether no holder without duplicates has a record in both.
  bool Consistent(std::uint32_t a, std::uint32_t b) const {
    const auto& left = groups_[a].sources;
    const auto& right = groups_[b].sources;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < left.size() && j < right.size()) {
      if (left[i] == right[j]) return false;
      (left[i] < right[j] ? i : j) += 1;
    }
    return true;
  }

  // Whether two clusters have enough in common over all of their pairs: in fifteenths of the
  // threshold, an unknown pair counts 5 and the mean must be 12.
  bool WellLinked(std::uint32_t a, std::uint32_t b, const LinkIndex& links,
                  std::uint32_t threshold) {
    if (groups_[a].members.size() > groups_[b].members.size()) std::swap(a, b);
    const std::uint64_t pairs = groups_[a].members.size() * groups_[b].members.size();
    std::uint64_t known = 0;
    std::uint64_t sum = 0;
    for (const std::uint32_t row : groups_[a].members) {
      for (const Link& link : links.Of(row)) {
        if (Root(link.row) != b) continue;
        ++known;
        sum += link.score;
      }
    }
    return sum * 15 + (pairs - known) * threshold * 5 >= pairs * threshold * 12;
  }

  std::uint32_t KeyOf(std::uint32_t root) const { return groups_[root].key; }

  // Joins two roots and returns the new one.
  std::uint32_t Join(std::uint32_t a, std::uint32_t b) {
    if (groups_[a].members.size() < groups_[b].members.size()) std::swap(a, b);
    Group& into = groups_[a];
    Group& from = groups_[b];
    into.members.insert(into.members.end(), from.members.begin(), from.members.end());
    const auto middle =
        into.sources.insert(into.sources.end(), from.sources.begin(), from.sources.end());
    std::inplace_merge(into.sources.begin(), middle, into.sources.end());
    if (into.key == kNoKey) into.key = from.key;
    from = Group{};
    parent_[b] = a;
    return a;
  }

  Clusters Finish() {
    Clusters clusters;
    for (std::uint32_t row = 0; row < parent_.size(); ++row) {
      auto& members = groups_[Root(row)].members;
      std::ranges::sort(members);
      if (members.front() != row) continue;
      clusters.members.insert(clusters.members.end(), members.begin(), members.end());
      clusters.offsets.push_back(static_cast<std::uint32_t>(clusters.members.size()));
    }
    return clusters;
  }

 private:
  struct Group {
    std::vector<std::uint32_t> members;
    std::vector<std::uint16_t> sources;  // ascending; only holders without duplicates
    std::uint32_t key = kNoKey;
  };

  const Population& population_;
  std::vector<std::uint32_t> parent_;
  std::vector<Group> groups_;  // at a root
};

bool BetterFirst(const ScoredPair& a, const ScoredPair& b) {
  if (a.score != b.score) return a.score > b.score;
  return std::pair(a.left, a.right) < std::pair(b.left, b.right);
}

}  // namespace

Resolution Resolve(const Population& population, std::vector<ScoredPair> pairs,
                   std::uint32_t threshold, const std::vector<std::uint32_t>& key_of) {
  MUSUBI_CHECK(key_of.size() == population.rows());
  std::ranges::sort(pairs, BetterFirst);
  const LinkIndex links(population.rows(), pairs);
  Forest forest(population, key_of);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> conflicts;
  for (const ScoredPair& pair : pairs) {
    if (pair.score < threshold) break;  // the best come first
    const std::uint32_t a = forest.Root(pair.left);
    const std::uint32_t b = forest.Root(pair.right);
    if (a == b || !forest.Consistent(a, b)) continue;
    if (forest.KeyOf(a) != kNoKey && forest.KeyOf(b) != kNoKey) {
      conflicts.try_emplace(std::minmax(forest.KeyOf(a), forest.KeyOf(b)), pair.score);
    } else if (forest.WellLinked(a, b, links, threshold)) {
      forest.Join(a, b);
    }
  }
  Resolution resolution{forest.Finish(), {}};
  for (const auto& [keys, score] : conflicts) {
    resolution.conflicts.push_back({keys.first, keys.second, score});
  }
  return resolution;
}

}  // namespace musubi::engine
