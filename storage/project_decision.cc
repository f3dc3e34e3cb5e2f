#include "storage/project_decision.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/check.h"
#include "core/party_name.h"
#include "core/plain_text.h"
#include "core/utc_time.h"
#include "storage/signed_json.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr int kVersion = 1;
constexpr std::array<std::string_view, 3> kVerdictNames = {"approve", "reject", "revoke"};

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string TextOf(const ProjectDecision& decision) {
  const json document = {{"format", kDecisionFormat},
                         {"version", kVersion},
                         {"id", ToHex(decision.id)},
                         {"decision", NameOf(decision.verdict)},
                         {"application", json::parse(ApplicationText(decision.application))},
                         {"application_sha256", crypto::ToHex(DigestOf(decision.application))},
                         {"conflict_of_interest", decision.conflict_of_interest},
                         {"reason", decision.reason},
                         {"decided", FormatUtc(decision.decided)},
                         {"reviewer",
                          {{"name", decision.reviewer},
                           {"certificate", crypto::ToHex(decision.reviewer_certificate)}}}};
  return document.dump();
}

// A failure shows when the decision is written again: it then gives another text.
template <std::size_t N>
std::array<std::uint8_t, N> BytesOfHex(const json& hex) {
  std::array<std::uint8_t, N> bytes{};
  FromHex(hex.get_ref<const std::string&>(), bytes.data(), bytes.size());
  return bytes;
}

// Throws json::exception where a member is missing or of another type.
Result<ProjectDecision> Extract(const json& root) {
  ProjectDecision decision;
  decision.id.bytes = BytesOfHex<DecisionId::kBytes>(root.at("id"));
  const auto name = std::ranges::find(kVerdictNames, root.at("decision").get<std::string>());
  decision.verdict = static_cast<ProjectVerdict>(
      std::min<std::ptrdiff_t>(name - kVerdictNames.begin(), kVerdictNames.size() - 1));
  MUSUBI_ASSIGN_OR_RETURN(decision.application, ParseApplication(root.at("application").dump()));
  decision.conflict_of_interest = root.at("conflict_of_interest").get<std::string>();
  decision.reason = root.at("reason").get<std::string>();
  decision.decided = ParseUtc(root.at("decided").get_ref<const std::string&>()).value_or(0);
  decision.reviewer = root.at("reviewer").at("name").get<std::string>();
  decision.reviewer_certificate = BytesOfHex<32>(root.at("reviewer").at("certificate"));
  return decision;
}

// Reads the document that was signed.
Result<ProjectDecision> ParseDecision(const std::string& document, const std::string& file) {
  try {
    const auto decision = Extract(json::parse(document));
    if (!decision.ok()) {
      return Error{decision.error().code, file + ": " + decision.error().message};
    }
    const std::string mistake = MistakeIn(decision.value());
    if (!mistake.empty()) {
      return Error{ErrorCode::kBadData, file + ": the decision " + mistake};
    }
    if (TextOf(decision.value()) == document) return decision;
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData, file +
                                        ": is no decision in its one form; it is made with "
                                        "musubi-study approve, reject or revoke"};
}

}  // namespace

std::string_view NameOf(ProjectVerdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

crypto::Digest256 DigestOf(const Application& application) {
  return crypto::Sha256(BytesOf(ApplicationText(application)));
}

crypto::Digest256 DigestOf(std::span<const std::string> decisions) {
  crypto::Sha256Stream digest;
  for (const std::string& text : decisions) digest.Update(crypto::Sha256(BytesOf(text)));
  return digest.Finish();
}

std::string MistakeIn(const ProjectDecision& decision) {
  const std::string rule = " bytes of UTF-8 on one line, without hidden characters";
  if (decision.id.is_none()) return "has an id that is all zero";
  if (decision.conflict_of_interest.empty() ||
      !IsPlainText(decision.conflict_of_interest, kMaxStatement)) {
    return "has no proper statement on conflicts of interest: it is 'none', or 1 to " +
           std::to_string(kMaxStatement) + rule;
  }
  const bool needs_reason = decision.verdict != ProjectVerdict::kApprove;
  if ((needs_reason && decision.reason.empty()) || !IsPlainText(decision.reason, kMaxStatement)) {
    return "has no proper reason: it is 1 to " + std::to_string(kMaxStatement) + rule +
           "; an approval may go without";
  }
  if (!IsPartyName(decision.reviewer)) return "names no reviewer";
  if (decision.decided < kMinUtcSeconds || decision.decided > kMaxUtcSeconds) {
    return "was made in no year of four digits";
  }
  return "";
}

Result<std::string> SignedDecision(const ProjectDecision& decision,
                                   const crypto::Identity& signer) {
  MUSUBI_CHECK(MistakeIn(decision).empty());
  MUSUBI_CHECK(decision.reviewer_certificate == signer.certificate().fingerprint() &&
               decision.reviewer == signer.certificate().name());
  return SignedText(TextOf(decision), signer);
}

Result<ProjectDecision> ReadDecision(std::string_view text, const std::string& file,
                                     std::span<const crypto::Certificate> trusted) {
  std::vector<crypto::Certificate> bodies;
  std::ranges::copy_if(trusted, std::back_inserter(bodies), [](const crypto::Certificate& c) {
    return c.role() == crypto::Role::kReview;
  });
  MUSUBI_ASSIGN_OR_RETURN(const SignedDocument signed_document, ReadSigned(text, file, bodies));
  MUSUBI_ASSIGN_OR_RETURN(ProjectDecision decision, ParseDecision(signed_document.document, file));
  const crypto::Certificate& signer = signed_document.signer;
  if (decision.reviewer_certificate != signer.fingerprint() || decision.reviewer != signer.name()) {
    return Error{ErrorCode::kRefused, file + ": is signed by another than the reviewer it names"};
  }
  if (!signer.IsValidAt(decision.decided)) {
    return Error{ErrorCode::kRefused, file + ": the certificate of '" + signer.name() +
                                          "' was not valid when this was decided"};
  }
  return decision;
}

Result<ProjectDecision> ReadUnverifiedDecision(std::string_view text, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string document, UnverifiedDocument(text, file));
  return ParseDecision(document, file);
}

}  // namespace musubi::storage
