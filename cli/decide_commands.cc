#include "cli/decide_commands.h"

#include <string>
#include <utility>

#include "cli/identity.h"
#include "cli/project_text.h"
#include "core/utc_time.h"
#include "storage/project_decision.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::ProjectDecision;
using storage::ProjectVerdict;

// Refuses to sign what could have no effect.
Status CheckMoment(const ProjectDecision& decision, const crypto::Certificate& reviewer) {
  if (!reviewer.IsValidAt(decision.decided)) {
    return Error{ErrorCode::kRefused,
                 "the certificate of '" + reviewer.name() +
                     "' is not valid now; make a new one with keygen, and have units trust it"};
  }
  const bool is_over = decision.application.expires < decision.decided;
  if (decision.verdict == ProjectVerdict::kApprove && is_over) {
    return Error{ErrorCode::kRefused,
                 "the application has run out at " + FormatUtc(decision.application.expires)};
  }
  return {};
}

Result<ProjectDecision> DecisionOf(const Invocation& run, ProjectVerdict verdict,
                                   const crypto::Certificate& reviewer) {
  ProjectDecision decision;
  decision.verdict = verdict;
  MUSUBI_ASSIGN_OR_RETURN(decision.application, LoadApplication(run.operands()[0]));
  MUSUBI_RETURN_IF_ERROR(run.context().random->Fill(decision.id.bytes));
  decision.conflict_of_interest = run.Text("conflict-of-interest");
  if (run.Has("reason")) decision.reason = run.Text("reason");
  decision.decided = run.context().clock->UnixSeconds();
  decision.reviewer = reviewer.name();
  decision.reviewer_certificate = reviewer.fingerprint();
  if (const std::string mistake = MistakeIn(decision); !mistake.empty()) {
    return Error{ErrorCode::kUsage, "the decision " + mistake};
  }
  MUSUBI_RETURN_IF_ERROR(CheckMoment(decision, reviewer));
  return decision;
}

Result<int> Decide(const Invocation& run, ProjectVerdict verdict) {
  MUSUBI_ASSIGN_OR_RETURN(const auto reviewer, LoadIdentity(run, "key", crypto::Role::kReview));
  MUSUBI_ASSIGN_OR_RETURN(const ProjectDecision decision,
                          DecisionOf(run, verdict, reviewer.certificate()));
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, SignedDecision(decision, reviewer));
  const std::string& file = run.Text("output");
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(file, text, run.overwrite()));
  if (file == "-") return 0;
  run.console().Print(JsonOf(decision), TextOf(decision.application) + "\n" + TextOf(decision) +
                                            "wrote " + file + "  for the unit\n");
  return 0;
}

Command DecideCommand(ProjectVerdict verdict, std::string_view summary, bool needs_reason) {
  Command command;
  command.name = NameOf(verdict);
  command.summary = summary;
  command.operands = "APPLICATION";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    auto add = options->add_options();
    add("key", po::value<std::string>()->value_name("KEY"), "the review body's private key");
    add("cert", po::value<std::string>()->value_name("CRT"),
        "its certificate; NAME.crt beside NAME.key unless given");
    add("conflict-of-interest", po::value<std::string>()->value_name("none|TEXT"),
        "whether the reviewer has an interest of their own in the project, and which");
    add("reason", po::value<std::string>()->value_name("TEXT"), "why, for the record");
    add("output,o", po::value<std::string>()->value_name("FILE"),
        "the signed decision; - is stdout");
    AddPassphraseSource(options);
  };
  command.required = {"key", "conflict-of-interest", "output"};
  if (needs_reason) command.required.push_back("reason");
  command.run = [verdict](const Invocation& run) { return Decide(run, verdict); };
  return command;
}

}  // namespace

std::vector<Command> DecideCommands() {
  return {DecideCommand(ProjectVerdict::kApprove,
                        "sign the approval of an application, as a review body", false),
          DecideCommand(ProjectVerdict::kReject,
                        "sign that an application is rejected, as a review body", true),
          DecideCommand(ProjectVerdict::kRevoke,
                        "sign that an approval is taken back, as a review body", true)};
}

}  // namespace musubi::cli
