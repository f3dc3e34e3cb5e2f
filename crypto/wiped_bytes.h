// Bytes of any number that are wiped when they die: what is too much for the secure heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace musubi::crypto {

// A fixed number of bytes in ordinary memory. Move-only. For keys there is SecureBytes.
//
// Threads: as for std::vector.
class WipedBytes {
 public:
  explicit WipedBytes(std::size_t size) : bytes_(size) {}
  ~WipedBytes();
  WipedBytes(WipedBytes&& other) noexcept = default;
  WipedBytes& operator=(WipedBytes&& other) noexcept;
  WipedBytes(const WipedBytes&) = delete;
  WipedBytes& operator=(const WipedBytes&) = delete;

  // Borrowed: valid while this object lives.
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::span<std::uint8_t> mutable_bytes() { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace musubi::crypto
