// All records of a store in one table. Private to engine/link.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/exec_context.h"
#include "core/ids.h"
#include "core/population.h"
#include "engine/compare/filter_rows.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct LoadedPopulation {
  explicit LoadedPopulation(FilterRows empty) : rows(std::move(empty)) {}

  // Its filters are empty but for the one that candidates are looked for in, if there is one: all
  // are in `rows`.
  Population population;
  FilterRows rows;
  std::vector<std::uint32_t> dataset;  // per row: the data set's id in the store
  std::vector<std::uint32_t> key_of;   // per row: index into keys, or kNoKey
  std::vector<std::uint32_t> since;    // per row with a key: the epoch in which it came under it
  std::vector<LinkageKey> keys;        // those given in earlier runs, ascending

  // Gives back the memory of what pairs are compared by: filters and tokens.
  void FreeEncodings();
};

// Loads in parallel. `candidate_filter` is the filter that candidates are looked for in, if there
// is one. Rows are ordered by holder, data set and reference, so that neither the order of import
// nor the order of a holder's file shows in any result.
//
// Errors: kNoInput  the store holds no data set; those of the store; kInterrupted
Result<LoadedPopulation> LoadPopulation(storage::LinkStore* store,
                                        std::optional<std::size_t> candidate_filter,
                                        const ExecContext& context);

}  // namespace musubi::engine
