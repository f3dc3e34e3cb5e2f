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

// All bytes of a secret file that has from 1 to `max_bytes`.
//
// Requires: max_bytes <= 4096
// Errors:   those of LinkageSecret::Load; a file of another size is kBadData
Result<SecureBytes> ReadSecretFileUpTo(const std::filesystem::path& file, std::size_t max_bytes);

// How many of the bytes of a secret that is text stand before a newline, LF or CR LF, at the end.
std::size_t TextBytes(std::span<const std::uint8_t> bytes);

// Whether a secret file may take the place of another.
enum class Replace { kNever, kOrdinaryFile };

// Makes a secret file, straight from locked memory. Errors: LinkageSecret::Save. With
// kOrdinaryFile, kExists is left for what is neither an ordinary file nor a link.
Status WriteSecretFile(const std::filesystem::path& file, std::span<const std::uint8_t> bytes,
                       Replace replace = Replace::kNever);

}  // namespace musubi::crypto::internal
