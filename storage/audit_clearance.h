// What let a sealed encoding leave its holder: an audit that passed, or an override that two review
// bodies signed. It stands in the package's manifest: docs/formats/package.md, "Audit". Public.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"
#include "storage/audit_override.h"

namespace musubi::storage {

// So many review bodies override an audit.
inline constexpr std::size_t kOverrideSigners = 2;

// One of both.
struct Clearance {
  std::optional<crypto::Digest256> passed;  // SHA-256 of the report of the audit that passed
  std::vector<std::string> overrides;       // the text of each body's signed override

  bool operator==(const Clearance&) const = default;
};

// The same, once it was found to hold.
struct Cleared {
  Clearance clearance;
  std::vector<std::string> signers =
      {};  // of the override, by name, ascending; none where it passed

  bool operator==(const Cleared&) const = default;
};

// Its one form: canonical JSON (RFC 8785), without a line feed.
std::string ClearanceText(const Clearance& clearance);

// The clearance that ClearanceText writes so, to the byte. Signatures are not looked at.
//
// Errors: kBadData  there is none; the message quotes nothing
Result<Clearance> ParseClearance(std::string_view text);

// A signed override, and what messages call it.
struct OverrideFile {
  std::string name;
  std::string text;
};

// What overrides are held against.
struct OverrideTerms {
  crypto::Fingerprint contract{};               // of the encoding
  std::string holder;                           // whose it is
  std::int64_t at = 0;                          // Unix seconds: when it leaves
  std::span<const crypto::Certificate> bodies;  // pinned; of other roles are passed over
};

// An override that lets an encoding leave.
struct OverrideInForce {
  AuditOverride terms;
  std::vector<std::string> signers;  // the names of their certificates, ascending
};

// The override that all of `files` are, once it is found to hold.
//
// Errors:  kBadData   a file is no signed override in its one form
//          kRefused   there are not kOverrideSigners files; one is signed by no pinned review body,
//                     or was changed since; they are of different overrides, or by one body, which
//                     is told by its name or its certificate; a certificate is not valid at
//                     `terms.at`; it is for another holder, has run out, or was made in the future:
//                     the message says which
//          kContract  it is for another contract
// Threads: safe.
Result<OverrideInForce> CheckOverrides(const std::vector<OverrideFile>& files,
                                       const OverrideTerms& terms);

}  // namespace musubi::storage
