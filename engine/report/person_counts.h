// How many records persons have, and at how many holders. Sees linkage keys; tells counts.
// Private to engine/report.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/exec_context.h"
#include "engine/report/filter_fill.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct PersonCounts {
  std::uint64_t persons = 0;
  std::map<std::uint64_t, std::uint64_t> by_records;  // persons with so many records
  std::map<std::uint64_t, std::uint64_t> by_holders;  // persons known to so many holders
  std::vector<std::uint64_t> of_holder;               // by holder: persons with a record there
  std::vector<std::uint64_t> repeated;                // of them, those with two records or more
  // By holder and holder: persons with a record at both. Empty beyond kMostOverlap holders.
  std::vector<std::vector<std::uint64_t>> overlap;
};

// A table of more holders than these tells nobody anything.
inline constexpr std::size_t kMostOverlap = 40;

// Counts the members of the store, as stage "read members". Holders are numbered as in `holders`.
//
// Memory: 20 bytes a member.
// Errors: those of the store; kInterrupted
Result<PersonCounts> CountPersons(storage::LinkStore* store, std::span<const HolderData> holders,
                                  const ExecContext& context);

}  // namespace musubi::engine
