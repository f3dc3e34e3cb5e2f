// Small populations and their links, for tests of the resolution.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "engine/resolve/resolve.h"

namespace musubi::engine {

using Rows = std::vector<std::uint32_t>;

// Records of these sources, in this order; sources in `declared` may hold a person twice.
inline Population PeopleOf(const std::vector<std::uint16_t>& sources,
                           const std::set<std::uint16_t>& declared = {}) {
  Population population;
  population.records.Resize(sources.size());
  population.source = sources;
  population.settled.assign(sources.size(), 0);
  const auto count = sources.empty() ? 0 : *std::ranges::max_element(sources) + 1;
  population.allows_within.assign(static_cast<std::size_t>(count), 0);
  for (const std::uint16_t source : declared) population.allows_within[source] = 1;
  return population;
}

// The clusters, each ascending, ordered by their first rows.
inline std::vector<Rows> ListOf(const Resolution& resolution) {
  std::map<std::uint32_t, Rows> clusters;
  for (std::uint32_t row = 0; row < resolution.first_of.size(); ++row) {
    clusters[resolution.first_of[row]].push_back(row);
  }
  std::vector<Rows> list;
  for (auto& [first, rows] : clusters) list.push_back(std::move(rows));
  return list;
}

// Pairs of which some are links, and what each two rows have in common.
class PairList : public LinkSource, public PairScores {
 public:
  PairList(const std::vector<ScoredPair>& pairs, std::uint32_t threshold) {
    for (const ScoredPair& pair : pairs) {
      scores_[{pair.left, pair.right}] = pair.score;
      if (pair.score >= threshold) links_.push_back(pair);
    }
  }

  std::uint64_t links() const override { return links_.size(); }
  Status Visit(const Visitor& visit) const override {
    const std::span<const ScoredPair> links(links_);
    visit(links.first(links.size() / 2));
    visit(links.subspan(links.size() / 2));
    return {};
  }
  std::uint32_t Of(std::uint32_t left, std::uint32_t right) const override {
    const auto found = scores_.find({left, right});
    return found == scores_.end() ? 0 : found->second;
  }

 private:
  std::vector<ScoredPair> links_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> scores_;
};

// Resolves `pairs`, of which those below the threshold are no links but tell of their records.
inline Resolution ResolvePairs(const Population& population, const std::vector<ScoredPair>& pairs,
                               std::uint32_t threshold, std::uint64_t links_in_memory = 1'000'000,
                               int threads = 2, ResolutionKind kind = ResolutionKind::kGreedy) {
  const PairList list(pairs, threshold);
  ExecContext context;
  context.threads = threads;
  return Resolve(population, list, list, {threshold, kind, links_in_memory}, context).value();
}

struct RandomGraph {
  Population population;
  std::vector<ScoredPair> pairs;
};

struct GraphRecipe {
  std::uint16_t sources = 3;
  unsigned duplicates_percent = 0;  // of the sources
  unsigned pair_percent = 20;
  std::uint32_t least_score = 600'000;
};

// Scores are few, so that ties are many. No two records of a source that does not declare
// duplicates are a pair.
inline RandomGraph GraphOf(const GraphRecipe& recipe, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  std::set<std::uint16_t> declared;
  for (std::uint16_t s = 0; s < recipe.sources; ++s) {
    if (chance(recipe.duplicates_percent)) declared.insert(s);
  }
  std::vector<std::uint16_t> sources = {static_cast<std::uint16_t>(recipe.sources - 1)};
  for (int i = 0; i < 24; ++i)
    sources.push_back(static_cast<std::uint16_t>(random() % recipe.sources));
  std::ranges::sort(sources);
  RandomGraph graph{PeopleOf(sources, declared), {}};
  for (std::uint32_t a = 0; a < sources.size(); ++a) {
    for (std::uint32_t b = a + 1; b < sources.size(); ++b) {
      if (sources[a] == sources[b] && !declared.contains(sources[a])) continue;
      const auto steps = static_cast<std::uint32_t>(random() % 9);
      const std::uint32_t step = (kScoreUnit - recipe.least_score) / 8;
      if (chance(recipe.pair_percent)) {
        graph.pairs.push_back({a, b, recipe.least_score + steps * step});
      }
    }
  }
  return graph;
}

// The resolution by the words of engine/resolve/resolve.h, cluster by cluster and pair by pair.
class SlowResolution {
 public:
  SlowResolution(const RandomGraph& graph, std::uint32_t threshold)
      : graph_(graph), threshold_(threshold) {
    for (const ScoredPair& pair : graph.pairs) score_[{pair.left, pair.right}] = pair.score;
    for (std::uint32_t row = 0; row < graph.population.rows(); ++row) {
      clusters_.push_back({row});
    }
    std::vector<ScoredPair> pairs = graph.pairs;
    std::ranges::sort(pairs, [](const ScoredPair& a, const ScoredPair& b) {
      if (a.score != b.score) return a.score > b.score;
      return a.left != b.left ? a.left < b.left : a.right < b.right;
    });
    for (const ScoredPair& pair : pairs) Take(pair);
  }

  std::vector<Rows> clusters() const {
    std::vector<Rows> list;
    for (const auto& cluster : clusters_) list.emplace_back(cluster.begin(), cluster.end());
    std::ranges::sort(list);
    return list;
  }

 private:
  using Cluster = std::set<std::uint32_t>;

  bool ShareASingleHolder(const Cluster& a, const Cluster& b) const {
    const Population& p = graph_.population;
    for (const std::uint32_t i : a) {
      for (const std::uint32_t j : b) {
        if (p.source[i] == p.source[j] && p.allows_within[p.source[i]] == 0) return true;
      }
    }
    return false;
  }

  // Whether the mean is at least 4/5 of the threshold, where a pair not scored counts 1/3 of it.
  bool EnoughInCommon(const Cluster& a, const Cluster& b) const {
    std::uint64_t thirds = 0;
    for (const std::uint32_t i : a) {
      for (const std::uint32_t j : b) {
        const auto known = score_.find(std::minmax({i, j}));
        thirds += known == score_.end() ? threshold_ : 3 * std::uint64_t{known->second};
      }
    }
    return 5 * thirds >= 3 * 4 * std::uint64_t{threshold_} * a.size() * b.size();
  }

  void Take(const ScoredPair& pair) {
    if (pair.score < threshold_) return;
    const auto holding = [&](std::uint32_t row) {
      return std::ranges::find_if(clusters_, [&](const Cluster& c) { return c.contains(row); });
    };
    const auto a = holding(pair.left);
    const auto b = holding(pair.right);
    if (a == b || ShareASingleHolder(*a, *b)) return;
    if (!EnoughInCommon(*a, *b)) return;
    a->insert(b->begin(), b->end());
    clusters_.erase(b);
  }

  const RandomGraph& graph_;
  std::uint32_t threshold_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> score_;
  std::vector<Cluster> clusters_;
};

}  // namespace musubi::engine
