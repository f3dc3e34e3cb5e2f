#include "cli/evaluate_command.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/evaluation_csv.h"
#include "cli/evaluation_text.h"
#include "cli/files.h"
#include "engine/evaluate/evaluate.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::AtomicFile;

// The table of --csv: a file that is begun before the work, so that one that exists is refused at
// once, or standard output, or nothing.
class CsvOutput {
 public:
  static Result<CsvOutput> Open(const Invocation& run) {
    CsvOutput output;
    if (!run.Has("csv")) return output;
    const std::string& file = run.Text("csv");
    output.to_stdout_ = file == "-";
    if (output.to_stdout_ && run.console().json()) {
      return Error{ErrorCode::kUsage, "--csv - and --json both write to standard output"};
    }
    MUSUBI_RETURN_IF_ERROR(CheckDistinct({run.Text("truth"), file}));
    for (const std::string& links : run.operands()) {
      MUSUBI_RETURN_IF_ERROR(CheckDistinct({links, file}));
    }
    if (output.to_stdout_) return output;
    constexpr unsigned kPublicMode = 0644;
    MUSUBI_ASSIGN_OR_RETURN(output.file_, AtomicFile::Create(file, run.overwrite(), kPublicMode));
    return output;
  }

  bool to_stdout() const { return to_stdout_; }

  Status Write(const engine::Evaluation& result) {
    if (to_stdout_) return WriteTextFile("-", CsvOf(result), storage::Overwrite::kRefuse);
    if (!file_) return {};
    MUSUBI_RETURN_IF_ERROR(file_->Write(CsvOf(result)));
    return file_->Commit();
  }

 private:
  bool to_stdout_ = false;
  std::optional<AtomicFile> file_;
};

Result<int> Evaluate(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(CsvOutput csv, CsvOutput::Open(run));
  const std::vector<std::filesystem::path> links(run.operands().begin(), run.operands().end());
  MUSUBI_ASSIGN_OR_RETURN(const auto result,
                          engine::Evaluate(run.Text("truth"), links, run.Texts("by")));
  MUSUBI_RETURN_IF_ERROR(csv.Write(result));
  if (!csv.to_stdout()) run.console().Print(JsonOf(result), TextOf(result));
  return 0;
}

void EvaluateOptions(po::options_description* options) {
  auto add = options->add_options();
  add("truth", po::value<std::string>()->value_name("FILE"),
      "the truth: person_id,holder,local_id and any other columns");
  add("by", po::value<std::vector<std::string>>()->value_name("COLUMN"),
      "measure the records of each value of this column of the truth too; may be given again");
  add("csv", po::value<std::string>()->value_name("FILE"),
      "write every measure as a row of a table; - is stdout, instead of the text");
}

}  // namespace

Command EvaluateCommand() {
  constexpr std::size_t kMaxLinks = 1000;
  return {
      "evaluate",     "measure links against the truth: pairs and clusters, by group where asked",
      "LINKS.csv...", 1,
      kMaxLinks,      EvaluateOptions,
      {"truth"},      Evaluate};
}

}  // namespace musubi::cli
