// SHAKE256 (FIPS 202): as many bytes as are asked for from a message.
#pragma once

#include <cstdint>
#include <span>

namespace musubi::crypto {

// Fills `out` with the first bytes of SHAKE256(message). A secret message stays secret: none of its
// bytes, and none behind `out`, can be told from `out`.
//
// Threads: safe.
void Shake256(std::span<const std::uint8_t> message, std::span<std::uint8_t> out);

}  // namespace musubi::crypto
