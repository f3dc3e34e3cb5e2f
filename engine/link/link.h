// The unit's flow: imported encodings to linkage keys, as one atomic epoch of the store.
// Sees no identifier and no secret of the holders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "blocking/candidates.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "core/threshold.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct LinkRequest {
  std::optional<Threshold> threshold;         // instead of the contract's
  std::optional<CandidateMethod> candidates;  // instead of the contract's
};

struct LinkReceipt {
  storage::EpochSummary summary;
  CandidateMethod method = CandidateMethod::kAllPairs;  // the one used: kAllPairs or kBlocks
  std::string kernel;                                   // the comparison kernel used
  std::vector<blocking::BlockPassStats> passes;         // with kBlocks: one a pass
  std::uint64_t clusters = 0;                           // persons, as linked
  std::uint64_t linked_records = 0;                     // records in clusters of two or more
};

// Compares every record that has no linkage key yet with all others, decides, and gives each its
// key: that of an earlier record of the same person, or a new one. Keys already given stay.
//
// Memory: the encodings of all records, some hundred bytes a record, 24 bytes a block token, and
//         about 28 bytes for each pair above two thirds of the threshold.
// Errors: kNoInput  the store holds no data set
//         kUsage    candidates are to come from block tokens and the contract has none
//         kInterrupted, those of the store; the store is as it was
Result<LinkReceipt> Link(storage::LinkStore* store, const LinkRequest& request,
                         const ExecContext& context);

}  // namespace musubi::engine
