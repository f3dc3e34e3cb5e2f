// How both sides show the receipt of a withdrawal: counts and digests alone.
#pragma once

#include <string>

#include "cli/console.h"
#include "storage/withdrawal_receipt.h"

namespace musubi::cli {

Json JsonOf(const storage::WithdrawalReceipt& receipt);

// Some lines for people.
std::string TextOf(const storage::WithdrawalReceipt& receipt);

}  // namespace musubi::cli
