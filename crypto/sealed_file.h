// Files of one secret that a passphrase opens: docs/formats/keys.md, "Sealed files". Private to
// crypto.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/passphrase.h"
#include "crypto/secret_file.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto::internal {

// Makes such a file, of mode 0600: sealed under `passphrase` (scrypt, AES-256-GCM), or plain where
// it is null. `title` is the file's first line, and tells it from files of other kinds.
//
// Requires: the secret has at least 1 byte and the file then at most 4096.
// Errors:   those of LinkageSecret::Save, and of `random`
Status WriteSealedFile(const std::filesystem::path& file, std::string_view title,
                       std::span<const std::uint8_t> secret, const Passphrase* passphrase,
                       RandomSource* random, Replace replace = Replace::kNever);

// The secret of such a file. Asks `passphrase` only where the file is sealed.
//
// Errors: kNoInput, kIo  it cannot be read
//         kBadData       it is no such file, or is damaged
//         kRefused       others may read it, or the passphrase does not open it; or as `passphrase`
//                        says
Result<SecureBytes> ReadSealedFile(const std::filesystem::path& file, std::string_view title,
                                   const PassphraseSource& passphrase);

}  // namespace musubi::crypto::internal
