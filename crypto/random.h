// Randomness for secrets, references and keys, from the operating system through OpenSSL.
#pragma once

#include <cstdint>
#include <span>

#include "core/exec_context.h"

namespace musubi::crypto {

// RAND_priv_bytes. Threads: safe.
class SystemRandom : public RandomSource {
 public:
  Status Fill(std::span<std::uint8_t> out) override;
};

}  // namespace musubi::crypto
