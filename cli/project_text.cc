#include "cli/project_text.h"

#include <string_view>
#include <utility>
#include <vector>

#include "core/utc_time.h"
#include "crypto/certificate.h"
#include "storage/atomic_file.h"
#include "storage/signed_json.h"

namespace musubi::cli {

namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

std::string Line(std::string_view label, std::string_view text) {
  return Left(label, 16) + std::string(text) + "\n";
}

}  // namespace

Result<Application> LoadApplication(const std::filesystem::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(std::string text,
                          storage::ReadSmallFile(file, storage::kMaxDecisionBytes));
  if (storage::LooksSigned(text)) {
    MUSUBI_ASSIGN_OR_RETURN(auto decision, storage::ReadUnverifiedDecision(text, file.string()));
    return std::move(decision.application);
  }
  if (text.ends_with('\n')) text.pop_back();
  auto application = ParseApplication(text);
  if (application.ok()) return application;
  return Error{application.error().code, file.string() + ": " + application.error().message};
}

Json JsonOf(const Application& application) {
  Json json = Json::parse(ApplicationText(application));
  json["application_sha256"] = crypto::ToHex(storage::DigestOf(application));
  return json;
}

std::string TextOf(const Application& application) {
  std::string text = "application for the project '" + application.project + "'\n" +
                     Line("purpose", application.purpose) +
                     Line("legal basis", application.legal_basis);
  for (const HolderScope& scope : application.holders) {
    text += Line("holder", scope.holder + ", variables: " + Joined(scope.variables));
  }
  text += Line("recipient", application.recipient) +
          Line("", crypto::Grouped(application.recipient_certificate, "\n" + Left("", 16))) +
          Line("environment", application.environment);
  if (!application.protocol.empty()) text += Line("protocol", application.protocol);
  text += Line("ids hold for", application.id_scope == IdScope::kProject ? "the whole project"
                                                                         : "one release each");
  text += Line("subgroups", Joined(application.subgroups));
  for (const std::string& condition : application.conditions) text += Line("condition", condition);
  return text + Line("smallest count", std::to_string(application.smallest_count)) +
         Line("expires", FormatUtc(application.expires)) +
         Line("contract", crypto::ToHex(application.contract)) +
         Line("digest", crypto::ToHex(storage::DigestOf(application)));
}

Json JsonOf(const storage::ProjectDecision& decision) {
  return {{"id", ToHex(decision.id)},
          {"decision", NameOf(decision.verdict)},
          {"decided", FormatUtc(decision.decided)},
          {"reviewer", decision.reviewer},
          {"certificate", crypto::ToHex(decision.reviewer_certificate)},
          {"conflict_of_interest", decision.conflict_of_interest},
          {"reason", decision.reason},
          {"application_sha256", crypto::ToHex(storage::DigestOf(decision.application))}};
}

std::string TextOf(const storage::ProjectDecision& decision) {
  std::string text = Line(NameOf(decision.verdict),
                          "by " + decision.reviewer + " at " + FormatUtc(decision.decided) +
                              ", conflict of interest: " + decision.conflict_of_interest);
  if (!decision.reason.empty()) text += Line("  because", decision.reason);
  return text;
}

}  // namespace musubi::cli
