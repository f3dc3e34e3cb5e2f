#include "cli/withdrawal_commands.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "cli/files.h"
#include "cli/identity.h"
#include "cli/withdrawal_receipt.h"
#include "core/party_name.h"
#include "engine/suppress/suppress.h"
#include "storage/sealed_package.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

Result<storage::AskedBy> AskedByOf(const Invocation& run) {
  const std::string& by = run.Text("by");
  for (const auto who : {storage::AskedBy::kPatient, storage::AskedBy::kProxy}) {
    if (by == NameOf(who)) return who;
  }
  return Error{ErrorCode::kUsage, "--by is patient or proxy: who asked this holder"};
}

// The project of --scope; empty for everything.
Result<std::string> ProjectOf(const Invocation& run) {
  constexpr std::string_view kPrefix = "project:";
  const std::string& scope = run.Text("scope");
  if (scope == "all") return std::string();
  const std::string project = scope.starts_with(kPrefix) ? scope.substr(kPrefix.size()) : "";
  if (IsPartyName(project)) return project;
  return Error{ErrorCode::kUsage, "--scope is all, or project:NAME"};
}

// What is withdrawn, or taken back: never both.
Status ReadWhat(const Invocation& run, engine::SuppressRequest* request) {
  const bool names_ids =
      run.Has("ids") || run.Has("id-column") || run.Has("refs") || run.Has("scope");
  if (run.Has("reinstate")) {
    if (names_ids) {
      return Error{ErrorCode::kUsage,
                   "--reinstate takes a withdrawal back as it was: --ids, --id-column, --refs and "
                   "--scope do not go with it"};
    }
    const auto id = ParseId<storage::WithdrawalId>(run.Text("reinstate"));
    if (!id || id->is_none()) {
      return Error{ErrorCode::kUsage,
                   "--reinstate names a withdrawal: 32 digits, as its receipt has them"};
    }
    request->reinstates = *id;
    return {};
  }
  if (!run.Has("ids") || !run.Has("id-column") || !run.Has("refs") || !run.Has("scope")) {
    return Error{ErrorCode::kUsage,
                 "a withdrawal takes --ids, --id-column, --refs and --scope; or name one to take "
                 "back with --reinstate"};
  }
  request->ids = run.Text("ids");
  request->id_column = run.Text("id-column");
  for (const std::string& file : run.Texts("refs")) request->refs.emplace_back(file);
  MUSUBI_ASSIGN_OR_RETURN(request->project, ProjectOf(run));
  if (request->project.empty() || !run.Has("suppressed")) return {};
  return Error{ErrorCode::kUsage,
               "--suppressed goes with --scope all: who leaves one project is still sent"};
}

Result<engine::SuppressRequest> RequestOf(const Invocation& run) {
  engine::SuppressRequest request;
  MUSUBI_RETURN_IF_ERROR(ReadWhat(run, &request));
  MUSUBI_ASSIGN_OR_RETURN(request.by, AskedByOf(run));
  if (run.Has("suppressed")) request.suppressed = run.Text("suppressed");
  request.output = run.Text("output");
  request.overwrite = run.overwrite();
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({request.output, request.suppressed}));
  std::vector<std::filesystem::path> files = request.refs;
  files.insert(files.end(), {request.ids, request.suppressed, request.output, run.Text("contract"),
                             run.Text("to"), run.Text("sign")});
  if (run.Has("cert")) files.emplace_back(run.Text("cert"));
  MUSUBI_RETURN_IF_ERROR(CheckDistinct(files));
  return request;
}

Result<int> Withdraw(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto request, RequestOf(run));
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  request.contract = crypto::FingerprintOf(contract);
  MUSUBI_ASSIGN_OR_RETURN(const auto recipient, LoadCertificate(run.Text("to")));
  MUSUBI_RETURN_IF_ERROR(CheckRole(recipient, crypto::Role::kUnit, run.Text("to")));
  MUSUBI_ASSIGN_OR_RETURN(const auto sender, LoadIdentity(run, "sign", crypto::Role::kHolder));
  request.sender = &sender;
  request.recipient = &recipient;
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Suppress(request, run.context()));
  run.console().EndStages();
  const std::string output = request.output.string();
  const bool reinstates = run.Has("reinstate");
  Json json = {{"withdrawal", ToHex(receipt.id)},
               {"action", reinstates ? "reinstate" : "withdraw"},
               {"persons", receipt.persons},
               {"records", receipt.records},
               {"output", output}};
  std::string text = reinstates ? "takes a withdrawal back"
                                : "withdraws " + Grouped(receipt.persons) + " persons, " +
                                      Grouped(receipt.records) + " records";
  text += reinstates ? "\nrequest    " + ToHex(receipt.id) + "\n"
                     : "\nwithdrawal " + ToHex(receipt.id) + ", the name to take it back by\n";
  text += output + "  for " + recipient.name() + ", sealed to it\n";
  if (!request.suppressed.empty()) {
    json["suppressed"] = receipt.suppressed;
    text += request.suppressed.string() + "  " + Grouped(receipt.suppressed) +
            " ids, for encode --without: it must not leave this site\n";
  }
  run.console().Print(json, text);
  return 0;
}

