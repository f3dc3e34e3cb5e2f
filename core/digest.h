// SHA-256 digests as values. `crypto` makes them; who only keeps or compares them needs no more.
#pragma once

#include <array>
#include <cstdint>

namespace musubi {

using Digest256 = std::array<std::uint8_t, 32>;

// Identifies a contract: SHA-256 over its canonical JSON.
using Fingerprint = Digest256;

}  // namespace musubi
