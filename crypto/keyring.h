// The keys of a store's backups, and the file that keeps them apart from both. Holds no record.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "crypto/passphrase.h"
#include "crypto/secure_bytes.h"
#include "crypto/store_key.h"

namespace musubi::crypto {

using BackupId = std::array<std::uint8_t, 16>;  // random

// What a keyring knows of one backup.
struct BackupKey {
  BackupId id{};
  std::int64_t time = 0;  // Unix seconds, when it was made
  std::uint64_t commit = 0;
  std::uint64_t epoch = 0;
  SecureBytes key;  // 32 bytes, of this backup alone
};

// The key of one store, and the keys of its backups in the order in which they were made. A backup
// whose key is taken out can be opened by no one any more. Move-only and unprintable.
//
// Threads: as for std::vector.
class Keyring {
 public:
  static constexpr std::size_t kMaxBackups = 50;

  explicit Keyring(StoreKey store_key);

  // Reads a keyring's file (docs/formats/backup.md). Errors: those of StoreKey::Load
  static Result<Keyring> Load(const std::filesystem::path& file,
                              const PassphraseSource& passphrase);

  // Writes the file, whole or not at all, in the place of the one that it was loaded from: under
  // `passphrase`, which is null for none.
  //
  // Errors: those of StoreKey::Save, but kExists only where `file` is no ordinary file
  Status Save(const std::filesystem::path& file, const Passphrase* passphrase,
              RandomSource& random) const;

  const StoreKey& store_key() const { return store_key_; }
  const std::vector<BackupKey>& backups() const { return backups_; }

  // The key of a backup; null where the keyring has none of this id. Borrowed.
  const BackupKey* Find(const BackupId& id) const;

  // Errors: kRefused  it is full: earlier backups must be forgotten first
  Status HasRoom() const;

  // Requires: HasRoom().
  void Add(BackupKey backup);

  // Takes out those of which `is_forgotten` says so; returns how many they were.
  std::size_t Forget(const std::function<bool(const BackupKey&)>& is_forgotten);

 private:
  StoreKey store_key_;
  std::vector<BackupKey> backups_;
};

}  // namespace musubi::crypto
