// How well the records of each group are linked, and how far the groups are apart. Sees numbers,
// and the groups' names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/evaluate/clusterings.h"
#include "engine/evaluate/measures.h"
#include "engine/evaluate/read_records.h"

namespace musubi::engine {

// Of fewer pairs, shares say little.
inline constexpr std::uint64_t kFewPairs = 30;

// A pair belongs to the group of each of its records, and counts once in a group that both are of:
// so one whose records have two values counts in both groups, and the pairs of all groups may be
// more than there are. This holds for true, linked and correct pairs alike, so that a wrong link
// between two groups harms the precision of both, and a missed pair the recall of both.
// Source: "single fairness" in Shahbazi, Danevski, Nargesian, Asudeh, Srivastava, PVLDB
//         16(11):3279-3292 (2023).
struct GroupMeasures {
  std::string value;
  std::uint64_t records = 0;
  std::uint64_t persons = 0;  // with a record of the group; one may count in two groups
  PairCounts pairs;
  MeanRatios b_cubed;  // the mean over the group's records, in clusters of all records

  bool few() const { return pairs.truth < kFewPairs; }
};

// The largest difference between two groups.
struct Gap {
  std::string lowest;   // the first of the groups with the lowest value
  std::string highest;  // likewise
  double low = 0;
  double high = 0;
  double difference() const { return high - low; }
};

struct ColumnMeasures {
  std::string name;
  std::vector<GroupMeasures> groups;  // in the order of GroupColumn::values

  // Over groups that are not few, for precision those of kFewPairs linked pairs or more besides;
  // none where there are fewer than two.
  std::optional<Gap> precision_gap;
  std::optional<Gap> recall_gap;
};

// Requires: column.group has an entry a record.
// Memory:   8 bytes a record.
// Threads:  safe.
ColumnMeasures MeasureGroups(const Clusterings& both, const GroupColumn& column);

}  // namespace musubi::engine
