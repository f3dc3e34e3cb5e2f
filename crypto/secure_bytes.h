// Bytes that must not leak: locked in memory, left out of core dumps, wiped when they die.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace musubi::crypto {

// A fixed number of secret bytes in OpenSSL's secure heap. Move-only, and without ==, << or hex
// on purpose: a secret is used, never shown or compared.
//
// The secure heap is set up on first use, of up to 1 MiB. When it cannot be set up or is full, the
// program ends rather than keep a secret in ordinary memory. Where the system lets this process
// lock no memory (RLIMIT_MEMLOCK), the heap is kept out of core dumps and wiped but not locked:
// see SecretsAreLocked().
// Threads: as for std::vector.
class SecureBytes {
 public:
  // `size` zero bytes. Requires: 0 < size <= 4096.
  explicit SecureBytes(std::size_t size);
  ~SecureBytes();
  SecureBytes(SecureBytes&& other) noexcept;
  SecureBytes& operator=(SecureBytes&& other) noexcept;
  SecureBytes(const SecureBytes&) = delete;
  SecureBytes& operator=(const SecureBytes&) = delete;

  // Borrowed: valid while this object lives. Do not copy them out.
  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
  std::span<std::uint8_t> mutable_bytes() { return {data_, size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// False where the system lets this process lock no memory, so that a secret may reach the swap
// space: a program may then warn. Sets up the secure heap. Threads: safe.
bool SecretsAreLocked();

}  // namespace musubi::crypto
