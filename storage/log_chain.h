// The audit log as a chain of lines and the Merkle tree over them: docs/formats/log.md. Sees what
// entries hold, and no database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/merkle.h"
#include "crypto/sha256.h"
#include "storage/log_entry.h"

namespace musubi::storage {

// Where a log stands, and all that is needed to go on with it.
struct LogChain {
  crypto::MerkleFrontier tree;  // over the lines, without their line feeds
  crypto::Digest256 last{};     // the leaf of the last line; zeros before the first

  std::uint64_t size() const { return tree.size(); }

  // Makes the next entry and returns its line.
  //
  // Requires: as for LogLine.
  std::string Append(LogEvent event, const crypto::Digest256& state, const ExecContext& context);

  // Takes a line that was written elsewhere as the next one.
  //
  // Errors: kBadData  it is none, or does not follow; the chain is then as it was. The message says
  //                   "it ..." of the line
  Result<LogEntry> Follow(std::string_view line);

  bool operator==(const LogChain&) const = default;
};

}  // namespace musubi::storage
