#include "cli/withdrawal_receipt.h"

#include "core/utc_time.h"
#include "crypto/sha256.h"

namespace musubi::cli {

using storage::WithdrawalAction;
using storage::WithdrawalReceipt;

namespace {

std::string WhatWasDone(const WithdrawalReceipt& receipt) {
  const std::string where =
      receipt.project.empty() ? "every later release" : "later releases to " + receipt.project;
  const std::string persons = Grouped(receipt.persons) + " persons";
  if (receipt.action == WithdrawalAction::kReinstate) {
    return "a withdrawal of " + persons + " is taken back; what was erased stays erased";
  }
  const std::string erased =
      receipt.project.empty() ? Grouped(receipt.erased) + " records erased, " : "";
  return erased + persons + " left out of " + where;
}

}  // namespace

Json JsonOf(const WithdrawalReceipt& receipt) {
  return {{"withdrawal", ToHex(receipt.id)},
          {"request", crypto::ToHex(receipt.request)},
          {"holder", receipt.holder},
          {"action", NameOf(receipt.action)},
          {"scope", receipt.project.empty() ? "all" : "project"},
          {"project", receipt.project},
          {"erased", receipt.erased},
          {"persons", receipt.persons},
          {"epoch", receipt.epoch},
          {"commit", receipt.commit},
          {"entry", receipt.entry},
          {"time", FormatUtc(receipt.time)},
          {"log_entries", receipt.log_entries},
          {"log_root", crypto::ToHex(receipt.log_root)},
          {"contract", crypto::ToHex(receipt.contract)},
          {"unit", crypto::ToHex(receipt.unit)}};
}

std::string TextOf(const WithdrawalReceipt& receipt) {
  return WhatWasDone(receipt) + "\nwithdrawal " + ToHex(receipt.id) + "\nrequest    " +
         crypto::ToHex(receipt.request) + "\nepoch      " + std::to_string(receipt.epoch) +
         ", change " + std::to_string(receipt.commit) + " of the store, entry " +
         std::to_string(receipt.entry) + " of its log, " + FormatUtc(receipt.time) + "\n";
}

}  // namespace musubi::cli
