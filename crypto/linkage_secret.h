// The secret that the data holders share, and that the linkage unit must never see.
// musubi-unit may neither include this header nor link its code; tests hold it to that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/secure_bytes.h"
#include "crypto/sha256.h"

namespace musubi::crypto {

// 32 secret bytes. Move-only and unprintable.
class LinkageSecret {
 public:
  static constexpr std::size_t kBytes = 32;
  static constexpr std::size_t kPackedBytes = 80;

  // Errors: those of `random`
  static Result<LinkageSecret> Generate(RandomSource& random);

  // Reads a key file: exactly kBytes raw bytes, a regular file, owned by the caller (or root),
  // with no permission for group or others. `file` itself is never followed as a symbolic link;
  // the folders that lead to it may be links.
  //
  // Errors: kNoInput   it does not exist
  //         kRefused   it is not a regular file, is another's, or group or others may do anything
  //                    with it: the message says chmod 600
  //         kBadData   its length is not kBytes
  //         kIo        it cannot be read
  static Result<LinkageSecret> Load(const std::filesystem::path& file);

  // Writes a new file of mode 0600, whole or not at all, whatever the umask.
  //
  // Errors: kExists  `file` exists: a secret is never overwritten
  //         kIo      it cannot be written, or its file system cannot keep it from others
  Status Save(const std::filesystem::path& file) const;

  // What a package of kind "secret" holds of it (docs/formats/keys.md): kPackedBytes, of which 32
  // are random each time, so that no digest of them tells anything about the secret.
  //
  // Errors: those of `random`
  Result<SecureBytes> Packed(RandomSource& random) const;

  // The secret of a package's content.
  //
  // Errors: kBadData  it is no such content
  static Result<LinkageSecret> Unpacked(std::span<const std::uint8_t> content);

  // A subkey of 32 bytes: HKDF-SHA-256 (RFC 5869) with salt = `contract` and
  // info = "musubi/1" 0x00 purpose 0x00 label. Purposes are permanent: see docs/formats/keys.md.
  //
  // Requires: `purpose` holds no zero byte (or two of them could mean the same); purpose and label
  // together have at most 1000 bytes.
  SecureBytes Derive(const Fingerprint& contract, std::string_view purpose,
                     std::string_view label) const;

 private:
  explicit LinkageSecret(SecureBytes bytes);
  SecureBytes bytes_;
};

}  // namespace musubi::crypto
