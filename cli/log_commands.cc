#include "cli/log_commands.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "cli/clearance_text.h"
#include "cli/identity.h"
#include "cli/open_store.h"
#include "core/utc_time.h"
#include "engine/log/log_files.h"
#include "storage/link_store.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

using engine::VerifiedLog;
using storage::LinkStore;
using storage::LogEntry;
using storage::LogHead;

constexpr std::uint64_t kShown = 50;

// "records 390, persons 12, clinic 390": what an entry counts.
std::string CountsOf(const storage::LogEvent& event) {
  std::string text;
  const auto add = [&text](const std::string& name, std::uint64_t count) {
    text += (text.empty() ? "" : ", ") + name + " " + Grouped(count);
  };
  for (const auto& [name, count] : event.counts) {
    if (count > 0) add(name, count);
  }
  for (const auto& [holder, records] : event.holders) add("of " + holder, records);
  return text;
}

std::string LineOf(const LogEntry& entry) {
  const storage::LogEvent& event = entry.event;
  std::string text = Right(Grouped(entry.number), 8) + "  " +
                     Left(entry.time ? FormatUtc(*entry.time) : "-", 22) +
                     Left(NameOf(event.kind), 9) +
                     Left(event.error.empty() ? "done" : "refused: " + event.error, 20);
  if (!event.project.empty()) text += "project " + event.project + "  ";
  if (!event.reviewer.empty()) text += "by " + event.reviewer + "  ";
  return text + CountsOf(event);
}

// What let the encoding of an import leave its holder. The log has no sentence of anyone's: the
// reason of an override is kept with the data set.
std::string ClearanceOf(const storage::LogEvent& event,
                        const std::vector<storage::DatasetInfo>& datasets) {
  const auto dataset = event.counts.find("dataset");
  if (dataset == event.counts.end()) return "";
  const auto& cleared = datasets.at(dataset->second - 1).cleared;
  return cleared ? ", " + TextOf(*cleared) : "";
}

Result<int> Show(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store.Datasets());
  const std::uint64_t entries = store.log().size();
  std::uint64_t shown = run.console().json() ? entries : std::min(entries, kShown);
  if (run.Has("limit")) {
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t limit, CountOf(run, "limit"));
    shown = std::min(entries, limit);
  }
  Json json = {{"entries", Json::array()},
               {"size", entries},
               {"root", crypto::ToHex(store.log().tree.Root())}};
  std::string text;
  MUSUBI_RETURN_IF_ERROR(
      store.VisitLog([&](std::string_view line, const LogEntry& entry) -> Status {
        if (entry.number + shown <= entries) return {};
        json["entries"].push_back(Json::parse(line));
        text += LineOf(entry) + ClearanceOf(entry.event, datasets) + "\n";
        return {};
      }));
  text += Grouped(entries) + " entries, root " + crypto::ToHex(store.log().tree.Root()) + "\n";
  run.console().Print(json, text);
  return 0;
}

Json JsonOf(const LogHead& head) {
  return {{"entries", head.entries},
          {"root", crypto::ToHex(head.root)},
          {"time", FormatUtc(head.time)},
          {"contract", crypto::ToHex(head.contract)},
          {"unit", crypto::ToHex(head.unit)}};
}

std::string TextOf(const LogHead& head) {
  return Grouped(head.entries) + " entries, root " + crypto::ToHex(head.root) + ", signed at " +
         FormatUtc(head.time) + "\n";
}

Result<int> Sign(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto unit, LoadIdentity(run, "key", crypto::Role::kUnit));
  MUSUBI_ASSIGN_OR_RETURN(const LogHead head, engine::HeadOf(&store, unit, run.context()));
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::SignedHead(head, unit));
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(run.Text("output"), text, run.overwrite()));
  if (run.Text("output") != "-") run.console().Print(JsonOf(head), TextOf(head));
  return 0;
}

Result<int> ExportRegister(const Invocation& run, LinkStore* store, const crypto::Identity& unit) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string text,
                          engine::PublicRegister(store, unit, run.context()));
  const std::string& file = run.Text("output");
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(file, text, run.overwrite()));
  if (file != "-") run.console().Print({{"register", file}}, "wrote the register " + file + "\n");
  return 0;
}

Result<int> Export(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto unit, LoadIdentity(run, "key", crypto::Role::kUnit));
  if (run.Flag("public")) return ExportRegister(run, &store, unit);
  MUSUBI_ASSIGN_OR_RETURN(const LogHead head,
                          engine::ExportLog(&store, run.Text("output"), unit, run.context()));
  run.console().EndStages();
  run.console().Print(JsonOf(head), TextOf(head));
  return 0;
}

