#include "cli/tune_command.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "cli/audit_command.h"
#include "cli/files.h"
#include "cli/profile.h"
#include "engine/tune/frontier_plot.h"
#include "engine/tune/tune.h"
#include "engine/verdict/exposure.h"
#include "storage/atomic_file.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

const Contract& ChosenOf(const engine::TuneReport& report) {
  return report.candidates[*report.chosen].contract;
}

// The chosen contract, for people to read and for all holders to have.
std::string ContractText(const Contract& contract) {
  return Json::parse(contract.canonical_json()).dump(2) + "\n";
}

// A decimal of --least-f1; whether it is one that can be asked for, the tuning looks itself.
Result<double> NumberOf(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0') return number;
  return Error{ErrorCode::kUsage, "--least-f1 takes a number such as 0.98"};
}

Result<engine::Copies> CopiesOf(const std::string& errors) {
  if (errors == "usual") return engine::Copies::kUsual;
  if (errors == "none") return engine::Copies::kClean;
  return Error{ErrorCode::kUsage, "--errors takes usual or none"};
}

std::string Fixed(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", number);
  return text;
}

// The name, and what F1 it has.
std::string QualityText(const std::string& name, const engine::Quality& quality,
                        engine::Copies judged) {
  return Left(name, 26) + Right(Fixed(quality.usual.f1()), 8) +
         Right(Fixed(quality.clean.f1()), 8) + Right(Fixed(quality.of(judged).lower()), 8);
}

std::string LineOf(const engine::TuneReport& report, std::size_t place) {
  const engine::TunedCandidate& tried = report.candidates[place];
  std::string line = QualityText(tried.name, tried.quality, report.judged);
  if (!tried.risk) {
    const std::string& refusal = tried.quality.refusal;
    return line + "         -  not attacked: " +
           (refusal.empty() ? "its F1 is too far below the floor" : refusal) + "\n";
  }
  const std::string attack = tried.risk->test.empty() ? "not known: see verdict"
                                                      : tried.risk->test + ", " + tried.risk->about;
  line += Right(engine::ShareText(tried.risk->upper, "-"), 10) + "  " + Left(attack, 34) +
          Left(NameOf(tried.outcome), 13) + (tried.on_frontier ? "* " : "  ") +
          std::string(report.MarkOf(place));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string TextOf(const engine::TuneReport& report) {
  std::string text = "linked " + Grouped(report.people) + " people of " + Grouped(report.rows) +
                     " (" + Grouped(report.pairs) + " pairs to be found), attacked " +
                     Grouped(report.sample) + ", seed " + std::to_string(report.seed) + "\n\n" +
                     Left("candidate", 26) + Right("F1", 8) + Right("clean", 8) +
                     Right("surely", 8) + Right("risk", 10) + "  " + Left("by", 34) + "verdict\n" +
                     QualityText("clear text", report.clear_text, report.judged) + "\n";
  for (std::size_t i = 0; i < report.candidates.size(); ++i) text += LineOf(report, i);
  const bool usual = report.judged == engine::Copies::kUsual;
  text +=
      "\n\"F1\" is of copies with the usual errors, \"clean\" of copies without any, \"surely\" "
      "the lower bound of 95 % of " +
      std::string(usual ? "the first" : "the second") + ", which must be " +
      Fixed(report.least_f1) +
      ". \"risk\" is the share of people whom the worst attack names, at most, with 95 % "
      "confidence. * no other is better in both.\n\n";
  for (const std::string& advice : report.advice) text += "- " + advice + "\n";
  if (!report.passes) return text + "\nfail\n";
  return text + "pass: contract " + crypto::ToHex(crypto::FingerprintOf(ChosenOf(report))) +
         "\n\nThis was a trial of some records: make a secret for the contract, and audit the file "
         "under both before anything is sent.\n";
}

// An output, made before the work so that a file that may not be replaced is refused before it.
Result<std::optional<storage::AtomicFile>> FileOf(const std::string& option,
                                                  const Invocation& run) {
  constexpr unsigned kPublicMode = 0644;
  if (!run.Has(option)) return std::optional<storage::AtomicFile>();
  MUSUBI_ASSIGN_OR_RETURN(
      auto file, storage::AtomicFile::Create(run.Text(option), run.overwrite(), kPublicMode));
  return std::optional(std::move(file));
}

Result<engine::TuneRequest> RequestOf(const Invocation& run) {
  engine::TuneRequest request;
  MUSUBI_ASSIGN_OR_RETURN(request.audit, AuditRequestOf(run, engine::kTunedSample));
  if (run.Has("least-f1")) {
    MUSUBI_ASSIGN_OR_RETURN(request.least_f1, NumberOf(run.Text("least-f1")));
  }
  if (run.Has("errors")) {
    MUSUBI_ASSIGN_OR_RETURN(request.judged, CopiesOf(run.Text("errors")));
  }
  request.only = run.Texts("candidate");
  return request;
}

}  // namespace

