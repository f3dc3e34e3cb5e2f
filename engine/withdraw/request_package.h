// A holder's sealed request, opened; and the receipt, sealed to that holder. Private to
// engine/withdraw.
#pragma once

#include <filesystem>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"
#include "storage/withdrawal.h"
#include "storage/withdrawal_receipt.h"

namespace musubi::engine {

struct OpenedRequest {
  storage::WithdrawalRequest request;
  crypto::Digest256 digest{};  // of its text
  crypto::Certificate sender;  // of request.holder
};

// Errors: kRefused  it is not of a holder that the store trusts, not for `unit`, or not its
// sender's
//                   own
//         and those of storage::PackageReader and storage::ParseWithdrawal
Result<OpenedRequest> OpenRequest(const std::filesystem::path& file, const crypto::Identity& unit,
                                  const storage::LinkStore& store, const ExecContext& context);

// Writes the receipt into `out`, and commits it.
//
// Errors: those of storage::PackageWriter and of `out`
Status SealReceipt(const storage::WithdrawalReceipt& receipt, const crypto::Identity& unit,
                   const crypto::Certificate& recipient, const std::filesystem::path& folder,
                   storage::AtomicFile* out, const ExecContext& context);

}  // namespace musubi::engine
