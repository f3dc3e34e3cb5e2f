// An override of a made-up audit, and review bodies that sign it, for tests.
#pragma once

#include <string>

#include "storage/audit_override.h"
#include "tests/crypto/identities.h"

namespace musubi::storage {

inline const crypto::Identity& Irb() {
  static const auto kIdentity = crypto::IdentityFor(crypto::Role::kReview, "irb");
  return kIdentity;
}
inline const crypto::Identity& Ethics() {
  static const auto kIdentity = crypto::IdentityFor(crypto::Role::kReview, "ethics");
  return kIdentity;
}

// For the holder alpha and the contract 11..., from noon for a day.
inline AuditOverride SampleOverride() {
  AuditOverride terms;
  terms.contract.fill(0x11);
  terms.holder = "alpha";
  terms.report.fill(0x22);
  terms.outcome = Outcome::kFail;
  terms.unpassed = {{"anchor_profile", "50 known pairs", Outcome::kFail, "0.5", "0.55", "0.01"},
                    {"graph_matching", "", Outcome::kInconclusive, "", "", ""}};
  terms.reason = "small increments";
  terms.made = crypto::kNoon;
  terms.expires = crypto::kNoon + crypto::kDaySeconds;
  return terms;
}

inline std::string SignedBy(const crypto::Identity& signer,
                            const AuditOverride& terms = SampleOverride()) {
  return SignedOverride(terms, signer).value();
}

}  // namespace musubi::storage
