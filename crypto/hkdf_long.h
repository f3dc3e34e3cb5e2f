// HKDF (RFC 5869) with SHA-256 or SHA-512, with info of any length and as much output as it has.
// crypto/hkdf.h is for Musubi's own keys; this one is for key schedules that other programs fixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "crypto/secure_bytes.h"

namespace musubi::crypto {

enum class HkdfHash { kSha256, kSha512 };

// The bytes that HKDF may give at most: 255 digests.
std::size_t HkdfMaxBytes(HkdfHash hash);

// The output keying material, handed out piece by piece in order.
//
// Threads: one at a time.
class HkdfLong {
 public:
  // An empty salt is a salt of zeros (RFC 5869, section 2.2). Copies `info`, keeps no `secret`.
  HkdfLong(HkdfHash hash, std::span<const std::uint8_t> secret, std::span<const std::uint8_t> salt,
           std::span<const std::uint8_t> info);
  ~HkdfLong();
  HkdfLong(HkdfLong&&) noexcept;
  HkdfLong& operator=(HkdfLong&&) noexcept;

  // The next `size` bytes. Requires: 0 < size <= 4096; no more than HkdfMaxBytes in all.
  SecureBytes Next(std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