void AddTuneOptions(po::options_description* options) {
  auto add = options->add_options();
  add("tune", po::bool_switch(),
      "search for the contract of the same fields that exposes people least and still links; -o "
      "is then the chosen contract");
  add("least-f1", po::value<std::string>()->value_name("F1"),
      "with --tune: the F1 that links of simulated copies must surely have; 0.98 unless given");
  add("errors", po::value<std::string>()->value_name("usual|none"),
      "with --tune: the errors of the copies whose F1 that is; usual unless given");
  add("candidate", po::value<std::vector<std::string>>()->composing()->value_name("NAME"),
      "with --tune: try this candidate alone; may be given again");
  add("plot", po::value<std::string>()->value_name("FILE"),
      "with --tune: risk against F1 as a picture (SVG)");
}

Result<bool> WantsTuning(const Invocation& run) {
  if (run.Flag("tune")) {
    if (!run.Has("page")) return true;
    return Error{ErrorCode::kUsage, "--page is of an audit: audit the chosen contract"};
  }
  for (const char* option : {"least-f1", "errors", "candidate", "plot"}) {
    if (!run.Has(option)) continue;
    return Error{ErrorCode::kUsage, std::string("--") + option + " goes with --tune"};
  }
  return false;
}

Result<int> TuneFile(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract given, LoadFieldContract(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto request, RequestOf(run));
  const std::string output = run.Has("output") ? run.Text("output") : "";
  const std::string plot = run.Has("plot") ? run.Text("plot") : "";
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({output, plot}));
  MUSUBI_RETURN_IF_ERROR(
      CheckDistinct({request.audit.held.input, run.Text("contract"), run.Text("secret"),
                     run.Has("policy") ? run.Text("policy") : "", output, plot}));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::LinkageSecret::Load(run.Text("secret")));
  MUSUBI_ASSIGN_OR_RETURN(auto contract_file, FileOf("output", run));
  MUSUBI_ASSIGN_OR_RETURN(auto plot_file, FileOf("plot", run));
  MUSUBI_ASSIGN_OR_RETURN(const auto report, engine::Tune(request, given, secret, run.context()));
  run.console().EndStages();
  if (plot_file) {
    MUSUBI_RETURN_IF_ERROR(plot_file->Write(engine::FrontierSvg(report)));
    MUSUBI_RETURN_IF_ERROR(plot_file->Commit());
  }
  if (contract_file && report.passes) {
    MUSUBI_RETURN_IF_ERROR(contract_file->Write(ContractText(ChosenOf(report))));
    MUSUBI_RETURN_IF_ERROR(contract_file->Commit());
  }
  if (contract_file && !report.passes) run.context().Warn("no contract was written: none passes");
  Json shown = Json::parse(engine::TuneJson(report));
  shown["stages"] = run.console().StageSeconds();
  run.console().Print(shown, TextOf(report));
  return report.passes ? 0 : 1;
}

}  // namespace musubi::cli
