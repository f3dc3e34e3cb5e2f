// musubi-unit: the trusted linkage unit. Sees encodings, references and linkage keys; contains
// neither the normaliser, nor the encoder, nor the linkage secret.
#include <utility>

#include "cli/backup_commands.h"
#include "cli/command.h"
#include "cli/history_command.h"
#include "cli/import_command.h"
#include "cli/init_command.h"
#include "cli/inspect.h"
#include "cli/keygen_command.h"
#include "cli/link_command.h"
#include "cli/log_commands.h"
#include "cli/open_store.h"
#include "cli/project_commands.h"
#include "cli/release_command.h"
#include "cli/report_command.h"
#include "cli/review_command.h"
#include "cli/status_command.h"
#include "cli/trust_commands.h"
#include "cli/verify_command.h"
#include "cli/withdraw_command.h"
#include "crypto/process.h"
#include "crypto/random.h"

namespace musubi::cli {
namespace {

// Every command that is given a store takes its key too.
void AddStoreKeys(Program* program) {
  for (Command& command : program->commands) {
    if (!command.operands.starts_with("STORE")) continue;
    command.options = [own = std::move(command.options)](auto* options) {
      if (own) own(options);
      AddStoreKey(options);
    };
  }
}

Program UnitProgram() {
  Program program{"musubi-unit",
                  "links encoded records and keeps their linkage keys. Runs at the trusted linkage "
                  "unit; never sees an identifier or the linkage secret.",
                  {}};
  program.commands.push_back(InitCommand());
  program.commands.push_back(ImportCommand());
  for (Command& command : TrustCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(LinkCommand());
  for (Command& command : ReviewCommands()) program.commands.push_back(std::move(command));
  for (Command& command : HistoryCommands()) program.commands.push_back(std::move(command));
  for (Command& command : LogCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(StatusCommand());
  program.commands.push_back(VerifyCommand());
  for (Command& command : BackupCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(ReportCommand());
  for (Command& command : ProjectCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(ReleaseCommand());
  program.commands.push_back(WithdrawCommand());
  program.commands.push_back(KeygenCommand({crypto::Role::kUnit}));
  program.commands.push_back(InspectCommand());
  AddStoreKeys(&program);
  return program;
}

}  // namespace
}  // namespace musubi::cli

int main(int argc, char** argv) {
  musubi::crypto::HardenProcess();
  musubi::crypto::SystemRandom random;
  return musubi::cli::RunProgram(musubi::cli::UnitProgram(), argc, argv, &random);
}
