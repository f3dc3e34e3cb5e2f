#include "core/html_page.h"
#include "engine/report/report.h"

namespace musubi::engine {

// Built from web/report (web/CMakeLists.txt).
extern const std::string_view kReportPage;

std::string ReportPage(std::string_view document) {
  return FillPage(kReportPage, "MUSUBI_REPORT_DOCUMENT", JsonInScript(document));
}

}  // namespace musubi::engine
