// HKDF-SHA-256 (RFC 5869): independent subkeys out of one secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/secure_bytes.h"

namespace musubi::crypto {

// Extract, then expand, to `size` bytes. OpenSSL copies `secret` into ordinary memory for the
// length of the call, and wipes that copy (OPENSSL_clear_free).
//
// Requires: `secret` is not empty; `info` has at most 1024 bytes, OpenSSL's limit;
//           0 < size <= 4096.
// Threads:  safe.
SecureBytes HkdfSha256(std::span<const std::uint8_t> secret, std::span<const std::uint8_t> salt,
                       std::span<const std::uint8_t> info, std::size_t size);

}  // namespace musubi::crypto
