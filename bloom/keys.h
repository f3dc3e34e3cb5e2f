// The subkeys of one contract: every keyed function that encoding uses. Holder only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/contract.h"
#include "crypto/hmac.h"
#include "crypto/linkage_secret.h"

namespace musubi::bloom {

// One PRF for each feature of each filter, for each sample of one and each step of its hardening,
// one for each block and match token, one for the record that noise is drawn for, one for the key
// check.
// No two share a key (docs/formats/keys.md).
//
// Threads: one at a time; give each thread its own Clone().
struct EncodingKeys {
  std::vector<std::vector<crypto::Hmac>> features;  // [filter][feature]
  std::vector<std::vector<crypto::Hmac>> samples;   // likewise, and last that of all samples' order
  std::vector<std::vector<crypto::Hmac>> hardening;  // [filter][step]
  std::vector<crypto::Hmac> tokens;                  // [token]: block rules, then match rules
  crypto::Hmac record;
  crypto::Hmac check;

  EncodingKeys Clone() const;
};

EncodingKeys DeriveEncodingKeys(const crypto::LinkageSecret& secret, const Contract& contract);

// 16 bytes that tell whether two files were made under the same secret and contract, and nothing
// else about the secret: HMAC-SHA-256 under the "key-check" subkey of a fixed text, truncated.
std::array<std::uint8_t, 16> KeyCheckValue(EncodingKeys* keys);

// Its first half, for two people to compare over the telephone: "01ab-23cd-45ef-6789".
std::string SpokenKeyCheck(const crypto::LinkageSecret& secret, const Contract& contract);

}  // namespace musubi::bloom
