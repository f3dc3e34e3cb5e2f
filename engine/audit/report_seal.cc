#include "engine/audit/report_seal.h"

#include <span>
#include <string>

#include "crypto/hmac.h"

namespace musubi::engine {

Digest256 SealOf(AuditReport report, const crypto::LinkageSecret& secret) {
  report.seal = {};
  const std::string text = AuditReportText(report);
  const auto key = secret.Derive(report.contract, "audit", "");
  crypto::Hmac hmac(key.bytes());
  return hmac({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace musubi::engine
