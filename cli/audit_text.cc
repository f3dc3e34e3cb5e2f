#include "cli/audit_text.h"

#include <optional>

#include "cli/clearance_text.h"
#include "cli/console.h"
#include "crypto/sha256.h"
#include "engine/verdict/exposure.h"
#include "engine/verdict/verdict.h"

namespace musubi::cli {
namespace {

std::string NumberOr(const std::optional<double>& number) { return number ? Number(*number) : "-"; }

std::string LineOf(const Finding& finding) {
  const std::optional<double> upper =
      finding.rate ? std::optional<double>(finding.rate->upper()) : std::nullopt;
  std::string line = Left(finding.test, 24) + Left(finding.about, 34) +
                     Right(engine::WasMade(finding) ? Number(finding.value) : "-", 10) +
                     Right(NumberOr(upper), 10) + Right(NumberOr(finding.limit), 10) +
                     Right(NumberOr(finding.control), 10) + "  " +
                     std::string(NameOf(finding.outcome));
  if (!finding.note.empty()) line += ": " + finding.note;
  return line + "\n";
}

std::string LineOf(const engine::Exposure& exposure) {
  return Left(exposure.who, 58) + Right(engine::ShareText(exposure.found, "-"), 10) +
         Right(engine::ShareText(exposure.at_most, "not known"), 10) + Right("", 10) +
         Right(engine::ShareText(exposure.plain, "-"), 10) + "\n";
}

}  // namespace

std::string TextOf(const AuditReport& report) {
  std::string text = "attacked " + Grouped(report.sample) + " of " + Grouped(report.rows) +
                     " records under contract " + crypto::ToHex(report.contract).substr(0, 16) +
                     ", seed " + std::to_string(report.seed) + "\n\n" + Left("test", 24) +
                     Left("case", 34) + Right("found", 10) + Right("at most", 10) +
                     Right("limit", 10) + Right("plain", 10) + "  verdict\n";
  for (const Finding& finding : report.findings) text += LineOf(finding);
  text += "\n" + Left("people named rightly by", 58) + Right("found", 10) + Right("at most", 10) +
          Right("", 10) + Right("plain", 10) + "\n";
  for (const engine::Exposure& exposure : engine::ExposuresOf(report)) text += LineOf(exposure);
  const engine::Verdict verdict = engine::VerdictOf(report);
  return text +
         "\nfound    in the records that were attacked; shares are of 1 in the upper table\n"
         "at most  what it may be in truth, with a confidence of 95 %\n"
         "limit    what the policy lets pass; at most is compared with it, where there is one\n"
         "plain    what the same attack finds in plain filters, which are known to be weak; of "
         "dictionary, with the secret\n"
         "told     for information: no verdict is made of it\n"
         "docs/audit.md says what each test shows.\n\n" +
         std::string(NameOf(report.outcome)) + "\n" + verdict.sentence + "\n" + verdict.next + "\n";
}

}  // namespace musubi::cli
