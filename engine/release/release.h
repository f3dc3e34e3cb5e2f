// The unit's last flow: project IDs out, one map for each holder.
// Sees linkage keys and references; neither leaves but as project IDs and the holder's own refs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "crypto/certificate.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct ReleasedMap {
  std::string holder;
  std::string file;  // name within the output folder
  std::uint64_t records = 0;
  std::uint64_t persons = 0;  // distinct project IDs
};

// Who signs the files of an approved project, and certificates to choose among, or that the store
// does not have: of holders and the researcher.
struct ReleaseSeal {
  const crypto::Identity* unit = nullptr;  // borrowed
  std::vector<crypto::Certificate> recipients = {};
};

struct ReleaseRequest {
  std::string project;
  std::filesystem::path folder;
  std::optional<std::uint64_t> epoch = {};  // instead of the present one
  // Why an epoch is released although it is on hold (storage::IsReason); empty where it may not be.
  // Of an epoch that is not on hold nothing is kept of it.
  std::string despite_hold = {};
  ReleaseSeal seal = {};  // of a project that was approved; else not given
};

struct ReleaseReceipt {
  std::string project;
  std::uint64_t epoch = 0;
  std::optional<std::uint64_t> since;  // the epoch of the project's release before this one
  std::string changes_file;            // name within the output folder, where `since` is there
  std::uint64_t changed_ids = 0;       // pairs of an old and a new id in it
  std::uint64_t records = 0;
  std::uint64_t persons = 0;  // over all holders
  std::vector<ReleasedMap> maps;
};

// Writes for a project into request.folder: HOLDER.map.csv with the columns record_ref,project_id,
// ordered by reference, of each holder that its application names; changes.csv, where there was a
// release before and ids are the project's, with the ids that changed since (release_changes.h);
// and manifest.json with the counts and the digests of these files. All are of mode 0600. The
// folder appears whole or not at all, after the store has a record of it.
//
// The files of an approved project are sealed: HOLDER.map.pkg to each holder, with the decisions
// that approve it; changes.pkg to the researcher; and manifest.json, signed, tells no small count
// (docs/formats/release.md).
//
// Errors: kNoInput  there is no such project, or no link run yet
//         kUsage    there is no such epoch; the reason is none that may be kept; of an approved
//                   project the unit's key or a certificate is not given, of another it is
//         kRefused  the epoch's links are not to be released (EpochSummary::hold); the project may
//                   have no release now (project_gate.h); a file has no one whom it is for
//         kExists   `folder` exists
//         kIo; those of the store
Result<ReleaseReceipt> Release(storage::LinkStore* store, const ReleaseRequest& request,
                               const ExecContext& context);

}  // namespace musubi::engine
