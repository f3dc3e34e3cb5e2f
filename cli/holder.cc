// musubi-holder: runs at a data holder, sees that holder's people and the linkage secret.
#include "cli/attach_command.h"
#include "cli/audit_command.h"
#include "cli/audit_page_command.h"
#include "cli/command.h"
#include "cli/encode_clks.h"
#include "cli/files.h"
#include "cli/inspect.h"
#include "cli/keygen_command.h"
#include "cli/normalise.h"
#include "cli/profile.h"
#include "cli/sealing.h"
#include "cli/secret_commands.h"
#include "cli/withdrawal_commands.h"
#include "crypto/linkage_secret.h"
#include "crypto/process.h"
#include "crypto/random.h"
#include "engine/encode/encode.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

void AddContract(po::options_description* options) {
  options->add_options()("contract", po::value<std::string>()->value_name("FILE"),
                         "the contract that all holders share");
}

void EncodeOptions(po::options_description* options) {
  AddContract(options);
  auto add = options->add_options();
  add("secret", po::value<std::string>()->value_name("FILE"), "the linkage secret (mode 0600)");
  add("holder", po::value<std::string>()->value_name("NAME"), "this holder's name in the study");
  add("id-column", po::value<std::string>()->value_name("COLUMN"),
      "the column with this holder's own, unique id");
  add("output,o", po::value<std::string>()->value_name("FILE"),
      "the encoding file, or sealed package, for the unit");
  AddSealing(options);
  add("refs", po::value<std::string>()->value_name("FILE"),
      "the references file, which must never leave this holder");
  add("rejects", po::value<std::string>()->value_name("FILE"),
      "set rows that cannot be encoded aside here: row, column, reason; without it the first such "
      "row is an error");
  add("without", po::value<std::string>()->value_name("FILE"),
      "leave out those who withdrew: the list that withdraw --suppressed keeps");
  AddCharset("utf-8", options);
  AddColumns(options);
  add("declares-duplicates", po::bool_switch(),
      "this input may hold several records of one person");
  add("plant", po::value<std::string>()->value_name("N"),
      "plant copies of N rows with simulated errors beside the records, by which the unit learns "
      "which share of such pairs its runs find");
  add("plant-seed", po::value<std::string>()->value_name("S"),
      "plant the very copies that this seed gives, as an earlier receipt tells it");
}

// --plant and --plant-seed.
Status ReadPlant(const Invocation& run, engine::EncodeRequest* request) {
  if (run.Has("plant-seed")) {
    if (!run.Has("plant")) {
      return Error{ErrorCode::kUsage, "--plant-seed goes with --plant, which says how many"};
    }
    MUSUBI_ASSIGN_OR_RETURN(request->plant_seed, CountOf(run, "plant-seed"));
  }
  if (!run.Has("plant")) return {};
  MUSUBI_ASSIGN_OR_RETURN(request->plant, CountOf(run, "plant"));
  if (request->plant > 0) return {};
  return Error{ErrorCode::kUsage, "--plant must be above 0"};
}

Json PlantedJson(const engine::PlantReceipt& planted) {
  Json errors = Json::object();
  for (std::size_t i = 0; i < planted.with_error.size(); ++i) {
    errors[NameOf(static_cast<identity::SimulatedError>(i))] = planted.with_error[i];
  }
  return {{"copies", planted.copies},
          {"seed", planted.seed},
          {"copies_with_errors", planted.with_errors},
          {"errors", errors}};
}

Result<engine::EncodeRequest> EncodeRequestOf(const Invocation& run) {
  engine::EncodeRequest request;
  request.input = run.operands()[0];
  request.holder = run.Text("holder");
  request.id_column = run.Text("id-column");
  MUSUBI_ASSIGN_OR_RETURN(request.charset, CharsetOf(run));
  request.declares_duplicates = run.Flag("declares-duplicates");
  MUSUBI_ASSIGN_OR_RETURN(request.columns, ColumnsOf(run));
  request.output = run.Text("output");
  request.refs = run.Text("refs");
  if (run.Has("rejects")) request.rejects = run.Text("rejects");
  if (run.Has("without")) request.without = run.Text("without");
  request.overwrite = run.overwrite();
  MUSUBI_RETURN_IF_ERROR(ReadPlant(run, &request));
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({request.output, request.refs, request.rejects}));
  MUSUBI_RETURN_IF_ERROR(
      CheckDistinct({request.input, run.Text("contract"), run.Text("secret"), request.output,
                     request.refs, request.rejects, request.without}));
  return request;
}

