// Sources of bytes that a test chooses.
#pragma once

#include <algorithm>
#include <random>

#include "core/exec_context.h"
#include "crypto/linkage_secret.h"
#include "tests/crypto/bytes.h"

namespace musubi::crypto {

// Gives these bytes, from the first, at every call. Requires: no call asks for more.
class FixedRandom : public RandomSource {
 public:
  explicit FixedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}

  Status Fill(std::span<std::uint8_t> out) override {
    MUSUBI_CHECK(out.size() <= bytes_.size());
    std::copy_n(bytes_.begin(), out.size(), out.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

// The same bytes for the same seed.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}

  Status Fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(engine_());
    return {};
  }

 private:
  std::mt19937_64 engine_;
};

class BrokenRandom : public RandomSource {
 public:
  Status Fill(std::span<std::uint8_t> /*out*/) override {
    return Error{ErrorCode::kInternal, "no randomness today"};
  }
};

// The linkage secret of these 32 bytes.
inline LinkageSecret SecretOf(const Bytes& bytes) {
  FixedRandom random(bytes);
  return LinkageSecret::Generate(random).value();
}

}  // namespace musubi::crypto
