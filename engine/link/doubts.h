// Records of which a run is less sure than of others: for a person to look at. Private to
// engine/link.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "core/population.h"
#include "engine/link/pair_reader.h"
#include "storage/spine.h"

namespace musubi::engine {

// A record that may not belong to its cluster.
struct Doubt {
  std::uint32_t row = 0;
  storage::ProposalReason reason = storage::ProposalReason::kWeak;

  bool operator==(const Doubt&) const = default;
};

// What doubts are found by; all is borrowed.
struct DoubtBasis {
  const Population& population;
  const Contract& contract;
  std::span<const std::uint32_t> first_of;  // see Resolution
  const LinkSource& links;
  const PairReader& pairs;
  std::uint32_t threshold = 0;  // of the links
};

// Ordered by row; at most one a cluster, the first of these reasons that holds:
//   kTie   a record links to another cluster's at least as well as to any of its own
//   kWeak  of three or more, the record with the least mean score, where that is below the
//          threshold; a pair that tells nothing counts a third of it, as in Resolve
//   kTwin  a pair agrees in every date that both have, one at least, and in a name, and has another
//          name unlike; the record that is in most such pairs, of several the last
// Of a cluster, the first kSpeakers records are looked at.
//
// Memory: 12 bytes a row.
// Errors: those of the links; kInterrupted
Result<std::vector<Doubt>> FindDoubts(const DoubtBasis& basis, const ExecContext& context);

}  // namespace musubi::engine
