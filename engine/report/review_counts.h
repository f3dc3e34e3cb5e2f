// How many proposals there are, by reason and by what became of them. Sees references and keys;
// tells counts. Private to engine/report.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>

#include "storage/link_store.h"

namespace musubi::engine {

// What a proposal would change.
enum class KeyChange { kMerge, kMove, kSplit };

struct ProposalKind {
  storage::ProposalReason reason = storage::ProposalReason::kReclustered;
  KeyChange change = KeyChange::kMerge;

  auto operator<=>(const ProposalKind&) const = default;
};

struct ProposalCounts {
  std::uint64_t open = 0;
  std::uint64_t half_decided = 0;  // of those open: another reviewer has to agree
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t withdrawn = 0;
};

// Memory: all proposals and decisions.
// Errors: those of the store
Result<std::map<ProposalKind, ProposalCounts>> CountProposals(storage::LinkStore* store);

}  // namespace musubi::engine
