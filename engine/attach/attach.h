// Back at the holder: project IDs joined to the holder's own ids.
// Sees the holder's ids and project IDs, no linkage key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "storage/atomic_file.h"
#include "storage/posix_file.h"

namespace musubi::engine {

// A map of the unit: a file, or what a sealed one held (sealed_map.h).
struct MapTable {
  std::filesystem::path file;                          // also what messages call it
  std::optional<storage::FileDescriptor> opened = {};  // read in place of the file
  std::optional<std::uint64_t> rows = {};              // as many as it must have
};

// What a map is joined to.
struct OwnRecords {
  std::vector<std::filesystem::path> refs;  // one for each encoding that the unit has of the holder
  // The holder's list of ids of persons who withdrew, who are left out; empty: none. A map may be
  // older than the withdrawal.
  std::filesystem::path without = {};
};

struct AttachReceipt {
  std::uint64_t records = 0;   // in the map, and now in the output
  std::uint64_t persons = 0;   // distinct project IDs
  std::uint64_t unmapped = 0;  // in the references file but not in the map
  std::uint64_t left_out = 0;  // in the map, of persons who withdrew
};

// Writes `output` (project_id,holder,local_id; mode 0600; ordered by project id, then local id)
// from a map of the unit and this holder's references files.
//
// Errors: kNoInput  a file cannot be opened
//         kBadData  one is not such a file, repeats a reference, holds a project id whose check
//                   symbol is wrong, or the map has a reference that no other knows
//         kExists, kIo, kInterrupted
Result<AttachReceipt> Attach(MapTable map, const OwnRecords& own,
                             const std::filesystem::path& output, storage::Overwrite overwrite,
                             const ExecContext& context);

}  // namespace musubi::engine
