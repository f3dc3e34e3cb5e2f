// HMAC-SHA-1 and HMAC-MD5 (RFC 2104, RFC 2202), only to reproduce clkhash's double hashing bit for
// bit. Nothing else may use them: Musubi's own PRF is crypto/hmac.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace musubi::crypto {

enum class LegacyHash { kMd5, kSha1 };

// A keyed function whose key schedule is computed once. OpenSSL keeps its own copy of the key and
// wipes it when this dies.
//
// Threads: one at a time; give each thread its own Clone().
class LegacyHmac {
 public:
  // `key` may have any length, 0 too.
  LegacyHmac(LegacyHash hash, std::span<const std::uint8_t> key);
  ~LegacyHmac();
  LegacyHmac(LegacyHmac&&) noexcept;
  LegacyHmac& operator=(LegacyHmac&&) noexcept;

  LegacyHmac Clone() const;

  // 16 bytes for MD5, 20 for SHA-1. Borrowed until the next call.
  std::span<const std::uint8_t> operator()(std::span<const std::uint8_t> message);

 private:
  struct State;
  explicit LegacyHmac(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