// The signed text in a receipt's package.
Result<std::string> OpenReceipt(const Invocation& run,
                                const std::vector<crypto::Certificate>& units) {
  const std::string& file = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(const auto holder, LoadIdentity(run, "key", crypto::Role::kHolder));
  storage::PackageExpectation expectation;
  expectation.kind = storage::PackageKind::kReceipt;
  expectation.sender_role = crypto::Role::kUnit;
  expectation.senders = units;
  expectation.recipient = holder.certificate().fingerprint();
  MUSUBI_ASSIGN_OR_RETURN(auto reader,
                          storage::PackageReader::Open(file, expectation, run.context()));
  std::string text;
  const auto keep = [&](std::span<const std::uint8_t> bytes) -> Status {
    if (text.size() + bytes.size() > storage::kMaxReceiptBytes) {
      return Error{ErrorCode::kBadData, file + ": holds more than a receipt"};
    }
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(reader.Read(holder, keep, run.context()));
  return text;
}

Result<int> Receipt(const Invocation& run) {
  const std::string& file = run.operands()[0];
  const std::string output = run.Has("output") ? run.Text("output") : "";
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({output}));
  MUSUBI_RETURN_IF_ERROR(CheckDistinct({file, output, run.Text("key")}));
  MUSUBI_ASSIGN_OR_RETURN(const auto units, LoadCertificates(run.Texts("trust")));
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, OpenReceipt(run, units));
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, storage::ReadReceipt(text, file, units));
  if (!output.empty()) MUSUBI_RETURN_IF_ERROR(WriteTextFile(output, text, run.overwrite()));
  run.console().Print(JsonOf(receipt), TextOf(receipt));
  return 0;
}

void WithdrawOptions(po::options_description* options) {
  auto add = options->add_options();
  add("ids", po::value<std::string>()->value_name("CSV"), "a file with the ids of those who leave");
  add("id-column", po::value<std::string>()->value_name("COLUMN"), "its column with these ids");
  add("refs", po::value<std::vector<std::string>>()->value_name("FILE"),
      "the references file of an encoding that the unit has; once for each");
  add("scope", po::value<std::string>()->value_name("all|project:NAME"),
      "all: their records are erased, and they are in no later release; or one project alone");
  add("reinstate", po::value<std::string>()->value_name("WITHDRAWAL"),
      "take an earlier withdrawal back, in the place of the four above");
  add("by", po::value<std::string>()->value_name("patient|proxy"), "who asked this holder");
  add("suppressed", po::value<std::string>()->value_name("FILE"),
      "this holder's list of ids not to encode any more, mode 0600; updated, or made");
  add("contract", po::value<std::string>()->value_name("FILE"), "the study's contract");
  add("sign", po::value<std::string>()->value_name("KEY"), "this holder's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
  add("to", po::value<std::string>()->value_name("CRT"), "the unit's certificate");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the sealed request");
}

void ReceiptOptions(po::options_description* options) {
  auto add = options->add_options();
  add("key", po::value<std::string>()->value_name("KEY"), "this holder's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
  add("trust", po::value<std::vector<std::string>>()->value_name("CRT"),
      "the unit's certificate; may be given again for others");
  add("output,o", po::value<std::string>()->value_name("FILE"),
      "keep the signed receipt, which can be shown to anyone");
}

}  // namespace

std::vector<Command> WithdrawalCommands() {
  Command withdraw{"withdraw",
                   "ask the unit to leave persons out, or to let them in again",
                   "",
                   0,
                   0,
                   WithdrawOptions,
                   {"by", "contract", "sign", "to", "output"},
                   Withdraw};
  Command receipt{"receipt",
                  "show and check the unit's receipt of a withdrawal",
                  "PACKAGE",
                  1,
                  1,
                  ReceiptOptions,
                  {"key", "trust"},
                  Receipt};
  return {std::move(withdraw), std::move(receipt)};
}

}  // namespace musubi::cli
