// What a run asks people about, with the evidence for it. What was asked before, or decided, is not
// asked again. Private to engine/link.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/exec_context.h"
#include "core/ids.h"
#include "core/population.h"
#include "engine/link/decided_pairs.h"
#include "engine/link/doubts.h"
#include "engine/link/pair_reader.h"
#include "engine/resolve/regroup.h"
#include "storage/spine.h"

namespace musubi::engine {

// What proposals are made of; all is borrowed.
struct ProposalBasis {
  const Population& population;
  const Regrouping& regrouping;
  std::span<const LinkageKey> keys;  // by number, those minted in this run too
  std::span<const Doubt> doubts;
  std::span<const DecidedPair> decided;
  std::span<const storage::ProposalState> states;  // of all earlier proposals
  const PairReader& pairs;
  // Per row: the epoch in which it came under its key; 0 where this run gives it one.
  std::span<const std::uint32_t> since;
  std::uint64_t epoch = 0;  // of this run
};

struct ProposedChanges {
  std::vector<storage::Proposal> made;       // new ones, numbered on from the earlier ones
  std::vector<storage::Decision> withdrawn;  // open ones that the run finds no longer
};

// Every move is a proposal, and every doubt one to give the record a key of its own (where it is
// the key's anchor, as Regroup has it, the key stays with it, and all others get one), unless
//   - somebody decided otherwise: that a record which would leave is one person's with one that it
//     would leave, or that it is not with one that it would join;
//   - of a doubt: a move has records of its key, which may settle it.
// A proposal that is open from an earlier run, and moves the same records the same way, stays as it
// is. Ordered by the first rows of moves, then of doubts.
//
// Evidence is that of the pairs of the first kSpeakers records on either side; the best is the
// first of several.
//
// Errors: kInterrupted
Result<ProposedChanges> Propose(const ProposalBasis& basis, const ExecContext& context);

}  // namespace musubi::engine
