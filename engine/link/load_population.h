// All records of a store in one table. Private to engine/link.
#pragma once

#include <cstdint>
#include <vector>

#include "core/exec_context.h"
#include "core/ids.h"
#include "core/population.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct LoadedPopulation {
  Population population;
  std::vector<std::uint32_t> dataset;  // per row: the data set's id in the store
  std::vector<std::uint32_t> key_of;   // per row: index into keys, or kNoKey
  std::vector<LinkageKey> keys;        // those given in earlier runs, ascending
};

// Rows are ordered by holder, data set and reference, so that neither the order of import nor the
// order of a holder's file shows in any result.
//
// Errors: kNoInput  the store holds no data set; those of the store; kInterrupted
Result<LoadedPopulation> LoadPopulation(storage::LinkStore* store, const ExecContext& context);

}  // namespace musubi::engine
