#include "cli/apply_command.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cli/identity.h"
#include "cli/project_text.h"
#include "core/application.h"
#include "crypto/sha256.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

// "NAME=var1,var2", or "NAME" of a holder that hands over project ids alone.
HolderScope ScopeOf(const std::string& text) {
  HolderScope scope;
  const std::size_t equals = text.find('=');
  scope.holder = text.substr(0, equals);
  if (equals == std::string::npos) return scope;
  for (std::size_t at = equals + 1; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    scope.variables.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  std::ranges::sort(scope.variables);
  return scope;
}

// The names, places and times; texts that are wrong are found when all of it is looked at.
Result<Application> Asked(const Invocation& run) {
  Application application;
  application.project = run.Text("project");
  application.purpose = run.Text("purpose");
  application.legal_basis = run.Text("legal-basis");
  for (const std::string& text : run.Texts("holder")) {
    application.holders.push_back(ScopeOf(text));
  }
  std::ranges::sort(application.holders, {}, &HolderScope::holder);
  application.environment = run.Text("environment");
  if (run.Has("protocol")) application.protocol = run.Text("protocol");
  application.subgroups = run.Texts("subgroup");
  std::ranges::sort(application.subgroups);
  application.conditions = run.Texts("condition");
  const auto scope = IdScopeOf(run.Text("id-scope"));
  if (!scope) return Error{ErrorCode::kUsage, "--id-scope is project or release"};
  application.id_scope = *scope;
  if (run.Has("smallest-count")) {
    MUSUBI_ASSIGN_OR_RETURN(application.smallest_count, CountOf(run, "smallest-count"));
  }
  const auto expires = ParseExpiry(run.Text("expires"));
  if (!expires) {
    return Error{ErrorCode::kUsage,
                 "--expires is a day, 2027-03-31, or a moment in UTC, "
                 "2027-03-31T12:00:00Z"};
  }
  application.expires = *expires;
  return application;
}

// Adds what the files say of the contract and the recipient.
Status ReadReferences(const Invocation& run, Application* application) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  application->contract = crypto::FingerprintOf(contract);
  MUSUBI_ASSIGN_OR_RETURN(const auto recipient, LoadCertificate(run.Text("recipient")));
  MUSUBI_RETURN_IF_ERROR(CheckRole(recipient, crypto::Role::kResearcher, run.Text("recipient")));
  application->recipient = recipient.name();
  application->recipient_certificate = recipient.fingerprint();
  return {};
}

Result<int> Apply(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(Application application, Asked(run));
  MUSUBI_RETURN_IF_ERROR(ReadReferences(run, &application));
  if (const std::string mistake = MistakeIn(application); !mistake.empty()) {
    return Error{ErrorCode::kUsage, "the application " + mistake};
  }
  if (application.expires < run.context().clock->UnixSeconds()) {
    return Error{ErrorCode::kUsage, "--expires is over already"};
  }
  const std::string text = ApplicationText(application);
  if (text.size() > kMaxApplicationBytes) {
    return Error{ErrorCode::kUsage, "the application is longer than 1 MiB"};
  }
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(run.Text("output"), text + "\n", run.overwrite()));
  if (run.Text("output") == "-") return 0;
  run.console().Print(JsonOf(application), TextOf(application) + "\nwrote " + run.Text("output") +
                                               "  for the review body: musubi-study approve\n");
  return 0;
}

void Options(po::options_description* options) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) {
    return po::value<std::vector<std::string>>()->value_name(name);
  };
  auto add = options->add_options();
  add("project", text("NAME"), "the project's name, of a-z 0-9 _ -");
  add("purpose", text("TEXT"), "what is to be found out");
  add("legal-basis", text("TEXT"), "what allows it");
  add("contract", text("FILE"), "the contract that the records were encoded by");
  add("holder", texts("NAME=A,B"),
      "a holder, by the name of its certificate, and the columns that it may hand over; once for "
      "each");
  add("recipient", text("CRT"), "the researcher's certificate");
  add("environment", text("TEXT"), "where the researcher works with the data");
  add("protocol", text("TEXT"), "the study's protocol");
  add("id-scope", text("project|release"),
      "whether a person keeps an id over the project's releases");
  add("subgroup", texts("COLUMN"), "a column by which quality is told; once for each");
  add("condition", texts("TEXT"), "what the researcher keeps to; once for each");
  add("smallest-count", text("N"), "counts below it are not told (default: 10)");
  add("expires", text("DATE"), "the last day, or moment in UTC, at which it holds");
  add("output,o", text("FILE"), "the application; - is stdout");
}

}  // namespace

Command ApplyCommand() {
  return {"apply",
          "write what a project asks for, for a review body to decide on",
          "",
          0,
          0,
          Options,
          {"project", "purpose", "legal-basis", "contract", "holder", "recipient", "environment",
           "id-scope", "expires", "output"},
          Apply};
}

}  // namespace musubi::cli
