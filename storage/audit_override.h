// What review bodies sign so that a holder's encodings may leave although their audit did not pass:
// docs/formats/override.md. Public.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit_report.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"

namespace musubi::storage {

// A test of the audit that was not passed. Numbers are texts: those that people read and signed.
struct UnpassedTest {
  std::string test;   // "anchor_profile"
  std::string about;  // its case; may be empty
  Outcome outcome = Outcome::kFail;
  std::string found;    // empty where the test was not made, as the limit is then
  std::string at_most;  // with 95 % confidence; empty of measures
  std::string limit;

  bool operator==(const UnpassedTest&) const = default;
};

// All bodies sign the same, to the byte.
struct AuditOverride {
  crypto::Fingerprint contract{};
  std::string holder;                // IsPartyName: whose encodings may leave
  crypto::Digest256 report{};        // SHA-256 of the audit's report that was read
  Outcome outcome = Outcome::kFail;  // of the whole audit
  bool usual_policy = true;          // no limit of it was looser than the usual one
  std::vector<UnpassedTest> unpassed;
  std::string reason;        // why they may leave all the same
  std::int64_t made = 0;     // Unix seconds, by the first signer's clock
  std::int64_t expires = 0;  // Unix seconds: the last at which it holds

  bool operator==(const AuditOverride&) const = default;
};

// The format that its document names.
inline constexpr const char* kOverrideFormat = "musubi-override";
inline constexpr std::size_t kMaxUnpassed = 1000;
// It holds for so long at most.
inline constexpr std::int64_t kMaxOverrideSeconds = std::int64_t{366} * 86400;
// Of a signed override.
inline constexpr std::size_t kMaxOverrideBytes = std::size_t{2} << 20;

// What is wrong with it, in words that go behind "the override"; empty where nothing is. Quotes
// nothing of it.
std::string MistakeIn(const AuditOverride& terms);

// What is signed: canonical JSON (RFC 8785), without a line feed.
std::string OverrideText(const AuditOverride& terms);

// SHA-256 of what is signed.
//
// Requires: MistakeIn(terms) is empty.
crypto::Digest256 DigestOf(const AuditOverride& terms);

// The text of its file: a signed document (storage/signed_json.h).
//
// Requires: MistakeIn(terms) is empty.
// Errors:   kInternal
Result<std::string> SignedOverride(const AuditOverride& terms, const crypto::Identity& signer);

// An override, and who signed it.
struct OverrideBy {
  AuditOverride terms;
  crypto::Certificate signer;
};

// The override of such a text, once one of `trusted` whose role is review has been found to have
// signed it. Neither its time nor the certificate's is looked at. `file` is for the message.
//
// Errors: kBadData  it is no signed override in its one form
//         kRefused  it is signed by no review body among `trusted`, or was changed since
Result<OverrideBy> ReadOverride(std::string_view text, const std::string& file,
                                std::span<const crypto::Certificate> trusted);

// The same, whoever signed it: for what is shown, signed as well, or was verified before.
//
// Errors: kBadData
Result<AuditOverride> ReadUnverifiedOverride(std::string_view text, const std::string& file);

}  // namespace musubi::storage
