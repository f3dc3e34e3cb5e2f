#include "engine/resolve/link_choice.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/resolve/matching.h"

namespace musubi::engine {
namespace {

using Links = std::vector<ScoredPair>;

// Tells of each link, in their order, whether it is a record's best towards the other's holder.
class BestLinks {
 public:
  explicit BestLinks(const Population& population) : population_(population) {}

  bool IsBest(std::uint32_t row, std::uint32_t other) {
    const std::uint16_t source = population_.source[other];
    if (population_.allows_within[source] != 0) return true;
    return seen_.insert({row, source}).second;
  }

 private:
  const Population& population_;
  std::set<std::pair<std::uint32_t, std::uint16_t>> seen_;
};

Links StrongLinks(const Population& population, std::span<const ScoredPair> links,
                  bool and_normal) {
  BestLinks best(population);
  Links strong;
  Links normal;
  for (const ScoredPair& link : links) {
    const bool of_left = best.IsBest(link.left, link.right);
    const bool of_right = best.IsBest(link.right, link.left);
    if (of_left && of_right) {
      strong.push_back(link);
    } else if (of_left || of_right) {
      normal.push_back(link);
    }
  }
  if (and_normal) strong.insert(strong.end(), normal.begin(), normal.end());
  return strong;
}

// Whether no record has two of the links.
bool IsMatching(std::span<const ScoredPair> links) {
  std::set<std::uint32_t> rows;
  return std::ranges::all_of(links, [&](const ScoredPair& link) {
    return rows.insert(link.left).second && rows.insert(link.right).second;
  });
}

Links MatchingOf(std::span<const ScoredPair> links) {
  if (IsMatching(links)) return {links.begin(), links.end()};
  std::vector<WeightedEdge> edges;
  const std::uint32_t least = links.back().score;
  for (const ScoredPair& link : links) {
    edges.push_back({link.left, link.right, std::int64_t{link.score} - least + 1});
  }
  Links chosen;
  for (const std::size_t edge : MaximumWeightMatching(edges)) chosen.push_back(links[edge]);
  return chosen;
}

Links OptimalLinks(const Population& population, std::span<const ScoredPair> links) {
  std::map<std::pair<std::uint16_t, std::uint16_t>, Links> between;
  Links chosen;
  for (const ScoredPair& link : links) {
    const auto sources = std::minmax(population.source[link.left], population.source[link.right]);
    if (population.allows_within[sources.first] != 0 ||
        population.allows_within[sources.second] != 0) {
      chosen.push_back(link);
    } else {
      between[sources].push_back(link);
    }
  }
  for (const auto& [sources, of_two] : between) {
    const Links matching = MatchingOf(of_two);
    chosen.insert(chosen.end(), matching.begin(), matching.end());
  }
  std::ranges::sort(chosen, [](const ScoredPair& a, const ScoredPair& b) {
    return std::tuple(b.score, a.left, a.right) < std::tuple(a.score, b.left, b.right);
  });
  return chosen;
}

}  // namespace

std::vector<ScoredPair> ChooseLinks(ResolutionKind kind, const Population& population,
                                    std::span<const ScoredPair> links) {
  switch (kind) {
    case ResolutionKind::kGreedy:
      break;
    case ResolutionKind::kMutualBest:
      return StrongLinks(population, links, false);
    case ResolutionKind::kStrongFirst:
      return StrongLinks(population, links, true);
    case ResolutionKind::kOptimal:
      return OptimalLinks(population, links);
  }
  return {links.begin(), links.end()};
}

}  // namespace musubi::engine
