// musubi-unit: the trusted linkage unit. Sees encodings, references and linkage keys; contains
// neither the normaliser, nor the encoder, nor the linkage secret.
#include <charconv>
#include <filesystem>

#include "cli/command.h"
#include "cli/history_command.h"
#include "cli/import_command.h"
#include "cli/inspect.h"
#include "cli/keygen_command.h"
#include "cli/link_command.h"
#include "cli/log_commands.h"
#include "cli/report_command.h"
#include "cli/review_command.h"
#include "cli/trust_commands.h"
#include "crypto/process.h"
#include "crypto/random.h"
#include "engine/release/release.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

Result<int> Init(const Invocation& run) {
  const std::string& folder = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  storage::StorePolicy policy;
  if (run.Has("decisions")) {
    const std::string& decisions = run.Text("decisions");
    if (decisions != "1" && decisions != "2") {
      return Error{ErrorCode::kUsage, "--decisions is 1 or 2"};
    }
    policy.decisions = decisions == "2" ? 2 : 1;
  }
  MUSUBI_ASSIGN_OR_RETURN(policy.trusted, LoadTrusted(run.Texts("trust"), {}));
  MUSUBI_RETURN_IF_ERROR(LinkStore::Create(folder, contract, policy, run.context()));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  std::string text = "made store " + folder + " for contract " + fingerprint.substr(0, 16) + "\n";
  if (!policy.trusted.empty()) {
    text += "it takes sealed packages of its trusted certificates and nothing else: " +
            Grouped(policy.trusted.size()) + "\n";
  }
  run.console().Print(
      {{"store", folder}, {"contract", fingerprint}, {"trusted", JsonOf(policy.trusted)}}, text);
  return 0;
}

Result<std::uint64_t> OpenProposals(LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(auto proposals, store->Proposals());
  MUSUBI_ASSIGN_OR_RETURN(const auto decisions, store->Decisions());
  std::uint64_t open = 0;
  for (const auto& state : storage::StatesOf(std::move(proposals), decisions)) {
    open += state.settled ? 0 : 1;
  }
  return open;
}

