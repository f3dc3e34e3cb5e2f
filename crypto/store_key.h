// The key of a linkage unit's store, and its file. Opens all that the store holds; holds no record.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/passphrase.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto {

// 32 secret bytes. Move-only and unprintable.
class StoreKey {
 public:
  static constexpr std::size_t kBytes = 32;

  // Errors: those of `random`
  static Result<StoreKey> Generate(RandomSource& random);

  // The key of these bytes. Requires: kBytes.
  static StoreKey Of(SecureBytes bytes);

  // Reads a key file (docs/formats/keys.md, "The store's key"), refused as LinkageSecret::Load
  // refuses a file that others can read. Asks `passphrase` only where the key has one.
  //
  // Errors: kNoInput, kIo  it cannot be read
  //         kBadData       it is no such file, or is damaged
  //         kRefused       others may read it, or the passphrase does not open it; or as
  //                        `passphrase` says
  static Result<StoreKey> Load(const std::filesystem::path& file,
                               const PassphraseSource& passphrase);

  // Writes a new key file of mode 0600, whole or not at all: sealed under `passphrase`, or plain
  // where it is null.
  //
  // Errors: kExists  `file` exists: a key is never overwritten
  //         kIo      it cannot be written, or its file system cannot keep it from others
  //         and those of `random`
  Status Save(const std::filesystem::path& file, const Passphrase* passphrase,
              RandomSource& random) const;

  // Compares in a time that depends on nothing.
  bool SameAs(const StoreKey& other) const;

  // Borrowed: valid while this key lives. Do not copy them out, but into what is sealed.
  std::span<const std::uint8_t> bytes() const { return bytes_.bytes(); }

  // A subkey of 32 bytes: HKDF-SHA-256 (RFC 5869) without salt and with info =
  // "musubi-store 3" 0x00 label. Labels are permanent: docs/formats/store.md, "Sealed values".
  //
  // Requires: at most 1000 bytes.
  SecureBytes Derive(std::string_view label) const;

 private:
  explicit StoreKey(SecureBytes bytes);
  SecureBytes bytes_;
};

}  // namespace musubi::crypto
