// How much memory a link run will use, reckoned before it begins. Private to engine/link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/contract.h"
#include "core/result.h"

namespace musubi::engine {

// What decides it.
struct RunSize {
  std::uint64_t records = 0;
  std::uint64_t new_records = 0;  // without a linkage key
  int threads = 1;
  CandidateMethod method = CandidateMethod::kAuto;  // as asked for
  std::optional<std::size_t> candidate_filter;      // see CandidateFilter
};

// Bytes, all of them estimates that a run stays below.
struct MemoryPlan {
  std::uint64_t records = 0;     // the encodings, from the first stage to the resolution's end
  std::uint64_t candidates = 0;  // what candidates are found with
  std::uint64_t resolve = 0;     // what the resolution needs for its records
  std::uint64_t commit = 0;      // once the encodings are freed
  std::uint64_t base = 0;        // the program and its database, whatever it links
  std::uint64_t links = 0;       // what is left for links; more go to the disk

  // The least budget, without a link.
  std::uint64_t least() const;
};

// The plan of a run that may use `budget_bytes`.
//
// Errors: kUsage  that is too little: the message says how much it takes
Result<MemoryPlan> PlanMemory(const Contract& contract, const RunSize& size,
                              std::uint64_t budget_bytes);

// The links that a run may have in memory at once: each is there as it was found, and again while
// it is put into order.
std::uint64_t LinksInMemory(const MemoryPlan& plan);

}  // namespace musubi::engine
