// The unit's last flow: project IDs out, one map for each holder.
// Sees linkage keys and references; neither leaves but as project IDs and the holder's own refs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/exec_context.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct ReleasedMap {
  std::string holder;
  std::string file;  // name within the output folder
  std::uint64_t records = 0;
  std::uint64_t persons = 0;  // distinct project IDs
};

struct ReleaseReceipt {
  std::string project;
  std::uint64_t epoch = 0;
  std::uint64_t records = 0;
  std::uint64_t persons = 0;  // over all holders
  std::vector<ReleasedMap> maps;
};

// Makes a project with a new random key in the store.
//
// Errors: kExists, kUsage; those of the store and of context.random
Status AddProject(storage::LinkStore* store, std::string_view project, const ExecContext& context);

// Writes for `project` at the present epoch into `folder`: HOLDER.map.csv with the columns
// record_ref,project_id, ordered by reference, mode 0600, and manifest.json with the counts and
// digests of the maps. The folder appears whole or not at all.
//
// Errors: kNoInput  there is no such project, or no link run yet
//         kExists   `folder` exists
//         kIo; those of the store
Result<ReleaseReceipt> Release(storage::LinkStore* store, std::string_view project,
                               const std::filesystem::path& folder, const ExecContext& context);

}  // namespace musubi::engine
