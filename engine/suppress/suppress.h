// The holder asks the unit to leave persons out, or to let them in again, and remembers whom it
// must not send any more. Sees the holder's own ids and references; holder only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"
#include "storage/withdrawal.h"

namespace musubi::engine {

struct SuppressRequest {
  storage::AskedBy by = storage::AskedBy::kPatient;
  // Of a withdrawal:
  std::filesystem::path ids;                // CSV; the holder's ids of those who leave
  std::string id_column;                    // of `ids`
  std::vector<std::filesystem::path> refs;  // references files of encodings that the unit has
  std::string project;                      // empty: everything
  // Of a reinstatement, which has none of these: the withdrawal that it takes back.
  storage::WithdrawalId reinstates;

  // Updated, of a withdrawal of everything or a reinstatement of one; made where there is none.
  // Empty: no such list is kept.
  std::filesystem::path suppressed;
  std::filesystem::path output;                                // the sealed package
  storage::Overwrite overwrite = storage::Overwrite::kRefuse;  // of `output`
  crypto::Fingerprint contract{};
  const crypto::Identity* sender = nullptr;  // borrowed, as is the recipient
  const crypto::Certificate* recipient = nullptr;
};

struct SuppressReceipt {
  storage::WithdrawalId id;
  std::uint64_t persons = 0;     // ids
  std::uint64_t records = 0;     // their references
  std::uint64_t suppressed = 0;  // ids on the list afterwards
};

// Finds every reference that the references files have of each id, and seals the request to the
// unit. The name of the request and the time come from `context`. The list is replaced before the
// package appears, so that nobody is asked to be left out who may yet be sent.
//
// Errors: kNoInput  a file cannot be opened
//         kBadData  one is not such a file; an id is in no references file, or twice; a references
//                   file is of another holder; the list has none of the withdrawal that is taken
//                   back: the message gives file, row and column, never an id
//         kUsage    there are more than storage::kMaxWithdrawn records
//         kRefused  a certificate is not valid now
//         kExists, kIo, kInternal, kInterrupted; no output has appeared
Result<SuppressReceipt> Suppress(const SuppressRequest& request, const ExecContext& context);

}  // namespace musubi::engine
