#include "cli/sealing.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "cli/files.h"
#include "cli/identity.h"
#include "cli/profile.h"
#include "engine/audit/export_gate.h"
#include "storage/atomic_file.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

// What lets an output leave.
struct Leave {
  storage::Clearance clearance;
  std::optional<Digest256> input;
};

Status CheckOptions(const Invocation& run) {
  if (!run.Has("to") || !run.Has("sign")) {
    return Error{ErrorCode::kUsage, "a sealed package takes both --to and --sign"};
  }
  if (run.Has("audit") && run.Has("override")) {
    return Error{ErrorCode::kUsage,
                 "what leaves has passed its audit (--audit) or not (--override)"};
  }
  if (run.Has("trust") != run.Has("override")) {
    return Error{ErrorCode::kUsage,
                 "--override goes with --trust, which names the certificate of each review body "
                 "that signed"};
  }
  return {};
}

Status CheckFiles(const Invocation& run) {
  std::vector<std::filesystem::path> files;
  for (const char* option : {"output", "refs", "rejects", "to", "sign", "cert", "audit"}) {
    if (run.Has(option)) files.emplace_back(run.Text(option));
  }
  for (const std::string& file : run.Texts("override")) files.emplace_back(file);
  return CheckDistinct(files);
}

Result<Leave> ByAudit(const Invocation& run, const Contract& contract,
                      const crypto::LinkageSecret& secret) {
  const std::string& file = run.Text("audit");
  MUSUBI_ASSIGN_OR_RETURN(const std::string text,
                          storage::ReadSmallFile(file, kMaxAuditReportBytes));
  const auto named = [&file](const Error& error) {
    return Error{error.code, file + ": " + error.message};
  };
  const auto report = ParseAuditReport(text);
  if (!report.ok()) return named(report.error());
  MUSUBI_ASSIGN_OR_RETURN(auto columns, ColumnsOf(run));
  const auto input = engine::PassedInput(report.value(), {contract, secret, std::move(columns)});
  if (!input.ok()) return named(input.error());
  return Leave{
      {crypto::Sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}), {}},
      input.value()};
}

Result<Leave> ByOverride(const Invocation& run, const Contract& contract) {
  MUSUBI_ASSIGN_OR_RETURN(const auto bodies, LoadCertificates(run.Texts("trust")));
  std::vector<storage::OverrideFile> files;
  Leave leave;
  for (const std::string& file : run.Texts("override")) {
    MUSUBI_ASSIGN_OR_RETURN(auto text, storage::ReadSmallFile(file, storage::kMaxOverrideBytes));
    leave.clearance.overrides.push_back(text);
    files.push_back({file, std::move(text)});
  }
  MUSUBI_RETURN_IF_ERROR(
      storage::CheckOverrides(files, {crypto::FingerprintOf(contract), run.Text("holder"),
                                      run.context().clock->UnixSeconds(), bodies}));
  return leave;
}

Result<Leave> LeaveOf(const Invocation& run, const Contract& contract,
                      const crypto::LinkageSecret& secret) {
  if (run.Has("audit")) return ByAudit(run, contract, secret);
  if (run.Has("override")) return ByOverride(run, contract);
  return Error{ErrorCode::kRefused,
               "nothing is sealed to a unit before its audit passed: run musubi-holder audit on "
               "this very file, then encode it with --audit REPORT; or, with the signatures of two "
               "review bodies, --override"};
}

}  // namespace

void AddSealing(po::options_description* options) {
  const auto file = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto files = [](const char* name) {
    return po::value<std::vector<std::string>>()->value_name(name);
  };
  auto add = options->add_options();
  add("to", file("CRT"), "seal it to the unit that has this certificate, and sign it");
  add("sign", file("KEY"), "with --to: this holder's private key");
  add("cert", file("CRT"), "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
  add("audit", file("REPORT"), "with --to: the report of an audit that this very file passed");
  add("override", files("FILE"),
      "instead of --audit: what two review bodies signed so that this holder's encodings may leave "
      "although their audit did not pass; once for each body");
  add("trust", files("CRT"), "with --override: the certificate of a review body; once for each");
}

Result<std::optional<Sealing>> SealingOf(const Invocation& run, const Contract& contract,
                                         const crypto::LinkageSecret& secret) {
  constexpr std::array kOptions = {"to", "sign", "cert", "audit", "override", "trust"};
  if (std::ranges::none_of(kOptions, [&run](const char* option) { return run.Has(option); })) {
    return std::optional<Sealing>();
  }
  MUSUBI_RETURN_IF_ERROR(CheckOptions(run));
  MUSUBI_RETURN_IF_ERROR(CheckFiles(run));
  MUSUBI_ASSIGN_OR_RETURN(auto recipient, LoadCertificate(run.Text("to")));
  MUSUBI_RETURN_IF_ERROR(CheckRole(recipient, crypto::Role::kUnit, run.Text("to")));
  MUSUBI_ASSIGN_OR_RETURN(auto leave, LeaveOf(run, contract, secret));
  MUSUBI_ASSIGN_OR_RETURN(auto sender, LoadIdentity(run, "sign", crypto::Role::kHolder));
  if (sender.certificate().name() != run.Text("holder")) {
    return Error{ErrorCode::kRefused, "the certificate is of the holder " +
                                          sender.certificate().name() + ", not of " +
                                          run.Text("holder") + "; each holder signs its own"};
  }
  return std::optional<Sealing>(
      Sealing{std::move(sender), std::move(recipient), std::move(leave.clearance), leave.input});
}

}  // namespace musubi::cli
