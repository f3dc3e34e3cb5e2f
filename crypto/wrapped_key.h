// The key of a sealed message as the message holds it: under what a key pair of the message alone
// and the recipient's agree on (RFC 5753). Sees that key. Private to crypto.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "crypto/secure_bytes.h"

namespace musubi::crypto::internal {

inline constexpr std::size_t kContentKeyBytes = 32;  // of AES-256
inline constexpr std::size_t kWrappedKeyBytes = kContentKeyBytes + 8;
inline constexpr std::size_t kPointBytes = 97;  // 0x04, x, y: RFC 5480, section 2.2

struct WrappedKey {
  std::array<std::uint8_t, kPointBytes> point{};  // the public key of the message's own pair
  std::array<std::uint8_t, kWrappedKeyBytes> wrapped{};
};

// Wraps `content_key` for the holder of `recipient`'s private key, with a key pair made for this
// alone. Nothing where OpenSSL fails.
//
// Requires: content_key is of kContentKeyBytes; recipient is on P-384
// Threads:  safe
// Source:   ECDH (NIST SP 800-56A), the key derivation of ANSI X9.63 with SHA-384 over the
//           ECC-CMS-SharedInfo of RFC 5753, AES-256 key wrap (RFC 3394)
std::optional<WrappedKey> WrapKey(const SecureBytes& content_key, EVP_PKEY* recipient);

// The content's key; nothing where it was not wrapped for `own`, or was changed since, or `point`
// is not on the curve.
//
// Requires: own is a private key on P-384
// Threads:  safe
std::optional<SecureBytes> UnwrapKey(std::span<const std::uint8_t> point,
                                     std::span<const std::uint8_t> wrapped, EVP_PKEY* own);

}  // namespace musubi::crypto::internal
