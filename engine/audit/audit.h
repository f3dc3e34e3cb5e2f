// Attacks a holder's own encodings before they leave it, and says how exposed they are. Sees
// identifiers and the linkage secret; holder only.
#pragma once

#include <cstdint>

#include "core/audit_report.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "crypto/linkage_secret.h"
#include "engine/audit/audit_policy.h"
#include "engine/encode/held_records.h"

namespace musubi::engine {

struct AuditRequest {
  HeldRequest held;
  // Records that the attacks work on, drawn at random; all where there are fewer. The time of most
  // of them grows with its square.
  std::uint64_t sample = 5000;
  std::uint64_t seed = 1;  // of the sample, and of the attackers' keys
  AuditPolicy policy;
};

inline constexpr std::uint64_t kLeastAudited = 64;     // records that attacks need
inline constexpr std::uint64_t kMostAudited = 20'000;  // that a sample may have

// Encodes the records in memory under the secret, as the unit would get them, and under others as
// an attacker would; then makes each attack on them and on plain filters of the same records, whose
// result is its control. Nothing is written, nothing leaves the process, and no value is told. The
// report is sealed under the secret (engine/audit/report_seal.h). The same file, contract, secret
// and request give the same report at any number of threads. Fewer than kLeastAudited records are
// not attacked: the one finding is then that they are too few.
//
// Memory: the file, its encodings, and of a sample of n records some 16 * n * bits bytes.
// Errors: kUsage    a sample below kLeastAudited or above kMostAudited
//         kBadData  no row can be encoded; and those of HeldRecords::Read
//         kInterrupted
Result<AuditReport> Audit(const AuditRequest& request, const Contract& contract,
                          const crypto::LinkageSecret& secret, const ExecContext& context);

// The same of records that are held, as if they were the whole file. `request.held` tells the
// report which columns were renamed, and no more.
//
// Requires: `held` was read under `contract`, or chosen for it (HeldRecords::Chosen).
Result<AuditReport> AuditHeld(HeldRecords held, const AuditRequest& request,
                              const Contract& contract, const crypto::LinkageSecret& secret,
                              const ExecContext& context);

// Whether attacks can be made on a sample of a file of `rows` records.
//
// Errors: kUsage    a sample that Audit would refuse
//         kBadData  fewer than kLeastAudited rows
Status CheckAttackable(const AuditRequest& request, std::uint64_t rows);

}  // namespace musubi::engine