Result<int> StatusCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store.Datasets());
  MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store.Epochs());
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store.Projects());
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(store.contract()));
  Json json = {{"contract", fingerprint},   {"contract_name", store.contract().name()},
               {"datasets", Json::array()}, {"epochs", Json::array()},
               {"projects", Json::array()}, {"trusted", JsonOf(store.policy().trusted)}};
  std::string text =
      "contract '" + store.contract().name() + "' " + fingerprint.substr(0, 16) + "\n";
  for (const auto& certificate : store.policy().trusted) {
    text += "trusts   " + certificate.name() + ", " +
            crypto::ToHex(certificate.fingerprint()).substr(0, 16) + "\n";
  }
  text += "\ndata sets\n";
  for (const auto& dataset : datasets) {
    const auto& manifest = dataset.manifest;
    Json present = Json::object();
    text += "  " + Left(manifest.holder, 18) + Right(Grouped(manifest.records), 12) + " records" +
            (manifest.declares_duplicates ? ", may repeat persons" : "") + Planted(manifest) + "\n";
    for (std::size_t f = 0; f < dataset.present.size(); ++f) {
      const std::string& filter = store.contract().filters()[f].name;
      present[filter] = dataset.present[f];
      text += "    " + Left(filter, 20) + Right(Percent(dataset.present[f], manifest.records), 9) +
              " present\n";
    }
    json["datasets"].push_back({{"id", dataset.id},
                                {"holder", manifest.holder},
                                {"records", manifest.records},
                                {"declares_duplicates", manifest.declares_duplicates},
                                {"planted", manifest.planted},
                                {"present", present}});
  }
  text += "\nlink runs\n";
  for (const auto& epoch : epochs) {
    json["epochs"].push_back(JsonOf(epoch));
    text += "  epoch " + std::to_string(epoch.epoch) + "  ";
    if (epoch.kind == storage::EpochKind::kReview) {
      text += "a review: " + Grouped(epoch.moved) + " records came under another key\n";
      continue;
    }
    text += Grouped(epoch.new_records) + " new of " + Grouped(epoch.records) + " records, " +
            Grouped(epoch.keys_minted) + " keys minted, threshold " + epoch.threshold +
            (epoch.hold.empty() ? "\n" : ", on hold: see history\n");
  }
  const bool has_run = std::filesystem::exists(store.RunFolder());
  json["unfinished_run"] = has_run;
  if (has_run) text += "  one did not end; the same link command goes on with it\n";
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t open, OpenProposals(&store));
  json["open_proposals"] = open;
  text += "\nreview\n  " + Grouped(open) + " open proposals: see review list\n";
  text += "\nprojects\n";
  for (const auto& project : projects) {
    json["projects"].push_back(
        {{"name", project.name}, {"added_at_epoch", project.added_at_epoch}});
    text += "  " + project.name + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

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

Result<int> ReleaseCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  engine::ReleaseRequest request{run.Text("project"), run.Text("output")};
  if (run.Has("despite-hold")) request.despite_hold = run.Text("despite-hold");
  if (run.Has("epoch")) {
    const std::string& text = run.Text("epoch");
    std::uint64_t epoch = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Error{ErrorCode::kUsage, "--epoch is a whole number"};
    }
    request.epoch = epoch;
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Release(&store, request, run.context()));
  Json maps = Json::array();
  std::string text = "released project " + receipt.project + " at epoch " +
                     std::to_string(receipt.epoch) + ": " + Grouped(receipt.records) +
                     " records of " + Grouped(receipt.persons) + " persons\n";
  for (const auto& map : receipt.maps) {
    const std::string file = (std::filesystem::path(run.Text("output")) / map.file).string();
    maps.push_back({{"holder", map.holder},
                    {"file", file},
                    {"records", map.records},
                    {"persons", map.persons}});
    text += "  " + file + "  for " + map.holder + ", " + Grouped(map.records) + " records\n";
  }
  Json json = {{"project", receipt.project},
               {"epoch", receipt.epoch},
               {"records", receipt.records},
               {"persons", receipt.persons},
               {"maps", maps}};
  if (receipt.since) {
    const std::string file = (std::filesystem::path(run.Text("output")) / "changes.csv").string();
    json["changes"] = {
        {"file", file}, {"since_epoch", *receipt.since}, {"ids", receipt.changed_ids}};
    text += "  " + file + "  for the researcher, " + Grouped(receipt.changed_ids) +
            " ids changed since epoch " + std::to_string(*receipt.since) + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

Program UnitProgram() {
  Program program{"musubi-unit",
                  "links encoded records and keeps their linkage keys. Runs at the trusted linkage "
                  "unit; never sees an identifier or the linkage secret.",
                  {}};
  program.commands.push_back({"init",
                              "make an empty store for one contract",
                              "STORE",
                              1,
                              1,
                              [](po::options_description* options) {
                                auto add = options->add_options();
                                add("contract", po::value<std::string>()->value_name("FILE"),
                                    "the contract that all holders share");
                                add("decisions", po::value<std::string>()->value_name("1|2"),
                                    "how many reviewers must agree before keys change (default: "
                                    "1)");
                                AddTrust(options);
                              },
                              {"contract"},
                              Init});
  program.commands.push_back(ImportCommand());
  for (Command& command : TrustCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back(LinkCommand());
  for (Command& command : ReviewCommands()) program.commands.push_back(std::move(command));
  for (Command& command : HistoryCommands()) program.commands.push_back(std::move(command));
  for (Command& command : LogCommands()) program.commands.push_back(std::move(command));
  program.commands.push_back({"status",
                              "show what a store holds and what was done with it",
                              "STORE",
                              1,
                              1,
                              nullptr,
                              {},
                              StatusCommand});
  program.commands.push_back(ReportCommand());
  program.commands.push_back({"project add",
                              "make a project, with a key of its own for project ids",
                              "STORE NAME",
                              2,
                              2,
                              nullptr,
                              {},
                              ProjectAdd});
  program.commands.push_back(
      {"project list", "show the projects", "STORE", 1, 1, nullptr, {}, ProjectList});
  program.commands.push_back(
      {"release",
       "write each holder's map from record references to project ids",
       "STORE",
       1,
       1,
       [](po::options_description* options) {
         auto add = options->add_options();
         add("project", po::value<std::string>()->value_name("NAME"), "the project");
         add("output,o", po::value<std::string>()->value_name("FOLDER"), "a new folder");
         add("epoch", po::value<std::string>()->value_name("N"),
             "as it was then (default: the last)");
         add("despite-hold", po::value<std::string>()->value_name("REASON"),
             "release an epoch that is on hold, and why, for the record");
       },
       {"project", "output"},
       ReleaseCommand});
  program.commands.push_back(KeygenCommand({crypto::Role::kUnit}));
  program.commands.push_back(InspectCommand());
  return program;
}

}  // namespace
}  // namespace musubi::cli

int main(int argc, char** argv) {
  musubi::crypto::HardenProcess();
  musubi::crypto::SystemRandom random;
  return musubi::cli::RunProgram(musubi::cli::UnitProgram(), argc, argv, &random);
}
