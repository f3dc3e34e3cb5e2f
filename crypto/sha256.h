// SHA-256 (FIPS 180-4) of public bytes: fingerprints and file digests.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/contract.h"

namespace musubi::crypto {

using Digest256 = std::array<std::uint8_t, 32>;

// Identifies a contract: SHA-256 over its canonical JSON.
using Fingerprint = Digest256;

Digest256 Sha256(std::span<const std::uint8_t> bytes);

Fingerprint FingerprintOf(const Contract& contract);

// Lower-case hexadecimal, 64 digits.
std::string ToHex(const Digest256& digest);

// A digest over bytes that come in pieces.
//
// Threads: one at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void Update(std::span<const std::uint8_t> bytes);

  // The digest of all bytes so far. Call once, last.
  Digest256 Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
