#include "engine/evaluate/group_measures.h"

#include <span>

namespace musubi::engine {

namespace {

// The pairs of `size` records of which at least one is among `part` of them.
std::uint64_t PairsWith(std::uint64_t size, std::uint64_t part) {
  return PairsOf(size) - PairsOf(size - part);
}

void MeasureOverlaps(const Clusterings& both, std::span<const std::uint16_t> group,
                     std::vector<GroupMeasures>* groups) {
  std::vector<FractionMean> precision(groups->size());
  std::vector<FractionMean> recall(groups->size());
  ForEachPart(both.overlap(), group, [&](auto number, auto g, std::uint64_t records) {
    const Overlap& overlap = both.overlaps()[number];
    (*groups)[g].pairs.correct += PairsWith(overlap.records, records);
    precision[g].Add(records, records * overlap.records, both.cluster_sizes()[overlap.cluster]);
    recall[g].Add(records, records * overlap.records, both.person_sizes()[overlap.person]);
  });
  for (std::size_t g = 0; g < groups->size(); ++g) {
    (*groups)[g].b_cubed = {precision[g].value(), recall[g].value()};
  }
}

template <typename Counts, typename Value>
std::optional<Gap> GapOf(const std::vector<GroupMeasures>& groups, Counts counts, Value value) {
  std::optional<Gap> gap;
  std::size_t compared = 0;
  for (const GroupMeasures& group : groups) {
    if (!counts(group)) continue;
    const double own = value(group.pairs);
    if (++compared == 1) gap = Gap{group.value, group.value, own, own};
    if (own < gap->low) {
      gap->lowest = group.value;
      gap->low = own;
    }
    if (own > gap->high) {
      gap->highest = group.value;
      gap->high = own;
    }
  }
  if (compared < 2) return std::nullopt;
  return gap;
}

}  // namespace

ColumnMeasures MeasureGroups(const Clusterings& both, const GroupColumn& column) {
  const std::span<const std::uint16_t> group = column.group;
  ColumnMeasures result{column.name, {}, {}, {}};
  for (const std::string& value : column.values) {
    result.groups.emplace_back().value = value;
  }
  ForEachPart(both.person(), group, [&](auto person, auto g, std::uint64_t records) {
    result.groups[g].records += records;
    ++result.groups[g].persons;
    result.groups[g].pairs.truth += PairsWith(both.person_sizes()[person], records);
  });
  ForEachPart(both.cluster(), group, [&](auto cluster, auto g, std::uint64_t records) {
    result.groups[g].pairs.linked += PairsWith(both.cluster_sizes()[cluster], records);
  });
  MeasureOverlaps(both, group, &result.groups);
  result.precision_gap = GapOf(
      result.groups, [](const GroupMeasures& g) { return !g.few() && g.pairs.linked >= kFewPairs; },
      [](const PairCounts& pairs) { return pairs.precision(); });
  result.recall_gap = GapOf(
      result.groups, [](const GroupMeasures& g) { return !g.few(); },
      [](const PairCounts& pairs) { return pairs.recall(); });
  return result;
}

}  // namespace musubi::engine
