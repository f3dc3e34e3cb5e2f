#include "cli/open_command.h"

#include <optional>
#include <utility>

#include "cli/files.h"
#include "cli/identity.h"
#include "engine/open/open.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

// What both commands ask for. Borrows `researcher`.
Result<engine::OpenRequest> RequestOf(const Invocation& run, const crypto::Identity& researcher) {
  engine::OpenRequest request;
  request.packages.assign(run.operands().begin(), run.operands().end());
  request.researcher = &researcher;
  MUSUBI_ASSIGN_OR_RETURN(request.trusted, LoadCertificates(run.Texts("trust")));
  request.output = run.Text("output");
  request.overwrite = run.overwrite();
  return request;
}

Status CheckFiles(const Invocation& run) {
  std::vector<std::filesystem::path> files(run.operands().begin(), run.operands().end());
  for (const char* option : {"key", "cert", "manifest", "output"}) {
    if (run.Has(option)) files.emplace_back(run.Text(option));
  }
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({run.Text("output")}));
  return CheckDistinct(files);
}

Json JsonOf(const storage::ReleaseOf& of) {
  return {{"project", of.project},
          {"release", of.release},
          {"epoch", of.epoch},
          {"application", crypto::ToHex(of.application)}};
}

void Show(const Invocation& run, const engine::OpenReceipt& receipt) {
  Json json = JsonOf(receipt.of);
  std::string text = "project " + receipt.of.project + ", release " +
                     std::to_string(receipt.of.release) + ": " + Grouped(receipt.rows) +
                     " rows of " + Grouped(receipt.persons) + " persons: " + run.Text("output") +
                     "\n";
  json["holders"] = Json::array();
  for (const storage::PayloadDocument& holder : receipt.holders) {
    json["holders"].push_back({{"holder", holder.holder},
                               {"rows", holder.rows},
                               {"persons", holder.persons},
                               {"variables", holder.variables},
                               {"compared_identifiers", holder.guard.identifiers},
                               {"allowed", holder.guard.allowed}});
    text += "  " + Left(holder.holder, 18) + Right(Grouped(holder.rows), 12) + " rows of " +
            Grouped(holder.persons) + " persons\n";
  }
  json["rows"] = receipt.rows;
  json["persons"] = receipt.persons;
  json["manifest_checked"] = run.Has("manifest");
  json["output"] = run.Text("output");
  run.console().EndStages();
  run.console().Print(json, text);
}

Result<int> Open(const Invocation& run) {
  MUSUBI_RETURN_IF_ERROR(CheckFiles(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto researcher,
                          LoadIdentity(run, "key", crypto::Role::kResearcher));
  MUSUBI_ASSIGN_OR_RETURN(auto request, RequestOf(run, researcher));
  request.wide = run.Flag("wide");
  if (run.Has("manifest")) request.manifest = run.Text("manifest");
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::OpenPayloads(request, run.context()));
  Show(run, receipt);
  return 0;
}

Result<int> Changes(const Invocation& run) {
  MUSUBI_RETURN_IF_ERROR(CheckFiles(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto researcher,
                          LoadIdentity(run, "key", crypto::Role::kResearcher));
  MUSUBI_ASSIGN_OR_RETURN(const auto request, RequestOf(run, researcher));
  MUSUBI_ASSIGN_OR_RETURN(const auto opened, engine::OpenChanges(request, run.context()));
  const storage::ChangesDocument& document = opened.document;
  Json json = JsonOf(document.of);
  json["since_epoch"] = document.since_epoch;
  json["ids"] = document.ids;
  json["output"] = run.Text("output");
  run.console().Print(json, "project " + document.of.project + ", release " +
                                std::to_string(document.of.release) + ": " + Grouped(document.ids) +
                                " ids changed since epoch " + std::to_string(document.since_epoch) +
                                ": " + run.Text("output") + "\n");
  return 0;
}

void AddShared(po::options_description* options) {
  auto add = options->add_options();
  add("key", po::value<std::string>()->value_name("KEY"), "the researcher's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
  add("output,o", po::value<std::string>()->value_name("FILE"), "the table, as CSV");
}

}  // namespace

Command OpenCommand() {
  constexpr std::size_t kMaxPackages = 1000;
  Command command;
  command.name = "open";
  command.summary = "open holders' packages of one release into one table";
  command.operands = "PACKAGE...";
  command.min_operands = 1;
  command.max_operands = kMaxPackages;
  command.options = [](po::options_description* options) {
    AddShared(options);
    auto add = options->add_options();
    add("trust", po::value<std::vector<std::string>>()->value_name("CRT"),
        "the certificates of the holders and, with --manifest, of the unit; once for each");
    add("manifest", po::value<std::string>()->value_name("FILE"),
        "the unit's manifest of the release: check the packages against it");
    add("wide", po::bool_switch(), "one row a person, with a column for each holder's variable");
  };
  command.required = {"key", "trust", "output"};
  command.run = Open;
  return command;
}

Command ChangesCommand() {
  Command command;
  command.name = "changes";
  command.summary = "open the unit's list of project ids that changed since the last release";
  command.operands = "PACKAGE";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    AddShared(options);
    options->add_options()("trust", po::value<std::vector<std::string>>()->value_name("CRT"),
                           "the unit's certificate");
  };
  command.required = {"key", "trust", "output"};
  command.run = Changes;
  return command;
}

}  // namespace musubi::cli
