#include "cli/project_commands.h"

#include <optional>
#include <string>
#include <utility>

#include "cli/open_store.h"
#include "cli/project_text.h"
#include "core/party_name.h"
#include "core/utc_time.h"
#include "engine/release/projects.h"
#include "storage/link_store.h"

namespace musubi::cli {

using storage::LinkStore;
using storage::ProjectInfo;

namespace {

constexpr std::size_t kMaxDecisions = 10;

std::vector<std::filesystem::path> Decisions(const Invocation& run) {
  return {run.operands().begin() + 1, run.operands().end()};
}

void ShowAdded(const Invocation& run, const std::string& what, const Application& application) {
  run.console().Print({{"project", application.project}, {"application", JsonOf(application)}},
                      TextOf(application) + "\n" + what + " project " + application.project +
                          ", until " + FormatUtc(application.expires) + "\n");
}

Result<int> AddUnapproved(const Invocation& run, LinkStore* store) {
  if (run.operands().size() > 2) {
    return Error{ErrorCode::kUsage, "name one project at a time"};
  }
  const std::string& project = run.operands()[1];
  MUSUBI_RETURN_IF_ERROR(engine::AddProject(store, project, run.context()));
  run.console().Print({{"project", project}}, "added project " + project + " with its own key\n");
  return 0;
}

Result<int> Add(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  // A name where there is no such file is one, not a decision.
  const std::string& first = run.operands()[1];
  std::error_code ignored;
  const bool is_name = IsPartyName(first) && !std::filesystem::exists(first, ignored);
  if (store.policy().approvals == 0 || is_name) return AddUnapproved(run, &store);
  MUSUBI_ASSIGN_OR_RETURN(const Application application,
                          engine::AddApprovedProject(&store, Decisions(run), run.context()));
  ShowAdded(run, "added", application);
  return 0;
}

Result<int> Amend(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const Application application,
                          engine::AmendProject(&store, Decisions(run), run.context()));
  ShowAdded(run, "amended", application);
  return 0;
}

void ShowEnded(const Invocation& run, const std::string& project, const std::string& state) {
  run.console().Print({{"project", project}, {"state", state}},
                      "project " + project + " is " + state +
                          ": its key is destroyed, and nothing more is released for it\n");
}

Result<int> Revoke(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const Application application,
                          engine::RevokeProject(&store, run.operands()[1], run.context()));
  ShowEnded(run, application.project, "revoked");
  return 0;
}

Result<int> Close(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_RETURN_IF_ERROR(engine::CloseProject(&store, run.operands()[1], run.context()));
  ShowEnded(run, run.operands()[1], "closed");
  return 0;
}

Result<int> List(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store.Projects());
  Json json = Json::array();
  std::string text;
  for (const ProjectInfo& project : projects) {
    json.push_back(JsonOf(project, run.context()));
    text += LineOf(project, run.context());
  }
  run.console().Print(json, text);
  return 0;
}

Result<int> Show(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const ProjectInfo project, store.Project(run.operands()[1]));
  Json json = JsonOf(project, run.context());
  std::string text = LineOf(project, run.context());
  if (project.application) {
    json["application"] = JsonOf(*project.application);
    text += "\n" + TextOf(*project.application) + "\n";
  }
  json["decisions"] = Json::array();
  for (const std::string& signed_text : project.decisions) {
    MUSUBI_ASSIGN_OR_RETURN(const auto decision,
                            storage::ReadUnverifiedDecision(signed_text, "the store"));
    json["decisions"].push_back(JsonOf(decision));
    text += TextOf(decision);
  }
  run.console().Print(json, text);
  return 0;
}

}  // namespace

Json JsonOf(const ProjectInfo& project, const ExecContext& context) {
  Json json = {{"name", project.name},
               {"state", NameOf(StateAt(project, context.clock->UnixSeconds()))},
               {"added_at_epoch", project.added_at_epoch}};
  if (project.application) json["expires"] = FormatUtc(project.application->expires);
  return json;
}

std::string LineOf(const ProjectInfo& project, const ExecContext& context) {
  const auto state = StateAt(project, context.clock->UnixSeconds());
  return Left(project.name, 24) + Left(NameOf(state), 10) +
         (project.application ? "until " + FormatUtc(project.application->expires)
                              : std::string("needs no approval")) +
         "\n";
}

std::vector<Command> ProjectCommands() {
  return {{"project add",
           "make a project of an approved application, with a key of its own for project ids",
           "STORE DECISION...",
           2,
           1 + kMaxDecisions,
           nullptr,
           {},
           Add},
          {"project amend",
           "put an application that was approved later in the place of a project's",
           "STORE DECISION...",
           2,
           1 + kMaxDecisions,
           nullptr,
           {},
           Amend},
          {"project revoke",
           "end a project whose approval was taken back, and destroy its key",
           "STORE DECISION",
           2,
           2,
           nullptr,
           {},
           Revoke},
          {"project close",
           "end a project, and destroy its key",
           "STORE NAME",
           2,
           2,
           nullptr,
           {},
           Close},
          {"project list", "show the projects and their states", "STORE", 1, 1, nullptr, {}, List},
          {"project show",
           "show a project's application and the decisions on it",
           "STORE NAME",
           2,
           2,
           nullptr,
           {},
           Show}};
}

}  // namespace musubi::cli