void ShowEncoded(const Invocation& run, const Contract& contract,
                 const engine::EncodeRequest& request, const engine::EncodeReceipt& receipt) {
  run.console().EndStages();
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  Json json = {{"holder", request.holder},
               {"contract", fingerprint},
               {"rows", receipt.rows},
               {"encoded", receipt.encoded()},
               {"rejected", receipt.rejected},
               {"left_out", receipt.left_out},
               {"charset", NameOf(receipt.charset)},
               {"output", request.output.string()},
               {"refs", request.refs.string()},
               {"stages", run.console().StageSeconds()}};
  std::string text = "encoded " + Grouped(receipt.encoded()) + " of " + Grouped(receipt.rows) +
                     " rows under contract " + fingerprint.substr(0, 16) + "\n";
  if (receipt.rejected > 0) {
    text +=
        "rejected " + Grouped(receipt.rejected) + " rows: see " + request.rejects.string() + "\n";
  }
  if (receipt.left_out > 0) {
    text += "left out " + Grouped(receipt.left_out) + " rows of persons who withdrew\n";
  }
  if (receipt.planted) {
    json["planted"] = PlantedJson(*receipt.planted);
    text += "planted  " + Grouped(receipt.planted->copies) + " copies, " +
            Grouped(receipt.planted->copies - receipt.planted->with_errors[0]) +
            " of them with simulated errors; --plant-seed " +
            std::to_string(receipt.planted->seed) + " plants the same\n";
  }
  json["fields"] = JsonOf(contract, receipt.fields);
  text += "\n" + TextOf(contract, receipt.fields);
  text += "\n" + request.output.string() + "  for the linkage unit";
  if (receipt.package) {
    json["package"] = ToHex(*receipt.package);
    text += ", sealed to it: package " + ToHex(*receipt.package);
  }
  text +=
      "\n" + request.refs.string() + "  maps references to your ids: it must not leave this site\n";
  run.console().Print(json, text);
}

Result<int> EncodeCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadFieldContract(run));
  MUSUBI_ASSIGN_OR_RETURN(auto request, EncodeRequestOf(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::LinkageSecret::Load(run.Text("secret")));
  MUSUBI_ASSIGN_OR_RETURN(const auto sealing, SealingOf(run, contract, secret));
  if (sealing) {
    request.seal = {&sealing->sender, &sealing->recipient, sealing->clearance, sealing->input};
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt,
                          engine::Encode(request, contract, secret, run.context()));
  ShowEncoded(run, contract, request, receipt);
  return receipt.rejected > 0 ? 1 : 0;
}

Program HolderProgram() {
  Program program{"musubi-holder",
                  "encodes a data holder's records, and joins project ids to its own ids. Runs at "
                  "the holder; its secret and references never leave it.",
                  {}};
  program.commands.push_back(KeygenCommand({crypto::Role::kHolder}));
  for (Command& command : SecretCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(ProfileCommand());
  program.commands.push_back({"encode",
                              "turn a CSV file of people into an encoding file",
                              "IN.csv",
                              1,
                              1,
                              EncodeOptions,
                              {"contract", "secret", "holder", "id-column", "output", "refs"},
                              EncodeCommand});
  program.commands.push_back(AuditCommand());
  program.commands.push_back(AuditPageCommand());
  program.commands.push_back(EncodeClksCommand());
  program.commands.push_back(AttachCommand());
  for (Command& command : WithdrawalCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(NormaliseCommand());
  program.commands.push_back(InspectCommand());
  return program;
}

}  // namespace
}  // namespace musubi::cli

int main(int argc, char** argv) {
  musubi::crypto::HardenProcess();
  musubi::crypto::SystemRandom random;
  return musubi::cli::RunProgram(musubi::cli::HolderProgram(), argc, argv, &random);
}
