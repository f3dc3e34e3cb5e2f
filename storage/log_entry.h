// What the audit log says of one operation on the link store: docs/formats/log.md, "Entries".
// Holds counts, digests and the names of parties and projects; no reference, key, field or value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/sha256.h"

namespace musubi::storage {

enum class LogKind : std::uint8_t {
  kCreate,    // the store was made: the first entry, and no other
  kTrust,     // other certificates are trusted
  kImport,    // a file's records came in
  kLink,      // a link run
  kReview,    // decisions on proposals
  kProject,   // a project was added
  kRelease,   // project ids left the unit
  kAmend,     // a project's application was put in the place of its earlier one
  kRevoke,    // a review body took a project's approval back
  kClose,     // a project was ended
  kWithdraw,  // a holder withdrew records, or took a withdrawal back
  kBackup,    // a backup was made
  kRestore,   // this store was made of a backup
  kForget     // the key of a backup was destroyed
};
inline constexpr std::size_t kLogKinds = 14;

// "create", "trust", "import", "link", "review", "project", "release", "amend", "revoke", "close",
// "withdraw", "backup", "restore", "forget".
std::string_view NameOf(LogKind kind);

// One operation, done or refused.
//
// Names of counts and digests are among those that docs/formats/log.md lists, so that nothing else
// can come into the log.
struct LogEvent {
  LogKind kind = LogKind::kCreate;
  std::string error = {};     // why it was refused, as NameOf(ErrorCode), or "model"; empty: done
  std::uint64_t epoch = 0;    // that it made or released, else that of the store
  std::string project = {};   // IsHolderName; empty where it is about none
  std::string reviewer = {};  // likewise
  std::map<std::string, std::uint64_t> counts = {};
  std::map<std::string, crypto::Digest256> digests = {};
  std::map<std::string, std::uint64_t> holders = {};  // records by holder
  std::vector<std::string> signers = {};              // who overrode the audit, by name, ascending

  bool operator==(const LogEvent&) const = default;
};

struct LogEntry {
  std::uint64_t number = 0;               // 1, 2, ...
  std::optional<std::int64_t> time = {};  // Unix seconds; none where the flow had no clock
  LogEvent event = {};
  crypto::Digest256 state{};     // of the store afterwards: LinkStore::StateDigest
  crypto::Digest256 previous{};  // the Merkle leaf of the entry before; zeros in the first

  bool operator==(const LogEntry&) const = default;
};

inline constexpr std::size_t kMaxLogLineBytes = std::size_t{1} << 20;

// The entry's line, canonical JSON (RFC 8785) without a line feed.
//
// Requires: the names in it are those that entries may have; counts are below 2^53; the kinds,
// errors and times are such.
std::string LogLine(const LogEntry& entry);

// The entry that LogLine writes so, to the byte.
//
// Errors: kBadData  there is none; the message says "it ..." of the line, and quotes nothing
Result<LogEntry> ParseLogLine(std::string_view line);

}  // namespace musubi::storage
