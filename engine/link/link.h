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
  // What the run may use of the memory, about. Links that do not fit go to the disk.
  std::uint64_t memory_bytes = UINT64_MAX;
  // After so many pairs what was found is kept on the disk, instead of a default of some half a
  // minute's.
  std::optional<std::uint64_t> checkpoint_pairs = {};
};

// Which pairs were compared.
struct CandidateReport {
  CandidateMethod method = CandidateMethod::kAllPairs;  // the one used; never kAuto
  bool joins = false;       // pairs were decided by an exact join, without weighing each
  std::uint64_t pairs = 0;  // compared, by the model or before it
  std::vector<blocking::BlockPassStats> passes;  // with kBlocks: one a pass
  std::optional<blocking::LshStats> lsh;         // with kLsh
};

// What a run used.
struct ResourceReport {
  std::uint64_t planned_bytes = 0;  // of memory, without links
  std::uint64_t links_bytes = 0;    // of memory, that links could take
  std::uint64_t disk_bytes = 0;     // that links took on the disk, until the run was committed
  bool went_on = false;             // an earlier run's finished part was used
};

struct LinkReceipt {
  storage::EpochSummary summary;
  CandidateReport candidates;
  ResourceReport resources;
  std::string kernel;                // the comparison kernel used
  std::uint64_t clusters = 0;        // persons, as linked
  std::uint64_t linked_records = 0;  // records in clusters of two or more
};

// Compares every record that has no linkage key yet with all others, decides, and gives each its
// key: that of an earlier record of the same person, or a new one. Keys already given stay.
//
// A long run keeps what it found in the store's folder from time to time: one that was killed, or
// failed, goes on from there when it is asked for again, and ends as if nothing had happened.
// Neither memory, nor threads, nor interruptions change the result.
//
// Memory: planned before anything is loaded, within request.memory_bytes; the observer is told.
// Errors: kNoInput  the store holds no data set
//         kUsage    the contract lacks what the candidates are to come from; there would be more
//                   pairs, or more memory needed, than the request allows
//         kIo       also: the disk is full
//         kInterrupted, those of the store; the store is as it was
Result<LinkReceipt> Link(storage::LinkStore* store, const LinkRequest& request,
                         const ExecContext& context);

}  // namespace musubi::engine
