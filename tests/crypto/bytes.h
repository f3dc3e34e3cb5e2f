// Byte strings for the tests of crypto: out of text, out of hexadecimal, out of a seed.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "core/ids.h"
#include "crypto/sha256.h"

namespace musubi::crypto {

using Bytes = std::vector<std::uint8_t>;

inline Bytes Text(std::string_view text) { return {text.begin(), text.end()}; }

inline Bytes Hex(std::string_view hex) {
  Bytes bytes(hex.size() / 2);
  MUSUBI_CHECK(FromHex(hex, bytes.data(), bytes.size()));
  return bytes;
}

inline std::string ToHex(std::span<const std::uint8_t> bytes) {
  return musubi::ToHex(bytes.data(), bytes.size());
}

// `count` times `byte`.
inline Bytes Repeat(std::size_t count, std::uint8_t byte) { return Bytes(count, byte); }

// first, first+1, ..., last.
inline Bytes Range(std::uint8_t first, std::uint8_t last) {
  Bytes bytes;
  for (int byte = first; byte <= last; ++byte) bytes.push_back(static_cast<std::uint8_t>(byte));
  return bytes;
}

inline Bytes operator+(Bytes left, std::span<const std::uint8_t> right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// `size` bytes that depend on the state of `random` only.
inline Bytes Random(std::mt19937_64* random, std::size_t size) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((*random)());
  return bytes;
}

}  // namespace musubi::crypto
