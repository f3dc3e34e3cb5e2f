// Whether a file may leave its holder because its audit passed. Sees the linkage secret; holder
// only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/audit_report.h"
#include "core/contract.h"
#include "core/digest.h"
#include "core/result.h"
#include "crypto/linkage_secret.h"

namespace musubi::engine {

// What is about to be encoded.
struct ExportTerms {
  const Contract& contract;
  const crypto::LinkageSecret& secret;
  // Field and the column that holds it, where the contract's column is another; in any order.
  std::vector<std::pair<std::string, std::string>> columns;
};

// The SHA-256 of the file that passed its audit, by a report of this contract, secret and columns:
// the file that is encoded must have it.
//
// Errors:  kContract  the audit was under another contract
//          kRefused   it was under another secret, or the report was changed since; it read other
//                     columns; its limits were looser than the usual ones; it did not pass: the
//                     message says which, and what to do
// Threads: safe.
Result<Digest256> PassedInput(const AuditReport& report, const ExportTerms& terms);

}  // namespace musubi::engine
