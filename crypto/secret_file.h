// Files that hold one secret and that only their owner can read. Private to crypto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/result.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto::internal {

// The `size` bytes of a secret file, straight into locked memory. What is refused, and the errors:
// LinkageSecret::Load.
Result<SecureBytes> ReadSecretFile(const std::filesystem::path& file, std::size_t size);

// Makes a secret file, straight from locked memory. Errors: LinkageSecret::Save.
Status WriteSecretFile(const std::filesystem::path& file, std::span<const std::uint8_t> bytes);

}  // namespace musubi::crypto::internal
