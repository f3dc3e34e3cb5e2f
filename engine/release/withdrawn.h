// Who is left out of a project's releases because a holder withdrew: docs/withdrawal.md. Private to
// engine/release. Sees linkage keys and references.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "engine/release/release_changes.h"
#include "storage/link_store.h"

namespace musubi::engine {

// The linkage keys, as they were at `epoch`, of the persons whom a release of that epoch to
// `project` must leave out: whoever has a record that is withdrawn for it, or that had, when some
// record was withdrawn or later, a key of that record. What is withdrawn at present counts,
// whatever the epoch.
//
// Requires: epoch <= store->Epoch().
// Cost:     a pass over the members, where anything is withdrawn for the project.
// Errors:   those of the store
Result<std::set<LinkageKey>> WithdrawnKeys(storage::LinkStore* store, std::string_view project,
                                           std::uint64_t epoch);

// Takes changes of ids of such persons out of what KeyChangesBetween found for two epochs.
//
// Errors: those of the store
Status LeaveOutWithdrawn(storage::LinkStore* store, std::string_view project, std::uint64_t before,
                         std::uint64_t now, std::vector<KeyChange>* changes);

}  // namespace musubi::engine
