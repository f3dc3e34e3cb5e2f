// The mark that tells an audit's report from one that was edited or made up. Sees the linkage
// secret; holder only.
#pragma once

#include "core/audit_report.h"
#include "crypto/linkage_secret.h"

namespace musubi::engine {

// The seal that `report` has, whatever it holds now: HMAC-SHA-256, under the subkey "audit" of the
// secret and the report's contract (docs/formats/keys.md), of its text with a seal of zeros.
// Whoever has the secret can make it: it keeps a report from being bettered in passing, and from
// being taken for one of another secret, not a holder from lying.
//
// Threads: safe.
Digest256 SealOf(AuditReport report, const crypto::LinkageSecret& secret);

}  // namespace musubi::engine
