// The unit's flow: imported encodings to linkage keys, as one atomic epoch of the store.
// Sees no identifier and no secret of the holders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "blocking/candidates.h"
#include "blocking/lsh.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "core/threshold.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct LinkRequest {
  std::optional<Threshold> threshold = {};         // instead of the contract's
  std::optional<CandidateMethod> candidates = {};  // instead of the contract's
  std::optional<Threshold> recall = {};            // of kLsh, instead of the contract's
  std::optional<std::uint64_t> max_pairs = {};     // more are refused, instead of a default
};

// Which pairs were compared.
struct CandidateReport {
  CandidateMethod method = CandidateMethod::kAllPairs;  // the one used; never kAuto
  bool joins = false;       // pairs were decided by an exact join, without weighing each
  std::uint64_t pairs = 0;  // compared, by the model or before it
  std::vector<blocking::BlockPassStats> passes;  // with kBlocks: one a pass
  std::optional<blocking::LshStats> lsh;         // with kLsh
};

struct LinkReceipt {
  storage::EpochSummary summary;
  CandidateReport candidates;
  std::string kernel;                // the comparison kernel used
  std::uint64_t clusters = 0;        // persons, as linked
  std::uint64_t linked_records = 0;  // records in clusters of two or more
};

// Compares every record that has no linkage key yet with all others, decides, and gives each its
// key: that of an earlier record of the same person, or a new one. Keys already given stay.
//
// Memory: the encodings of all records, some hundred bytes a record, 24 bytes a block token, and
//         about 28 bytes for each pair above two thirds of the threshold.
// Errors: kNoInput  the store holds no data set
//         kUsage    the contract lacks what the candidates are to come from; there would be more
//                   pairs than the request allows
//         kInterrupted, those of the store; the store is as it was
Result<LinkReceipt> Link(storage::LinkStore* store, const LinkRequest& request,
                         const ExecContext& context);

}  // namespace musubi::engine
