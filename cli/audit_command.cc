#include "cli/audit_command.h"

#include <cstdio>
#include <string>

#include "cli/files.h"
#include "cli/profile.h"
#include "engine/audit/audit.h"
#include "storage/atomic_file.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kMostPolicyBytes = std::size_t{1} << 16;

void AddOptions(po::options_description* options) {
  auto add = options->add_options();
  add("contract", po::value<std::string>()->value_name("FILE"),
      "the contract that all holders share");
  add("secret", po::value<std::string>()->value_name("FILE"), "the linkage secret (mode 0600)");
  add("id-column", po::value<std::string>()->value_name("COLUMN"),
      "the column with this holder's own, unique id");
  AddCharset("utf-8", options);
  AddColumns(options);
  add("sample", po::value<std::string>()->value_name("N")->default_value("5000"),
      "attack so many records, drawn at random: 64 to 20000");
  add("seed", po::value<std::string>()->value_name("S")->default_value("1"),
      "draw the sample and the attackers' keys by this number: the same seed gives the same "
      "report");
  add("policy", po::value<std::string>()->value_name("FILE"),
      "limits other than the usual ones, as JSON");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the report, as JSON");
}

Result<engine::AuditRequest> RequestOf(const Invocation& run) {
  engine::AuditRequest request;
  request.held.input = run.operands()[0];
  request.held.id_column = run.Text("id-column");
  MUSUBI_ASSIGN_OR_RETURN(request.held.charset, CharsetOf(run));
  MUSUBI_ASSIGN_OR_RETURN(request.held.columns, ColumnsOf(run));
  MUSUBI_ASSIGN_OR_RETURN(request.sample, CountOf(run, "sample"));
  MUSUBI_ASSIGN_OR_RETURN(request.seed, CountOf(run, "seed"));
  if (!run.Has("policy")) return request;
  MUSUBI_ASSIGN_OR_RETURN(const auto policy,
                          storage::ReadSmallFile(run.Text("policy"), kMostPolicyBytes));
  MUSUBI_ASSIGN_OR_RETURN(request.policy, engine::AuditPolicy::Parse(policy));
  return request;
}

std::string Number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

std::string NumberOr(const std::optional<double>& number) { return number ? Number(*number) : "-"; }

std::string LineOf(const Finding& finding) {
  const std::optional<double> upper =
      finding.rate ? std::optional<double>(finding.rate->upper()) : std::nullopt;
  std::string line = Left(finding.test, 24) + Left(finding.about, 34) +
                     Right(Number(finding.value), 10) + Right(NumberOr(upper), 10) +
                     Right(NumberOr(finding.limit), 10) + Right(NumberOr(finding.control), 10) +
                     "  " + std::string(NameOf(finding.outcome));
  if (!finding.note.empty()) line += ": " + finding.note;
  return line + "\n";
}

std::string TextOf(const AuditReport& report) {
  std::string text = "attacked " + Grouped(report.sample) + " of " + Grouped(report.rows) +
                     " records under contract " + crypto::ToHex(report.contract).substr(0, 16) +
                     ", seed " + std::to_string(report.seed) + "\n\n" + Left("test", 24) +
                     Left("of", 34) + Right("found", 10) + Right("at most", 10) +
                     Right("limit", 10) + Right("plain", 10) + "  verdict\n";
  for (const Finding& finding : report.findings) text += LineOf(finding);
  return text +
         "\n\"at most\" is the upper bound of 95 %; \"plain\" is the same attack on plain "
         "filters of these records. docs/audit.md says what each test shows.\n\n" +
         std::string(NameOf(report.outcome)) + "\n";
}

Result<int> AuditFile(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadFieldContract(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto request, RequestOf(run));
  const std::string output = run.Has("output") ? run.Text("output") : "";
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({output}));
  MUSUBI_RETURN_IF_ERROR(
      CheckDistinct({request.held.input, run.Text("contract"), run.Text("secret"),
                     run.Has("policy") ? run.Text("policy") : "", output}));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::LinkageSecret::Load(run.Text("secret")));
  MUSUBI_ASSIGN_OR_RETURN(const auto report,
                          engine::Audit(request, contract, secret, run.context()));
  run.console().EndStages();
  const std::string json = AuditReportText(report);
  if (!output.empty()) MUSUBI_RETURN_IF_ERROR(WriteTextFile(output, json, run.overwrite()));
  Json shown = Json::parse(json);
  shown["stages"] = run.console().StageSeconds();
  run.console().Print(shown, TextOf(report));
  return report.outcome == Outcome::kPass ? 0 : 1;
}

}  // namespace

Command AuditCommand() {
  Command command;
  command.name = "audit";
  command.summary = "attack a file's encodings before they leave, and tell how exposed they are";
  command.operands = "IN.csv";
  command.min_operands = command.max_operands = 1;
  command.options = AddOptions;
  command.required = {"contract", "secret", "id-column"};
  command.run = AuditFile;
  return command;
}

}  // namespace musubi::cli
