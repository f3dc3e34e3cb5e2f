#include "cli/report_command.h"

#include <optional>
#include <string>

#include "cli/open_store.h"
#include "engine/report/report.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::AtomicFile;

constexpr std::string_view kStandardOutput = "-";

// What there is no sense in.
Status CheckOutput(const Invocation& run) {
  const bool to_stdout = run.Has("output") && run.Text("output") == kStandardOutput;
  if (run.console().json()) {
    if (!to_stdout) return {};
    return Error{ErrorCode::kUsage,
                 "standard output is for the page or, with --json, for the document: not both"};
  }
  if (run.Has("output")) return {};
  return Error{ErrorCode::kUsage, "-o names the page to write; --json prints the document instead"};
}

// The page's file, so that one that may not be replaced is refused before the store is read.
Result<std::optional<AtomicFile>> MakeFile(const Invocation& run) {
  if (!run.Has("output") || run.Text("output") == kStandardOutput) {
    return std::optional<AtomicFile>();
  }
  constexpr unsigned kPublicMode = 0644;
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile file,
                          AtomicFile::Create(run.Text("output"), run.overwrite(), kPublicMode));
  return std::optional<AtomicFile>(std::move(file));
}

Result<int> Report(const Invocation& run) {
  MUSUBI_RETURN_IF_ERROR(CheckOutput(run));
  MUSUBI_ASSIGN_OR_RETURN(std::optional<AtomicFile> file, MakeFile(run));
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const std::string document,
                          engine::ReportDocument(&store, run.context()));
  run.console().EndStages();
  if (file) {
    MUSUBI_RETURN_IF_ERROR(file->Write(engine::ReportPage(document)));
    MUSUBI_RETURN_IF_ERROR(file->Commit());
  }
  if (run.console().json()) {
    run.console().Print(Json::parse(document), "");
    return 0;
  }
  if (file) {
    run.console().Print({}, "wrote " + run.Text("output") + ": open it in a browser\n");
    return 0;
  }
  MUSUBI_RETURN_IF_ERROR(
      WriteTextFile(kStandardOutput, engine::ReportPage(document), run.overwrite()));
  return 0;
}

}  // namespace

Command ReportCommand() {
  Command command;
  command.name = "report";
  command.summary = "write a page that shows what a store and its link runs are like";
  command.operands = "STORE";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    options->add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                           "the page, HTML that opens without a network; - is standard output");
  };
  command.run = Report;
  return command;
}

}  // namespace musubi::cli
