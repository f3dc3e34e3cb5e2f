// AES-256-GCM (NIST SP 800-38D): bytes sealed under one key, each time with a random nonce.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace musubi::crypto {

// Seals and opens under a kept key: the key schedule is computed once.
//
// A sealed message is the nonce, the encrypted bytes and the tag. Nonces are 96 bits from OpenSSL's
// own source of randomness, not from ExecContext: a source that a test replays would give one nonce
// twice, which breaks the seal. So one key may seal at most 2^32 messages (SP 800-38D, section
// 8.3): two nonces are then equal with a chance below 2^-32.
//
// What it holds of the key and of messages lies in ordinary memory and is wiped when it dies.
//
// Threads: one at a time; give each thread its own.
class Aead {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  static constexpr std::size_t kNonceBytes = 12;
  static constexpr std::size_t kTagBytes = 16;
  static constexpr std::size_t kOverheadBytes = kNonceBytes + kTagBytes;

  // Takes a copy of `key`. Requires: kKeyBytes.
  explicit Aead(std::span<const std::uint8_t> key);
  ~Aead();
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;

  // Borrowed until the next call. `associated` is not in the message and must be given again to
  // open it. Ends the program where there are no random bytes.
  //
  // Requires: both have less than 2^31 bytes.
  std::span<const std::uint8_t> Seal(std::span<const std::uint8_t> associated,
                                     std::span<const std::uint8_t> plain);

  // The bytes that were sealed, borrowed until the next call. Nothing where the message was not
  // sealed under this key with `associated`, or has changed since.
  //
  // Requires: as for Seal.
  std::optional<std::span<const std::uint8_t>> Open(std::span<const std::uint8_t> associated,
                                                    std::span<const std::uint8_t> sealed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
