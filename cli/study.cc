// musubi-study: for those who design a study and measure its linkage. Sees no record but ids.
#include "cli/apply_command.h"
#include "cli/audit_page_command.h"
#include "cli/command.h"
#include "cli/contract_check.h"
#include "cli/decide_commands.h"
#include "cli/evaluate_command.h"
#include "cli/inspect.h"
#include "cli/keygen_command.h"
#include "cli/open_command.h"
#include "cli/override_command.h"
#include "core/contract_validation.h"
#include "crypto/process.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kMaxSchemaBytes = 1 << 20;

std::string TemplateNames() {
  std::string names;
  for (const std::string_view name : ContractTemplateNames()) {
    names += (names.empty() ? "" : "|") + std::string(name);
  }
  return names;
}

// The clkhash template with the schema that the holders use in place of its own.
Result<int> ContractFromSchema(const Invocation& run) {
  if (run.Text("template") != "clkhash") {
    return Error{ErrorCode::kUsage, "--schema goes with --template clkhash"};
  }
  const std::string file = run.Text("schema");
  MUSUBI_ASSIGN_OR_RETURN(const std::string schema, storage::ReadSmallFile(file, kMaxSchemaBytes));
  auto parsed = ParseStrictly(schema);
  if (!parsed.ok()) return Error{parsed.error().code, file + ": " + parsed.error().message};
  nlohmann::json contract = nlohmann::json::parse(ContractTemplate("clkhash"));
  contract["clkhash"] = std::move(parsed).value();
  const std::string text = contract.dump(2) + "\n";
  MUSUBI_ASSIGN_OR_RETURN(const Contract checked, Contract::Parse(text));
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(run.Text("output"), text, run.overwrite()));
  if (run.Text("output") == "-") return 0;
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(checked));
  run.console().Print({{"contract", run.Text("output")}, {"fingerprint", fingerprint}},
                      "wrote " + run.Text("output") + "\nfingerprint  " + fingerprint + "\n");
  return 0;
}

Result<int> ContractNew(const Invocation& run) {
  const std::string_view text = ContractTemplate(run.Text("template"));
  if (run.Has("schema")) return ContractFromSchema(run);
  if (text.empty()) return Error{ErrorCode::kUsage, "--template is one of " + TemplateNames()};
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(run.Text("output"), text, run.overwrite()));
  if (run.Text("output") == "-") return 0;
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, Contract::Parse(text));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  run.console().Print({{"contract", run.Text("output")}, {"fingerprint", fingerprint}},
                      "wrote " + run.Text("output") + "\nfingerprint  " + fingerprint +
                          "\nedit it to your fields, then run: musubi-study contract check " +
                          run.Text("output") + "\n");
  return 0;
}

Program StudyProgram() {
  Program program{"musubi-study",
                  "writes and checks contracts, applies for and decides on projects, and measures "
                  "a linkage against the truth. Sees ids "
                  "and counts, no identifier.",
                  {}};
  program.commands.push_back(
      {"contract new",
       "write a contract from a template",
       "",
       0,
       0,
       [](po::options_description* options) {
         auto add = options->add_options();
         add("template", po::value<std::string>()->value_name("NAME"), TemplateNames().c_str());
         add("schema", po::value<std::string>()->value_name("FILE"),
             "with the template clkhash: the schema that the holders use, as it is");
         add("output,o", po::value<std::string>()->value_name("FILE"), "the contract; - is stdout");
       },
       {"template", "output"},
       ContractNew});
  program.commands.push_back(ContractCheckCommand());
  program.commands.push_back(ApplyCommand());
  for (Command& command : DecideCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(OverrideCommand());
  program.commands.push_back(OpenCommand());
  program.commands.push_back(AuditPageCommand());
  program.commands.push_back(ChangesCommand());
  program.commands.push_back(EvaluateCommand());
  program.commands.push_back(KeygenCommand({crypto::Role::kReview, crypto::Role::kResearcher}));
  program.commands.push_back(InspectCommand());
  return program;
}

}  // namespace
}  // namespace musubi::cli

int main(int argc, char** argv) {
  musubi::crypto::HardenProcess();
  musubi::crypto::SystemRandom random;
  return musubi::cli::RunProgram(musubi::cli::StudyProgram(), argc, argv, &random);
}
