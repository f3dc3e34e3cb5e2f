#include "cli/attach_command.h"

#include <optional>
#include <utility>

#include "cli/files.h"
#include "cli/identity.h"
#include "cli/profile.h"
#include "engine/attach/attach.h"
#include "engine/attach/payload.h"
#include "engine/attach/sealed_map.h"
#include "storage/sealed_package.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

// Options that only a sealed map, or only a payload, has a use for.
constexpr const char* kOfSealed[] = {"key", "cert", "trust", "approvals"};
constexpr const char* kOfPayload[] = {"id-column",    "contract", "to",     "identifiers",
                                      "allow-column", "column",   "charset"};

std::vector<std::filesystem::path> PathsOf(const Invocation& run, const std::string& option) {
  const std::vector<std::string> named = run.Texts(option);
  return {named.begin(), named.end()};
}

// The list of those who withdrew; empty where none is given.
std::filesystem::path Without(const Invocation& run) {
  if (!run.Has("without")) return {};
  return run.Text("without");
}

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

Status CheckFiles(const Invocation& run) {
  std::vector<std::filesystem::path> files = PathsOf(run, "refs");
  for (const auto& file : PathsOf(run, "identifiers")) files.push_back(file);
  for (const char* option : {"payload", "without", "key", "cert", "contract", "to"}) {
    if (run.Has(option)) files.emplace_back(run.Text(option));
  }
  files.insert(files.end(), {run.operands()[0], run.Text("output")});
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({run.Text("output")}));
  return CheckDistinct(files);
}

// Says which options lack, or are too many.
Status CheckOptions(const Invocation& run, bool sealed) {
  if (!sealed) {
    for (const char* option : kOfSealed) {
      if (!run.Has(option)) continue;
      return Error{ErrorCode::kUsage,
                   run.operands()[0] + " is no sealed map; --" + option + " is for these"};
    }
  } else if (!run.Has("key") || !run.Has("trust")) {
    return Error{ErrorCode::kUsage,
                 run.operands()[0] +
                     " is a sealed map; name this holder's key with --key, and with --trust the "
                     "certificates of the unit and of the review body"};
  }
  if (!run.Has("payload")) {
    for (const char* option : kOfPayload) {
      if (!run.Has(option)) continue;
      return Error{ErrorCode::kUsage, std::string("--") + option + " goes with --payload"};
    }
    return {};
  }
  if (!sealed) {
    return Error{ErrorCode::kUsage, "--payload takes a sealed map, which says what is approved; " +
                                        run.operands()[0] + " is none"};
  }
  for (const char* option : {"id-column", "contract", "to"}) {
    if (run.Has(option)) continue;
    return Error{ErrorCode::kUsage, std::string("--payload takes --") + option + " too"};
  }
  return {};
}

Result<int> ShowLinks(const Invocation& run, engine::MapTable map) {
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt,
                          engine::Attach(std::move(map), {PathsOf(run, "refs"), Without(run)},
                                         run.Text("output"), run.overwrite(), run.context()));
  std::string text = "attached project ids to " + Grouped(receipt.records) + " records of " +
                     Grouped(receipt.persons) + " persons: " + run.Text("output") + "\n";
  if (receipt.unmapped > 0) {
    text += Grouped(receipt.unmapped) + " records of the references file are not in the map\n";
  }
  if (receipt.left_out > 0) {
    text += Grouped(receipt.left_out) + " records of persons who withdrew are left out\n";
  }
  run.console().EndStages();
  run.console().Print({{"records", receipt.records},
                       {"persons", receipt.persons},
                       {"unmapped", receipt.unmapped},
                       {"left_out", receipt.left_out},
                       {"output", run.Text("output")}},
                      text);
  return 0;
}

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void ShowPayload(const Invocation& run, const Application& application,
                 const engine::PayloadReceipt& receipt) {
  std::string text = "sealed " + Grouped(receipt.rows) + " rows of " + Grouped(receipt.persons) +
                     " persons to " + application.recipient + ": " + run.Text("output") +
                     "\nvariables  " + Listed(receipt.variables) + "\n";
  if (!receipt.left_out.empty()) {
    text += "left out   " + Listed(receipt.left_out) + ": not approved\n";
  }
  if (!receipt.lacking.empty()) {
    text += "lacking    " + Listed(receipt.lacking) + ": approved, and not in the rows\n";
  }
  if (receipt.dropped > 0) {
    text += "dropped    " + Grouped(receipt.dropped) + " rows of persons who are not in the map" +
            (run.Has("without") ? ", or withdrew" : "") + "\n";
  }
  text += receipt.compared
              ? "guard      no value is an identifier of its person; columns and shapes are right\n"
              : "guard      by columns and shapes alone: --identifiers compares the values too\n";
  run.console().EndStages();
  run.console().Print({{"package", ToHex(receipt.package)},
                       {"project", application.project},
                       {"rows", receipt.rows},
                       {"persons", receipt.persons},
                       {"dropped", receipt.dropped},
                       {"withdrew", receipt.withdrew},
                       {"variables", receipt.variables},
                       {"left_out", receipt.left_out},
                       {"lacking", receipt.lacking},
                       {"compared_identifiers", receipt.compared},
                       {"allowed", run.Texts("allow-column")},
                       {"output", run.Text("output")}},
                      text);
}

