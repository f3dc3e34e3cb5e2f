// Keyed BLAKE2b-512 with a salt (RFC 7693; Aumasson et al., BLAKE2, 2013): a MAC in one pass.
// For encodings that must equal clkhash's; Musubi's own use HMAC-SHA-256.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace musubi::crypto {

// A keyed function with a salt a message, no personalisation and a digest of 64 bytes. One OpenSSL
// context, with its own copy of the key, serves all messages; OpenSSL wipes it when this dies.
//
// Threads: one at a time; give each thread its own Clone().
class KeyedBlake2b {
 public:
  static constexpr std::size_t kMaxKeyBytes = 64;
  using Digest = std::array<std::uint8_t, 64>;
  using Salt = std::array<std::uint8_t, 16>;

  // Requires: 0 < key.size() <= kMaxKeyBytes.
  explicit KeyedBlake2b(std::span<const std::uint8_t> key);
  ~KeyedBlake2b();
  KeyedBlake2b(KeyedBlake2b&&) noexcept;
  KeyedBlake2b& operator=(KeyedBlake2b&&) noexcept;

  KeyedBlake2b Clone() const;

  Digest operator()(std::span<const std::uint8_t> message, const Salt& salt);

 private:
  struct State;
  explicit KeyedBlake2b(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
