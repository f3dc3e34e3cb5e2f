// Any bytes as an audit's report: refused, or what would be written for what they say.
#include "core/audit_report.h"
#include "core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto report = musubi::ParseAuditReport(text);
  if (report.ok()) MUSUBI_CHECK(musubi::AuditReportText(report.value()) == text);
  return 0;
}
