// The one-to-one matching of the most weight. Sees numbers alone. Private to engine/resolve.
//
// Plain C++17, for so is the library behind it: its containers need allocators as they were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace musubi::engine {

struct WeightedEdge {
  std::uint32_t a;
  std::uint32_t b;
  std::int64_t weight;  // above 0
};

// The edges, by their places in ascending order, of a matching of the largest sum of weights in any
// graph, bipartite or not. Of several it is always the same for the same edges in the same order.
//
// Cost:   n m log n for n nodes and m edges.
// Source: Edmonds' blossom algorithm as LEMON 1.3 has it.
std::vector<std::size_t> MaximumWeightMatching(const std::vector<WeightedEdge>& edges);

}  // namespace musubi::engine
