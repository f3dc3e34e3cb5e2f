// The audit log on its way out of the unit, and its check by whoever has it: exports, heads, proofs
// and the public register (docs/formats/log.md). Sees no record and no key of a record or project.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"
#include "storage/log_head.h"

namespace musubi::engine {

inline constexpr const char* kLinesFile = "log.jsonl";  // of an export
inline constexpr const char* kHeadFile = "head.json";
inline constexpr std::size_t kMaxHeadBytes = std::size_t{64} << 10;  // of a signed one

// The head of a store's log at the time of context.clock, not signed yet.
//
// Errors: those of the store
Result<storage::LogHead> HeadOf(storage::LinkStore* store, const crypto::Identity& unit,
                                const ExecContext& context);

// Writes the store's log into `folder`: log.jsonl, a line an entry, and head.json, signed. The
// folder appears whole or not at all.
//
// Errors: kExists   `folder` exists
//         kRefused  the unit's certificate is not valid now
//         kIo, kInternal; those of the store
Result<storage::LogHead> ExportLog(storage::LinkStore* store, const std::filesystem::path& folder,
                                   const crypto::Identity& unit, const ExecContext& context);

// The text of a file that tells the public of holders, projects, link runs, reviews and releases,
// in counts; signed.
//
// Errors: as ExportLog
Result<std::string> PublicRegister(storage::LinkStore* store, const crypto::Identity& unit,
                                   const ExecContext& context);

// The text of a file that proves an entry to be in the log, or the log to begin as `earlier`, the
// text of a signed head, says. Both go with a new signed head.
//
// Errors: kUsage    there is no such entry
//         kRefused  the log does not begin so: the message says how
//         as ExportLog; as ReadHead of `earlier`
Result<std::string> ProveEntry(storage::LinkStore* store, std::uint64_t number,
                               const crypto::Identity& unit, const ExecContext& context);
Result<std::string> ProveGrowth(storage::LinkStore* store, const std::filesystem::path& earlier,
                                const crypto::Identity& unit, const ExecContext& context);

// What was verified.
struct VerifiedLog {
  enum class Kind { kExport, kHead, kRegister, kEntry, kGrowth };
  Kind kind = Kind::kExport;
  storage::LogHead head;                 // of a register, what it says of the log
  std::uint64_t refused = 0;             // of an export: entries of refusals
  std::uint64_t entry = 0;               // of an entry's proof: its number
  std::optional<storage::LogHead> from;  // the earlier head that it follows
};

// Verifies an export (a folder) or any of the files above against the unit's certificates alone;
// an export or a proof also against a head that was kept.
//
// Errors: kBadData  it is none of these, or is damaged: the message names the file, and the line
//         kRefused  it is signed by none of `units`; the log was rolled back, or replaced
//         kUsage    `earlier` is given with a file that cannot show that it follows it
//         kNoInput, kIo
Result<VerifiedLog> VerifyLog(const std::filesystem::path& path,
                              std::span<const crypto::Certificate> units,
                              const std::optional<std::filesystem::path>& earlier,
                              const ExecContext& context);

}  // namespace musubi::engine