Result<int> SendPayload(const Invocation& run, engine::SealedMap map,
                        const crypto::Identity& holder, const Contract& contract) {
  engine::PayloadRequest request;
  request.rows = run.Text("payload");
  request.id_column = run.Text("id-column");
  if (run.Has("charset")) {
    MUSUBI_ASSIGN_OR_RETURN(request.charset, identity::ParseCharset(run.Text("charset")));
  }
  request.refs = PathsOf(run, "refs");
  request.without = Without(run);
  request.identifiers = PathsOf(run, "identifiers");
  MUSUBI_ASSIGN_OR_RETURN(request.columns, ColumnsOf(run));
  request.allowed = run.Texts("allow-column");
  request.holder = &holder;
  MUSUBI_ASSIGN_OR_RETURN(const auto researcher, LoadCertificate(run.Text("to")));
  MUSUBI_RETURN_IF_ERROR(CheckRole(researcher, crypto::Role::kResearcher, run.Text("to")));
  request.researcher = &researcher;
  request.output = run.Text("output");
  request.overwrite = run.overwrite();
  const Application application = map.application;
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt,
                          engine::AttachPayload(std::move(map), request, contract, run.context()));
  ShowPayload(run, application, receipt);
  return 0;
}

Result<int> AttachSealed(const Invocation& run) {
  std::optional<Contract> contract;
  if (run.Has("payload")) {
    MUSUBI_ASSIGN_OR_RETURN(contract, LoadFieldContract(run));
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto holder, LoadIdentity(run, "key", crypto::Role::kHolder));
  engine::SealedMapRequest request;
  request.file = run.operands()[0];
  request.holder = &holder;
  MUSUBI_ASSIGN_OR_RETURN(request.trusted, LoadCertificates(run.Texts("trust")));
  if (contract) request.contract = crypto::FingerprintOf(*contract);
  request.folder = FolderOf(run.Text("output"));
  if (run.Has("approvals")) {
    MUSUBI_ASSIGN_OR_RETURN(request.approvals, CountOf(run, "approvals"));
    if (request.approvals < 1 || request.approvals > 2) {
      return Error{ErrorCode::kUsage, "--approvals is 1 or 2"};
    }
  }
  MUSUBI_ASSIGN_OR_RETURN(auto map, engine::OpenSealedMap(request, run.context()));
  if (!contract) return ShowLinks(run, std::move(map.table));
  return SendPayload(run, std::move(map), holder, *contract);
}

Result<int> Attach(const Invocation& run) {
  const bool sealed = storage::LooksLikePackage(run.operands()[0]);
  MUSUBI_RETURN_IF_ERROR(CheckFiles(run));
  MUSUBI_RETURN_IF_ERROR(CheckOptions(run, sealed));
  if (sealed) return AttachSealed(run);
  return ShowLinks(run, {run.operands()[0]});
}

void AddSealedOptions(po::options_description* options) {
  auto add = options->add_options();
  add("key", po::value<std::string>()->value_name("KEY"),
      "of a sealed map: this holder's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
  add("trust", po::value<std::vector<std::string>>()->value_name("CRT"),
      "of a sealed map: the certificates of the unit that sealed it and of the review body that "
      "approved the project; once for each");
  add("approvals", po::value<std::string>()->value_name("1|2"),
      "of a sealed map: how many of these review bodies must have approved the project (default: "
      "1)");
}

void AddPayloadOptions(po::options_description* options) {
  auto add = options->add_options();
  add("payload", po::value<std::string>()->value_name("ROWS.csv"),
      "seal these rows to the researcher under project ids, with the approved variables alone");
  add("id-column", po::value<std::string>()->value_name("COLUMN"),
      "the column with this holder's own ids, of the rows and of the identifiers");
  add("contract", po::value<std::string>()->value_name("FILE"),
      "the contract: no column that it names leaves");
  add("to", po::value<std::string>()->value_name("CRT"),
      "the certificate of the researcher whom the project was approved for");
  add("identifiers", po::value<std::vector<std::string>>()->value_name("IN.csv"),
      "a file that was encoded: no value leaves that is an identifier of its person in it; once "
      "for each encoding");
  add("allow-column", po::value<std::vector<std::string>>()->value_name("COLUMN"),
      "let an approved column leave that the guard refuses, because it is known to be harmless; "
      "recorded in the package");
  AddColumns(options);
  add("charset", po::value<std::string>()->value_name("utf-8|cp932"),
      "how the rows and the identifiers are written (default: utf-8)");
}

}  // namespace

Command AttachCommand() {
  Command command;
  command.name = "attach";
  command.summary = "join a map of project ids to this holder's own ids, or seal rows under them";
  command.operands = "MAP";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    auto add = options->add_options();
    add("refs", po::value<std::vector<std::string>>()->value_name("FILE"),
        "the references file of an encoding; once for each encoding that this holder sent");
    add("without", po::value<std::string>()->value_name("FILE"),
        "leave out those who withdrew since the map was made: the list that withdraw --suppressed "
        "keeps");
    add("output,o", po::value<std::string>()->value_name("FILE"),
        "links: project_id,holder,local_id; or, with --payload, the package");
    AddSealedOptions(options);
    AddPayloadOptions(options);
  };
  command.required = {"refs", "output"};
  command.run = Attach;
  return command;
}

}  // namespace musubi::cli
