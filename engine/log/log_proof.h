// Proofs that an entry is in a log, or that a log begins as it did: docs/formats/log.md, "Proofs".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/certificate.h"
#include "storage/log_head.h"

namespace musubi::engine {

inline constexpr const char* kProofFormat = "musubi-log-proof";

struct CheckedProof {
  storage::LogHead head;
  std::uint64_t entry = 0;                  // the number of the entry proved; 0 of a growth
  std::optional<storage::LogHead> earlier;  // of a growth: how the log begins
};

// What a proof proves, once it has been found to. `file` is for the message.
//
// Errors: kBadData  it is no proof, or proves nothing
//         kRefused  a head in it is signed by none of `units`
Result<CheckedProof> CheckProof(std::string_view text, const std::string& file,
                                std::span<const crypto::Certificate> units);

}  // namespace musubi::engine
