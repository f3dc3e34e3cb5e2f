#include "engine/resolve/matching.h"

#include <lemon/list_graph.h>
#include <lemon/matching.h>

#include <map>

namespace musubi::engine {

std::vector<std::size_t> MaximumWeightMatching(const std::vector<WeightedEdge>& edges) {
  using Graph = lemon::ListGraph;
  using Weights = Graph::EdgeMap<std::int64_t>;
  Graph graph;
  // Nodes and edges are made in the order of `edges`, and the algorithm goes by these.
  std::map<std::uint32_t, Graph::Node> nodes;
  const auto node = [&](std::uint32_t name) {
    const auto [at, is_new] = nodes.try_emplace(name);
    if (is_new) at->second = graph.addNode();
    return at->second;
  };
  Weights weights(graph);
  std::vector<Graph::Edge> made;
  for (const WeightedEdge& edge : edges) {
    const Graph::Node a = node(edge.a);
    const Graph::Node b = node(edge.b);
    made.push_back(graph.addEdge(a, b));
    weights[made.back()] = edge.weight;
  }
  lemon::MaxWeightedMatching<Graph, Weights> matching(graph, weights);
  matching.run();
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (matching.matching(made[i])) chosen.push_back(i);
  }
  return chosen;
}

}  // namespace musubi::engine
