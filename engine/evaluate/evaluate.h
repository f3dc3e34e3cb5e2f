// How good a linkage is where the truth is known: pairwise precision, recall and F1.
// For studies with synthetic or labelled data; sees ids, no identifier.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/result.h"

namespace musubi::engine {

// Pairs of records, counted.
struct PairCounts {
  std::uint64_t truth = 0;    // that belong to one person
  std::uint64_t linked = 0;   // that share a project id
  std::uint64_t correct = 0;  // both

  // Between 0 and 1; 1 where there is nothing to be wrong about.
  double precision() const;
  double recall() const;
  double f1() const;
};

struct Evaluation {
  PairCounts all;
  PairCounts within;          // both records of one holder
  PairCounts across;          // of two holders
  std::uint64_t records = 0;  // in the truth
  std::uint64_t persons = 0;  // in the truth
  std::uint64_t unlinked =
      0;  // records of the truth that no links file has; their pairs count as missed
};

// Compares links files (project_id,holder,local_id) with a truth file (person_id,holder,local_id).
//
// Errors: kNoInput  a file cannot be opened
//         kBadData  one is not such a file, names a record twice, or a links file has a record that
//                   the truth does not know
Result<Evaluation> Evaluate(const std::filesystem::path& truth,
                            const std::vector<std::filesystem::path>& links);

}  // namespace musubi::engine
