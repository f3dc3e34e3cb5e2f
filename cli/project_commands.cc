#include "cli/project_commands.h"

#include <string>

#include "engine/release/release.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

using storage::LinkStore;

Result<int> ProjectAdd(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  const std::string& project = run.operands()[1];
  MUSUBI_RETURN_IF_ERROR(engine::AddProject(&store, project, run.context()));
  run.console().Print({{"project", project}}, "added project " + project + " with its own key\n");
  return 0;
}

Result<int> ProjectList(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store.Projects());
  Json json = Json::array();
  std::string text;
  for (const auto& project : projects) {
    json.push_back({{"name", project.name}, {"added_at_epoch", project.added_at_epoch}});
    text += project.name + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

}  // namespace

std::vector<Command> ProjectCommands() {
  Command add{"project add",
              "make a project, with a key of its own for project ids",
              "STORE NAME",
              2,
              2,
              nullptr,
              {},
              ProjectAdd};
  Command list{"project list", "show the projects", "STORE", 1, 1, nullptr, {}, ProjectList};
  return {add, list};
}

}  // namespace musubi::cli
