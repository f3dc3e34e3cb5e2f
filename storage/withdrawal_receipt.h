// What the unit tells a holder of a withdrawal that it carried out: docs/formats/withdrawal.md,
// "Receipts". Holds counts and digests; no reference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"
#include "storage/withdrawal.h"

namespace musubi::storage {

struct WithdrawalReceipt {
  WithdrawalId id;
  crypto::Digest256 request{};  // of the request's text
  std::string holder;
  WithdrawalAction action = WithdrawalAction::kWithdraw;
  std::string project;        // empty: everything
  std::uint64_t erased = 0;   // records
  std::uint64_t persons = 0;  // whose records were withdrawn, by this or by what it takes back
  std::uint64_t epoch = 0;    // that it made
  std::uint64_t commit = 0;   // the store's change
  std::uint64_t entry = 0;    // of the audit log
  std::int64_t time = 0;      // of the entry, Unix seconds
  // The audit log when the receipt was made: its tree holds the entry.
  std::uint64_t log_entries = 0;
  crypto::Digest256 log_root{};
  crypto::Fingerprint contract{};
  crypto::Digest256 unit{};  // the fingerprint of the certificate that it is signed by

  bool operator==(const WithdrawalReceipt&) const = default;
};

inline constexpr std::size_t kMaxReceiptBytes = std::size_t{64} << 10;

// The file's text: a signed document (storage/signed_json.h).
//
// Requires: receipt.unit is the unit's certificate; the time has a four-digit year.
// Errors:   kInternal
Result<std::string> SignedReceipt(const WithdrawalReceipt& receipt, const crypto::Identity& unit);

// The receipt in such a text, once one of `trusted`, a unit, has been found to have signed it.
// `file` is for the message.
//
// Errors: kBadData  it is no receipt
//         kRefused  it is signed by none of them that is a unit, or was changed since
Result<WithdrawalReceipt> ReadReceipt(std::string_view text, const std::string& file,
                                      std::span<const crypto::Certificate> trusted);

}  // namespace musubi::storage
