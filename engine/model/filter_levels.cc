#include "engine/model/filter_levels.h"

#include <algorithm>

namespace musubi::engine {
namespace {

bool IsWhole(const Feature& feature) { return feature.tokens.kind == TokenKind::kExact; }

bool HasPlaces(const Feature& feature) {
  return feature.tokens.kind == TokenKind::kNeighbours || feature.tokens.positional;
}

}  // namespace

std::vector<Threshold> LevelThresholds(const Filter& filter) {
  if (!filter.levels.empty()) return filter.levels;
  if (std::ranges::all_of(filter.features, IsWhole)) return {};
  if (std::ranges::any_of(filter.features, HasPlaces)) return {{70, 100}, {45, 100}};
  return {{77, 100}, {57, 100}, {38, 100}};
}

}  // namespace musubi::engine
