#include "cli/audit_command.h"

#include <optional>
#include <string>

#include "cli/audit_text.h"
#include "cli/files.h"
#include "cli/profile.h"
#include "cli/tune_command.h"
#include "engine/audit/audit.h"
#include "engine/verdict/audit_page.h"
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
  add("sample", po::value<std::string>()->value_name("N"),
      "attack so many records, drawn at random: 64 to 20000; 5000 unless given, 2000 with --tune");
  add("seed", po::value<std::string>()->value_name("S")->default_value("1"),
      "draw the sample and the attackers' keys by this number: the same seed gives the same "
      "report");
  add("policy", po::value<std::string>()->value_name("FILE"),
      "limits other than the usual ones, as JSON");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the report, as JSON");
  add("page", po::value<std::string>()->value_name("FILE"),
      "the report as a page to read, print and sign: HTML that opens without a network");
  AddTuneOptions(options);
}

// What the audit is to write. Made before it, so that a file that may not be replaced is refused
// before the work.
class Outputs {
 public:
  static Result<Outputs> Make(const Invocation& run) {
    Outputs outputs;
    MUSUBI_RETURN_IF_ERROR(Add("output", run, &outputs.report_));
    MUSUBI_RETURN_IF_ERROR(Add("page", run, &outputs.page_));
    return outputs;
  }

  Status Write(const AuditReport& report) {
    if (report_) MUSUBI_RETURN_IF_ERROR(report_->Write(AuditReportText(report)));
    if (page_) MUSUBI_RETURN_IF_ERROR(page_->Write(engine::AuditPage(report)));
    if (report_) MUSUBI_RETURN_IF_ERROR(report_->Commit());
    return page_ ? page_->Commit() : Status();
  }

 private:
  static Status Add(const std::string& option, const Invocation& run,
                    std::optional<storage::AtomicFile>* file) {
    constexpr unsigned kPublicMode = 0644;
    if (!run.Has(option)) return {};
    MUSUBI_ASSIGN_OR_RETURN(
        *file, storage::AtomicFile::Create(run.Text(option), run.overwrite(), kPublicMode));
    return {};
  }

  std::optional<storage::AtomicFile> report_;
  std::optional<storage::AtomicFile> page_;
};

Result<int> AuditFile(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const bool tunes, WantsTuning(run));
  if (tunes) return TuneFile(run);
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadFieldContract(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto request, AuditRequestOf(run, engine::AuditRequest().sample));
  const std::string output = run.Has("output") ? run.Text("output") : "";
  const std::string page = run.Has("page") ? run.Text("page") : "";
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({output, page}));
  MUSUBI_RETURN_IF_ERROR(
      CheckDistinct({request.held.input, run.Text("contract"), run.Text("secret"),
                     run.Has("policy") ? run.Text("policy") : "", output, page}));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::LinkageSecret::Load(run.Text("secret")));
  MUSUBI_ASSIGN_OR_RETURN(auto outputs, Outputs::Make(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto report,
                          engine::Audit(request, contract, secret, run.context()));
  run.console().EndStages();
  MUSUBI_RETURN_IF_ERROR(outputs.Write(report));
  Json shown = Json::parse(AuditReportText(report));
  shown["stages"] = run.console().StageSeconds();
  run.console().Print(shown, TextOf(report));
  return report.outcome == Outcome::kPass ? 0 : 1;
}

}  // namespace

Result<engine::AuditRequest> AuditRequestOf(const Invocation& run, std::uint64_t sample) {
  engine::AuditRequest request;
  request.held.input = run.operands()[0];
  request.held.id_column = run.Text("id-column");
  MUSUBI_ASSIGN_OR_RETURN(request.held.charset, CharsetOf(run));
  MUSUBI_ASSIGN_OR_RETURN(request.held.columns, ColumnsOf(run));
  request.sample = sample;
  if (run.Has("sample")) {
    MUSUBI_ASSIGN_OR_RETURN(request.sample, CountOf(run, "sample"));
  }
  MUSUBI_ASSIGN_OR_RETURN(request.seed, CountOf(run, "seed"));
  if (!run.Has("policy")) return request;
  MUSUBI_ASSIGN_OR_RETURN(const auto policy,
                          storage::ReadSmallFile(run.Text("policy"), kMostPolicyBytes));
  MUSUBI_ASSIGN_OR_RETURN(request.policy, engine::AuditPolicy::Parse(policy));
  return request;
}

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
