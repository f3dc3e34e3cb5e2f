// How good a linkage is where the truth is known: pairs, clusters, and both by group.
// For studies with synthetic or labelled data; sees ids, and the columns of the truth asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/evaluate/cluster_measures.h"
#include "engine/evaluate/group_measures.h"
#include "engine/evaluate/measures.h"

namespace musubi::engine {

struct Evaluation {
  PairCounts all;
  PairCounts within;  // both records of one holder
  PairCounts across;  // of two holders
  ClusterMeasures clusters;
  std::vector<ColumnMeasures> columns;  // in the order asked for

  std::uint64_t records = 0;  // in the truth
  std::uint64_t persons = 0;  // in the truth
  std::uint64_t unlinked =
      0;  // records of the truth that no links file has; their pairs count as missed
};

// Compares links files (project_id,holder,local_id) with a truth file, which has the columns
// person_id, holder, local_id and any others; `by` names those by which groups are told apart.
//
// Memory:  that of ReadRecords while the files are read, some 50 bytes a record afterwards: 1.7 GiB
//          at its peak for 20 million records of 10 million persons with ids of 9 bytes
// Errors:  those of ReadRecords
// Threads: safe; uses one.
Result<Evaluation> Evaluate(const std::filesystem::path& truth,
                            const std::vector<std::filesystem::path>& links,
                            const std::vector<std::string>& by = {});

}  // namespace musubi::engine
