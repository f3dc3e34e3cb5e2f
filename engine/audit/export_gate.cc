#include "engine/audit/export_gate.h"

#include <algorithm>

#include "bloom/keys.h"
#include "crypto/sha256.h"
#include "engine/audit/report_seal.h"

namespace musubi::engine {
namespace {

constexpr const char* kWhatToDo =
    "; docs/audit.md says what to do, and two review bodies can override it: musubi-study override";

Error Refused(const std::string& why) { return {ErrorCode::kRefused, why}; }

// Whether the report is what an audit under this contract and secret wrote.
Status CheckOrigin(const AuditReport& report, const ExportTerms& terms) {
  if (report.contract != crypto::FingerprintOf(terms.contract)) {
    return Error{ErrorCode::kContract,
                 "the audit was made under another contract; audit the file under this one"};
  }
  if (report.key_check != bloom::SpokenKeyCheck(terms.secret, terms.contract)) {
    return Refused(
        "the audit was made under another linkage secret; audit the file under this one");
  }
  if (report.seal != SealOf(report, terms.secret)) {
    return Refused("the report was changed after the audit; audit the file again");
  }
  return {};
}

}  // namespace

Result<Digest256> PassedInput(const AuditReport& report, const ExportTerms& terms) {
  MUSUBI_RETURN_IF_ERROR(CheckOrigin(report, terms));
  auto audited = report.columns;
  auto encoded = terms.columns;
  std::ranges::sort(audited);
  std::ranges::sort(encoded);
  if (audited != encoded) {
    return Refused("the audit read other columns; give encode the same --column, or audit again");
  }
  if (report.outcome != Outcome::kPass) {
    return Refused("the audit did not pass: its outcome is '" +
                   std::string(NameOf(report.outcome)) + "'" + kWhatToDo);
  }
  if (!report.usual_policy) {
    return Refused(std::string("the audit passed under limits looser than the usual ones, which "
                               "lets nothing leave") +
                   kWhatToDo);
  }
  return report.input;
}

}  // namespace musubi::engine
