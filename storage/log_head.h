// What a unit signs of its audit log, for others to keep: docs/formats/log.md, "Heads". Public.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/merkle.h"
#include "crypto/sha256.h"
#include "storage/log_chain.h"

namespace musubi::storage {

// All of a log up to some entry, in a few digests. Whoever keeps one can tell later whether the log
// still begins so.
struct LogHead {
  std::uint64_t entries = 0;  // at least 1
  crypto::Digest256 root{};   // of the Merkle tree over them
  crypto::Digest256 last{};   // the leaf of the last one
  crypto::Digest256 state{};  // of the store after it
  crypto::Fingerprint contract{};
  crypto::Digest256 unit{};  // the fingerprint of the certificate that it is signed by
  std::int64_t time = 0;     // when it was signed, Unix seconds

  crypto::MerkleTree tree() const { return {entries, root}; }
  bool operator==(const LogHead&) const = default;
};

// Refuses a certificate that is not the head's unit's, or was not valid at its time.
//
// Errors: kRefused
Status CheckSigner(const LogHead& head, const crypto::Certificate& unit);

// The file's text.
//
// Requires: head.unit is the unit's certificate; the time has a four-digit year.
// Errors:   kRefused  the certificate is not valid at that time
//           kInternal
Result<std::string> SignedHead(const LogHead& head, const crypto::Identity& unit);

// The head in a file's text, once one of `trusted` has been found to have signed it while it was
// valid. `file` is for the message.
//
// Errors: kBadData  it is no head
//         kRefused  it is signed by none of them, was changed since, or the certificate was not
//                   valid when it says it was signed
Result<LogHead> ReadHead(std::string_view text, const std::string& file,
                         std::span<const crypto::Certificate> trusted);

}  // namespace musubi::storage
