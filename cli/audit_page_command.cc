#include "cli/audit_page_command.h"

#include "core/audit_report.h"
#include "engine/verdict/audit_page.h"
#include "engine/verdict/verdict.h"
#include "storage/atomic_file.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

Result<int> WritePage(const Invocation& run) {
  const std::string& file = run.operands()[0];
  const std::string output = run.Text("output");
  if (run.console().json() && output == "-") {
    return Error{ErrorCode::kUsage, "standard output is for the page or for --json: not both"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto text, storage::ReadSmallFile(file, kMaxAuditReportBytes));
  const auto report = ParseAuditReport(text);
  if (!report.ok()) return Error{report.error().code, file + ": " + report.error().message};
  MUSUBI_RETURN_IF_ERROR(WriteTextFile(output, engine::AuditPage(report.value()), run.overwrite()));
  if (output == "-") return 0;
  run.console().Print({{"page", output}, {"outcome", NameOf(report.value().outcome)}},
                      engine::VerdictOf(report.value()).sentence + "\nwrote " + output +
                          ": open it in a browser, and print it there\n");
  return 0;
}

}  // namespace

Command AuditPageCommand() {
  Command command;
  command.name = "audit-page";
  command.summary = "write the report of an audit as a page to read, print and sign";
  command.operands = "REPORT.json";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    options->add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                           "the page, HTML that opens without a network; - is standard output");
  };
  command.required = {"output"};
  command.run = WritePage;
  return command;
}

}  // namespace musubi::cli
