// A holder's sealed map, opened, and the approval in it checked: the holder takes the unit's word
// for neither. Sees references and project ids.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/application.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "engine/attach/attach.h"
#include "storage/release_documents.h"

namespace musubi::engine {

struct SealedMapRequest {
  std::filesystem::path file;
  const crypto::Identity* holder = nullptr;     // who opens it; borrowed
  std::vector<crypto::Certificate> trusted;     // of units and review bodies, pinned
  std::optional<crypto::Fingerprint> contract;  // none: that of the application
  std::size_t approvals = 1;                    // at least; the unit's own policy is not known here
  std::filesystem::path folder;                 // for files without a name
};

struct SealedMap {
  storage::MapDocument document;
  Application application;  // approved
  MapTable table;
};

// What this holder may hand to the researcher.
//
// Requires: the application names the map's holder.
const HolderScope& ScopeOf(const SealedMap& map);

// Opens the map, and refuses it unless
//
// - a pinned unit sealed it to this holder, whose name it bears;
// - it holds as many decisions as are asked for, each an approval of one and the same application,
//   by different pinned review bodies whose certificates are valid now;
// - that application is the map's, of its contract, names this holder, and has not expired.
//
// Requires: request.approvals >= 1.
// Errors:   as OpenSealedTable and ReadDecision; kRefused, kContract, kBadData  it is not so
Result<SealedMap> OpenSealedMap(const SealedMapRequest& request, const ExecContext& context);

}  // namespace musubi::engine
