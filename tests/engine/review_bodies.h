// Two review bodies of a made-up study, and what they sign.
#pragma once

#include <cstdint>
#include <string>

#include "core/application.h"
#include "crypto/random.h"
#include "storage/project_decision.h"
#include "tests/crypto/identities.h"

namespace musubi::engine {

inline const crypto::Identity& Irb() {
  static const auto kIdentity = crypto::IdentityFor(crypto::Role::kReview, "irb");
  return kIdentity;
}
inline const crypto::Identity& Ethics() {
  static const auto kIdentity = crypto::IdentityFor(crypto::Role::kReview, "ethics");
  return kIdentity;
}

// An application of the holder alpha that runs out at `expires`.
inline Application SmallApplication(const std::string& project, const Fingerprint& contract,
                                    std::int64_t expires) {
  Application application;
  application.project = project;
  application.purpose = "purpose";
  application.legal_basis = "law";
  application.contract = contract;
  application.holders = {{"alpha", {"sex"}}};
  application.recipient = "ann";
  application.environment = "room";
  application.expires = expires;
  return application;
}

// The text of a decision signed at `decided`.
inline std::string Decided(const Application& application, storage::ProjectVerdict verdict,
                           const crypto::Identity& body, std::int64_t decided) {
  storage::ProjectDecision decision;
  crypto::SystemRandom random;
  MUSUBI_CHECK(random.Fill(decision.id.bytes).ok());
  decision.verdict = verdict;
  decision.application = application;
  decision.conflict_of_interest = "none";
  decision.reason = "why";
  decision.decided = decided;
  decision.reviewer = body.certificate().name();
  decision.reviewer_certificate = body.certificate().fingerprint();
  return SignedDecision(decision, body).value();
}

}  // namespace musubi::engine
