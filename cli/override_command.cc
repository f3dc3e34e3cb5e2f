#include "cli/override_command.h"

#include <string>
#include <utility>

#include "cli/clearance_text.h"
#include "cli/identity.h"
#include "core/application.h"
#include "core/audit_report.h"
#include "core/utc_time.h"
#include "engine/verdict/exposure.h"
#include "storage/audit_override.h"
#include "storage/signed_json.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::AuditOverride;

storage::UnpassedTest UnpassedOf(const Finding& finding) {
  storage::UnpassedTest test{finding.test, finding.about, finding.outcome, "", "", ""};
  if (engine::WasMade(finding)) test.found = Number(finding.value);
  if (finding.rate) test.at_most = Number(finding.rate->upper());
  if (finding.limit) test.limit = Number(*finding.limit);
  return test;
}

// What the report says of itself: its seal can be checked by those who have the secret alone.
Result<AuditOverride> OfReport(const Invocation& run, const std::string& text) {
  for (const char* option : {"holder", "reason", "expires"}) {
    if (!run.Has(option)) {
      return Error{ErrorCode::kUsage,
                   std::string("the first signature takes --holder, --reason and --expires; --") +
                       option + " is missing"};
    }
  }
  const auto report = ParseAuditReport(text);
  if (!report.ok()) {
    return Error{report.error().code, run.operands()[0] + ": " + report.error().message};
  }
  AuditOverride terms;
  terms.contract = report.value().contract;
  terms.holder = run.Text("holder");
  terms.report = crypto::Sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  terms.outcome = report.value().outcome;
  terms.usual_policy = report.value().usual_policy;
  for (const Finding& finding : report.value().findings) {
    if (finding.outcome > Outcome::kPass) terms.unpassed.push_back(UnpassedOf(finding));
  }
  terms.reason = run.Text("reason");
  terms.made = run.context().clock->UnixSeconds();
  const auto expires = ParseExpiry(run.Text("expires"));
  if (!expires) {
    return Error{ErrorCode::kUsage,
                 "--expires is a day, 2027-03-31, or a moment in UTC, 2027-03-31T12:00:00Z"};
  }
  terms.expires = *expires;
  if (const std::string mistake = MistakeIn(terms); !mistake.empty()) {
    return Error{ErrorCode::kUsage, "the override " + mistake};
  }
  return terms;
}

// The override of another body's file, to be signed as it is.
Result<AuditOverride> OfFirst(const Invocation& run, const std::string& text) {
  for (const char* option : {"holder", "reason", "expires"}) {
    if (run.Has(option)) {
      return Error{ErrorCode::kUsage, std::string("what was signed stays as it is: --") + option +
                                          " goes with an audit's report"};
    }
  }
  MUSUBI_ASSIGN_OR_RETURN(auto terms, storage::ReadUnverifiedOverride(text, run.operands()[0]));
  if (terms.expires < run.context().clock->UnixSeconds()) {
    return Error{ErrorCode::kRefused, "the override ran out at " + FormatUtc(terms.expires)};
  }
  return terms;
}

Result<int> Override(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string text,
                          storage::ReadSmallFile(run.operands()[0], storage::kMaxOverrideBytes));
  MUSUBI_ASSIGN_OR_RETURN(const AuditOverride terms,
                          storage::LooksSigned(text) ? OfFirst(run, text) : OfReport(run, text));
  const std::string& file = run.Text("output");
  // Before the key's passphrase is asked for: nobody signs what they have not read.
  if (file != "-" && !run.console().json()) run.console().Print({}, TextOf(terms) + "\n");
  MUSUBI_ASSIGN_OR_RETURN(const auto body, LoadIdentity(run, "key", crypto::Role::kReview));
  if (!body.certificate().IsValidAt(run.context().clock->UnixSeconds())) {
    return Error{ErrorCode::kRefused,
                 "the certificate of '" + body.certificate().name() +
                     "' is not valid now; make a new one with keygen, and have units trust it"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::string signed_text, SignedOverride(terms, body));
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(file, signed_text, run.overwrite()));
  if (file == "-") return 0;
  Json json = JsonOf(terms);
  json["signed_by"] = body.certificate().name();
  run.console().Print(json, "signed by '" + body.certificate().name() + "'\nwrote " + file +
                                "  for a second body to sign too, then for the holder\n");
  return 0;
}

void Options(po::options_description* options) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  auto add = options->add_options();
  add("key", text("KEY"), "the review body's private key");
  add("cert", text("CRT"), "its certificate; NAME.crt beside NAME.key unless given");
  add("holder", text("NAME"), "of a report: whose encodings may leave");
  add("reason", text("TEXT"), "of a report: why, for the record");
  add("expires", text("DATE"),
      "of a report: the last day, or moment in UTC, at which the override holds; 366 days at most");
  add("output,o", text("FILE"), "the signed override; - is stdout");
  AddPassphraseSource(options);
}

}  // namespace

Command OverrideCommand() {
  return {"override",
          "sign that a holder's encodings may leave although their audit did not pass, as a review "
          "body; or sign what another body signed",
          "REPORT|OVERRIDE",
          1,
          1,
          Options,
          {"key", "output"},
          Override};
}

}  // namespace musubi::cli
