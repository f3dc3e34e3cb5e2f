// The parties of a release and what passes between them, for tests of what holders and researchers
// do with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/application.h"
#include "core/contract.h"
#include "storage/project_decision.h"
#include "storage/release_documents.h"
#include "storage/sealed_table.h"
#include "tests/crypto/identities.h"
#include "tests/storage/package_samples.h"

namespace musubi::engine {

inline const crypto::Identity& Review() {
  static const crypto::Identity kIdentity = crypto::IdentityFor(crypto::Role::kReview, "board");
  return kIdentity;
}
inline const crypto::Identity& OtherReview() {
  static const crypto::Identity kIdentity = crypto::IdentityFor(crypto::Role::kReview, "board-2");
  return kIdentity;
}
inline const crypto::Identity& Researcher() {
  static const crypto::Identity kIdentity =
      crypto::IdentityFor(crypto::Role::kResearcher, "institute");
  return kIdentity;
}

inline const Contract& WesternContract() {
  static const Contract kContract = Contract::Parse(ContractTemplate("western")).value();
  return kContract;
}

// A project of alpha, which may hand on `variables`, and of beta.
inline Application SampleApplication(std::vector<std::string> variables = {"diagnosis", "dose"}) {
  Application application;
  application.project = "stroke";
  application.purpose = "how strokes are treated";
  application.legal_basis = "consent";
  application.contract = crypto::FingerprintOf(WesternContract());
  application.holders = {{"alpha", std::move(variables)}, {"beta", {"dose", "outcome"}}};
  application.recipient = "institute";
  application.recipient_certificate = Researcher().certificate().fingerprint();
  application.environment = "a room without a network";
  application.expires = crypto::kNoon + 30 * crypto::kDaySeconds;
  return application;
}

inline std::string Decided(const Application& application,
                           storage::ProjectVerdict verdict = storage::ProjectVerdict::kApprove,
                           const crypto::Identity& reviewer = Review()) {
  storage::ProjectDecision decision;
  decision.id.bytes.fill(7);
  decision.verdict = verdict;
  decision.application = application;
  decision.conflict_of_interest = "none";
  decision.reason = "as the law asks";
  decision.decided = crypto::kNoon;
  decision.reviewer = reviewer.certificate().name();
  decision.reviewer_certificate = reviewer.certificate().fingerprint();
  return storage::SignedDecision(decision, reviewer).value();
}

inline storage::MapDocument MapOf(const Application& application, std::uint64_t records,
                                  const std::string& holder = "alpha") {
  storage::MapDocument document;
  document.of = {application.project, 1, 1, storage::DigestOf(application)};
  document.holder = holder;
  document.records = records;
  document.decisions = {Decided(application)};
  return document;
}

// Seals a document and a table, whatever they say.
inline void SealText(const std::filesystem::path& file, storage::PackageKind kind,
                     std::string_view name, std::string_view document, std::string_view table,
                     const crypto::Identity& sender, const crypto::Certificate& recipient,
                     const crypto::Fingerprint& contract) {
  storage::PackageRequest request;
  request.kind = kind;
  request.contract = contract;
  request.sender = &sender;
  request.recipient = &recipient;
  storage::At now;
  const storage::TableContent content = {
      name, document, table.size(), [table](const storage::ByteSink& out) {
        return out({reinterpret_cast<const std::uint8_t*>(table.data()), table.size()});
      }};
  MUSUBI_CHECK(storage::SealTable(request, content, {file, storage::Overwrite::kReplace, 0600},
                                  now.context())
                   .ok());
}

// A map from the unit to alpha.
inline void SealMap(const std::filesystem::path& file, const storage::MapDocument& document,
                    std::string_view table,
                    const crypto::Certificate& recipient = crypto::Alpha().certificate(),
                    const crypto::Identity& sender = crypto::Unit()) {
  SealText(file, storage::PackageKind::kMap, storage::kMapName, storage::DocumentText(document),
           table, sender, recipient, crypto::FingerprintOf(WesternContract()));
}

}  // namespace musubi::engine
