#include "engine/verdict/audit_page.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "core/html_page.h"
#include "crypto/sha256.h"
#include "engine/verdict/exposure.h"
#include "engine/verdict/verdict.h"

namespace musubi::engine {

// Built from web/audit (web/CMakeLists.txt).
extern const std::string_view kAuditPage;

namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const Exposure& exposure) {
  Json json = {{"attacker", exposure.attacker},
               {"who", exposure.who},
               {"knows", exposure.knows},
               {"not_made", exposure.not_made},
               {"too_weak", exposure.too_weak}};
  if (exposure.worst) json["worst"] = *exposure.worst;
  if (exposure.found) json["found"] = *exposure.found;
  if (exposure.at_most) json["at_most"] = *exposure.at_most;
  if (exposure.plain) json["plain"] = *exposure.plain;
  return json;
}

std::string DigestOf(const AuditReport& report) {
  const std::string text = AuditReportText(report);
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  return crypto::ToHex(crypto::Sha256(std::span(bytes, text.size())));
}

// What web/audit/src/document.ts reads.
std::string DocumentOf(const AuditReport& report, const Verdict& verdict,
                       const std::vector<Exposure>& exposures) {
  Json shown = Json::array();
  for (const Exposure& exposure : exposures) shown.push_back(JsonOf(exposure));
  return Json{{"report", Json::parse(AuditReportText(report))},
              {"report_digest", DigestOf(report)},
              // A browser's numbers are exact up to 2^53 only.
              {"seed", std::to_string(report.seed)},
              {"verdict", verdict.sentence},
              {"next", verdict.next},
              {"exposures", std::move(shown)}}
      .dump();
}

std::string Paragraph(std::string_view text) { return "<p>" + HtmlText(text) + "</p>\n"; }

// For a browser that runs no programs. Of the report's own texts none is in it: AuditPage counts on
// that.
std::string SummaryOf(const AuditReport& report, const Verdict& verdict,
                      const std::vector<Exposure>& exposures) {
  std::string html = Paragraph(verdict.sentence) + Paragraph(verdict.next);
  if (!report.usual_policy) {
    html += Paragraph("The limits of this audit are looser than the usual ones.");
  }
  html +=
      "<table><caption>People whom each attacker may name at most</caption><thead><tr>"
      "<th scope=\"col\" class=\"text\">attacker</th><th scope=\"col\">these encodings, at most"
      "</th><th scope=\"col\">plain filters</th></tr></thead><tbody>\n";
  for (const Exposure& exposure : exposures) {
    html += "<tr><th scope=\"row\" class=\"text\">" + HtmlText(exposure.who) + "</th><td>" +
            ShareText(exposure.at_most, "not known") + "</td><td>" +
            ShareText(exposure.plain, "not measured") + "</td></tr>\n";
  }
  return html + "</tbody></table>\n" + Paragraph("Contract " + crypto::ToHex(report.contract)) +
         Paragraph("File (SHA-256) " + crypto::ToHex(report.input)) +
         Paragraph("Report (SHA-256) " + DigestOf(report));
}

}  // namespace

std::string AuditPage(const AuditReport& report) {
  const Verdict verdict = VerdictOf(report);
  const std::vector<Exposure> exposures = ExposuresOf(report);
  // The summary first: in a text of the report a mark could stand.
  const std::string page =
      FillPage(kAuditPage, "MUSUBI_AUDIT_SUMMARY", SummaryOf(report, verdict, exposures));
  return FillPage(page, "MUSUBI_AUDIT_DOCUMENT",
                  JsonInScript(DocumentOf(report, verdict, exposures)));
}

}  // namespace musubi::engine
