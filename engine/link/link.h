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
#include "engine/model/quality.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct LinkRequest {
  std::optional<Threshold> threshold = {};         // instead of the contract's
  std::optional<CandidateMethod> candidates = {};  // instead of the contract's
  std::optional<Threshold> recall = {};            // of kLsh, instead of the contract's
  std::optional<ResolutionKind> resolution = {};   // instead of the contract's
  std::optional<Threshold> least_precision = {};  // of the weighted mean, instead of the contract's
  std::optional<std::uint64_t> max_pairs = {};    // more are refused, instead of a default
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

// How one comparison tells persons apart, as learnt. In millionths.
struct ComparisonReport {
  std::string name;                  // of the filter or match token
  std::uint32_t equal_match = 0;     // how often one person's values are equal
  std::uint32_t equal_stranger = 0;  // how often those of two strangers are
};

// What a run can say of its links without knowing the truth; of a model that learns also what it
// learnt. Shares are in millionths.
struct LinkQuality {
  bool learns =
      false;  // the model learns; without it the members that speak of the model are empty

  // Why the run gave no keys, in a sentence without a full stop; empty where it did.
  std::string refusal;
  bool has_control = false;         // some holder declares no duplicates: its pairs are two persons
  bool rarity = false;              // rare values tell more than common ones
  bool moves = false;               // a class of persons who moved was found
  std::uint64_t control_pairs = 0;  // pairs of two persons that the model was tested on
  std::uint64_t control_hits = 0;   // of them, those that would have been linked
  Estimate precision;               // by the control, with its 95 % interval
  std::uint32_t model_precision = 0;  // the model's own opinion, of the pairs above the threshold
  std::uint32_t model_recall = 0;     // likewise, among candidates: nothing checks it
  // Of the weighted mean: the threshold that reaches the least precision, where one was asked for.
  std::optional<Threshold> raised_threshold;
  std::vector<ComparisonReport> comparisons;

  // Fewer hits than kLeastHits tell too little of the precision to certify it.
  bool certified() const { return has_control && control_hits >= kLeastHits; }
};

// How many planted copies a run would have linked to their originals: the recall of copies with
// simulated errors, which is not that of real records (docs/model.md, "Planted copies").
struct PlantedRecall {
  std::string holder;          // that planted them; empty: all holders together
  std::uint64_t copies = 0;    // that were planted
  std::uint64_t compared = 0;  // of them, those that the run would have compared
  std::uint64_t found = 0;     // of those, the ones that reach the threshold
  Estimate recall;             // found of copies, with its 95 % interval
};

// Pairs of one person's records of two holders that records of a third join, and how many of them
// were linked directly: see RecaptureLinks. Nothing is joined where there are fewer holders.
struct Recapture {
  std::uint64_t joined = 0;
  std::uint64_t linked = 0;
};

struct LinkReceipt {
  storage::EpochSummary summary;
  // None of the weighted mean, where no pairs known to be two persons were looked at.
  std::optional<LinkQuality> quality;
  // Of all holders together, then of each by name; empty where none planted any, or there was no
  // pair to learn from.
  std::vector<PlantedRecall> planted;
  CandidateReport candidates;
  ResourceReport resources;
  Recapture recapture;
  std::string kernel;                // the comparison kernel used
  std::uint64_t clusters = 0;        // persons, as linked
  std::uint64_t linked_records = 0;  // records in clusters of two or more
};

// Compares every record that has no linkage key yet with all others, decides, and gives each its
// key: that of an earlier record of the same person, or a new one. Keys already given stay.
//
// Where the contract's model learns, it learns from all pairs, those of earlier runs as well, and
// may find that what it learnt is not to be trusted: then no key is given, the store is as it was
// but for its log, and the receipt's quality says why.
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
//         kInterrupted, those of the store; the store is as it was, but for its log: that the run
//         was refused is an entry
Result<LinkReceipt> Link(storage::LinkStore* store, const LinkRequest& request,
                         const ExecContext& context);

}  // namespace musubi::engine
