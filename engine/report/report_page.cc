#include "core/check.h"
#include "engine/report/report.h"

namespace musubi::engine {

// Built from web/report (web/CMakeLists.txt).
extern const std::string_view kReportPage;

namespace {

// Where the page has its document.
constexpr std::string_view kPlace = "MUSUBI_REPORT_DOCUMENT";

// JSON that can stand inside a script element: no "<" can end it or open a comment. In JSON it
// occurs in strings alone, where an escape means the same.
std::string InsideScript(std::string_view document) {
  std::string text;
  text.reserve(document.size());
  for (const char c : document) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string ReportPage(std::string_view document) {
  const std::size_t place = kReportPage.find(kPlace);
  MUSUBI_CHECK(place != std::string_view::npos);
  std::string page(kReportPage.substr(0, place));
  page += InsideScript(document);
  page += kReportPage.substr(place + kPlace.size());
  return page;
}

}  // namespace musubi::engine
