// Carries out what holders ask for when persons leave: the unit's flow, with docs/withdrawal.md as
// its rules. Sees references, linkage keys and counts; no identifier.
#pragma once

#include <filesystem>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"
#include "storage/withdrawal_receipt.h"

namespace musubi::engine {

struct WithdrawRequest {
  std::filesystem::path package;           // a holder's sealed request
  std::filesystem::path receipt;           // a sealed package for the same holder
  const crypto::Identity* unit = nullptr;  // borrowed: opens the one, signs the other
  storage::Overwrite overwrite = storage::Overwrite::kRefuse;
};

struct WithdrawOutcome {
  storage::WithdrawalReceipt receipt;
  bool is_new = true;  // false: it was carried out before, and only its receipt was made again
};

// Opens a request, carries it out as an epoch of its own, or finds that it was, and writes the
// receipt. A refusal is logged. Should the receipt fail, the same request gives it once more.
//
// Cost:   passes over all references and members; see LinkStore::CommitWithdrawal.
// Errors: kExists   the receipt's file does
//         kRefused  it is not of a holder whose certificate the store trusts, or not for this unit;
//                   a record is not one of that holder's in the store, which may be because it was
//                   erased before: nothing of the request is then done; another request of this
//                   name was carried out; what it reinstates is another holder's, or no withdrawal,
//                   or was reinstated already
//         kNoInput  there is no such package, project or earlier withdrawal
//         kBadData, kContract, kInterrupted; those of the store
Result<WithdrawOutcome> Withdraw(storage::LinkStore* store, const WithdrawRequest& request,
                                 const ExecContext& context);

}  // namespace musubi::engine
