// A review body's decision on an application, signed: docs/formats/project.md, "Decisions". Public.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/application.h"
#include "core/ids.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"

namespace musubi::storage {

enum class ProjectVerdict : std::uint8_t {
  kApprove,
  kReject,
  kRevoke  // an approval is taken back
};

// "approve", "reject", "revoke": as documents have it.
std::string_view NameOf(ProjectVerdict verdict);

struct DecisionIdTag;

// A decision's random name.
using DecisionId = Id128<DecisionIdTag>;

struct ProjectDecision {
  DecisionId id;
  ProjectVerdict verdict = ProjectVerdict::kApprove;
  Application application;                   // all of it: what was read is what is signed
  std::string conflict_of_interest;          // in the reviewer's words; "none" where there is none
  std::string reason;                        // likewise; of an approval it may be empty
  std::int64_t decided = 0;                  // Unix seconds, by the reviewer's clock
  std::string reviewer;                      // the name of the certificate that signs
  crypto::Digest256 reviewer_certificate{};  // its fingerprint
};

// The format that a decision's document names.
inline constexpr const char* kDecisionFormat = "musubi-decision";
// The longest statement or reason, in bytes.
inline constexpr std::size_t kMaxStatement = 2000;
// Of a signed decision.
inline constexpr std::size_t kMaxDecisionBytes = std::size_t{2} << 20;

// SHA-256 of ApplicationText.
crypto::Digest256 DigestOf(const Application& application);

// Over signed decisions: SHA-256 of the SHA-256 of each text, in order.
crypto::Digest256 DigestOf(std::span<const std::string> decisions);

// What is wrong with the decision, in words that go behind "the decision"; empty where nothing is.
// Quotes nothing of it.
std::string MistakeIn(const ProjectDecision& decision);

// The text of its file: a signed document (storage/signed_json.h).
//
// Requires: MistakeIn(decision) is empty; `signer` is the reviewer that it names.
// Errors:   kInternal
Result<std::string> SignedDecision(const ProjectDecision& decision, const crypto::Identity& signer);

// The decision of such a text, once one of `trusted` has been found to have signed it, whose role
// is review, and who was valid when it was decided. `file` is for the message.
//
// Errors: kBadData  it is no signed decision in its one form
//         kRefused  it is signed by no review body among `trusted`, or was changed since; or by one
//                   that was not valid at its time
Result<ProjectDecision> ReadDecision(std::string_view text, const std::string& file,
                                     std::span<const crypto::Certificate> trusted);

// The same, whoever signed it: for what is shown, or was verified before, and never for what is
// done.
//
// Errors: kBadData
Result<ProjectDecision> ReadUnverifiedDecision(std::string_view text, const std::string& file);

}  // namespace musubi::storage