Result<int> Prove(const Invocation& run) {
  if (run.Has("entry") == run.Has("since")) {
    return Error{ErrorCode::kUsage, "name either --entry or --since"};
  }
  std::uint64_t entry = 0;
  if (run.Has("entry")) {
    MUSUBI_ASSIGN_OR_RETURN(entry, CountOf(run, "entry"));
  }
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto unit, LoadIdentity(run, "key", crypto::Role::kUnit));
  MUSUBI_ASSIGN_OR_RETURN(
      const std::string proof,
      run.Has("entry") ? engine::ProveEntry(&store, entry, unit, run.context())
                       : engine::ProveGrowth(&store, run.Text("since"), unit, run.context()));
  const std::string& file = run.Text("output");
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(file, proof, run.overwrite()));
  if (file != "-") run.console().Print({{"proof", file}}, "wrote the proof " + file + "\n");
  return 0;
}

std::string_view NameOf(VerifiedLog::Kind kind) {
  switch (kind) {
    case VerifiedLog::Kind::kExport:
      return "log";
    case VerifiedLog::Kind::kHead:
      return "head";
    case VerifiedLog::Kind::kRegister:
      return "register";
    case VerifiedLog::Kind::kEntry:
      return "entry";
    case VerifiedLog::Kind::kGrowth:
      break;
  }
  return "growth";
}

Result<int> Verify(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const auto units, LoadCertificates(run.Texts("cert")));
  for (const auto& unit : units) {
    MUSUBI_RETURN_IF_ERROR(CheckRole(unit, crypto::Role::kUnit, unit.name()));
  }
  std::optional<std::filesystem::path> earlier;
  if (run.Has("head")) earlier = run.Text("head");
  MUSUBI_ASSIGN_OR_RETURN(const VerifiedLog verified,
                          engine::VerifyLog(run.operands()[0], units, earlier, run.context()));
  run.console().EndStages();
  Json json = {{"verified", NameOf(verified.kind)}, {"head", JsonOf(verified.head)}};
  std::string text = "ok        " + std::string(NameOf(verified.kind));
  if (verified.kind == VerifiedLog::Kind::kEntry) {
    json["entry"] = verified.entry;
    text += " " + Grouped(verified.entry) + " of";
  }
  text += ": " + TextOf(verified.head);
  if (verified.kind == VerifiedLog::Kind::kExport) {
    json["refused"] = verified.refused;
    text += "          " + Grouped(verified.refused) + " of them are refusals\n";
  }
  if (verified.from) {
    json["since"] = JsonOf(*verified.from);
    text += "          it begins as when it had " + TextOf(*verified.from);
  }
  run.console().Print(json, text);
  return 0;
}

void AddKey(po::options_description* options) {
  auto add = options->add_options();
  add("key", po::value<std::string>()->value_name("KEY"), "the unit's private key, to sign with");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
}

void ShowOptions(po::options_description* options) {
  options->add_options()("limit", po::value<std::string>()->value_name("N"),
                         "show the last N entries (default: 50; with --json all)");
}

void SignOptions(po::options_description* options) {
  AddKey(options);
  options->add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                         "the signed head, for others to keep; - prints it");
}

void ExportOptions(po::options_description* options) {
  AddKey(options);
  auto add = options->add_options();
  add("public", po::bool_switch(),
      "write one file for the public instead: holders, projects, releases, in counts");
  add("output,o", po::value<std::string>()->value_name("FOLDER"),
      "a new folder of log.jsonl and head.json; with --public a file");
}

void ProveOptions(po::options_description* options) {
  AddKey(options);
  auto add = options->add_options();
  add("entry", po::value<std::string>()->value_name("N"), "that this entry is in the log");
  add("since", po::value<std::string>()->value_name("HEAD"),
      "that the log begins as when this head was signed");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the proof; - prints it");
}

void VerifyOptions(po::options_description* options) {
  auto add = options->add_options();
  add("cert", po::value<std::vector<std::string>>()->value_name("CRT"),
      "the unit's certificate, compared by its fingerprint; once for each that it had");
  add("head", po::value<std::string>()->value_name("HEAD"),
      "a head that was kept: the log must begin as it did then");
}

}  // namespace

std::vector<Command> LogCommands() {
  return {{"log show",
           "show what was done with a store, and what was refused",
           "STORE",
           1,
           1,
           ShowOptions,
           {},
           Show},
          {"log sign",
           "sign where the log stands, for others to keep",
           "STORE",
           1,
           1,
           SignOptions,
           {"key", "output"},
           Sign},
          {"log export",
           "write the log for others to verify, or its register for the public",
           "STORE",
           1,
           1,
           ExportOptions,
           {"key", "output"},
           Export},
          {"log prove",
           "prove that an entry is in the log, or that it only grew",
           "STORE",
           1,
           1,
           ProveOptions,
           {"key", "output"},
           Prove},
          {"log verify",
           "verify an exported log, a head, a register or a proof, without a store",
           "PATH",
           1,
           1,
           VerifyOptions,
           {"cert"},
           Verify}};
}

}  // namespace musubi::cli
