// What seals a store's values, its unfinished run and its witness: subkeys of the store's key.
// docs/formats/store.md, "Sealed values". Private to storage/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/aead.h"
#include "crypto/secure_bytes.h"
#include "crypto/sha256.h"
#include "crypto/store_key.h"
#include "storage/family.h"

namespace musubi::storage {

// Tells a store's key from others, and nothing else about it.
using StoreKeyId = std::array<std::uint8_t, 16>;

// Seals and opens the values of one family's rows, each bound to its row's key.
//
// Threads: one at a time; give each thread its own.
class RowSeal {
 public:
  RowSeal(Family family, std::span<const std::uint8_t> key);

  // Both give bytes that are borrowed until the next call.
  std::string_view Seal(std::string_view row_key, std::string_view value);

  // Errors: kIo  the value is not one that was sealed for this row, or has changed since
  Result<std::string_view> Open(std::string_view row_key, std::string_view sealed);

 private:
  std::span<const std::uint8_t> Associated(std::string_view row_key);

  Family family_;
  crypto::Aead aead_;
  std::string associated_;  // the part that all rows of the family share, then a row's key
  std::size_t shared_;      // bytes of that part
};

// Threads: safe.
class StoreSeal {
 public:
  explicit StoreSeal(const crypto::StoreKey& key);

  const StoreKeyId& key_id() const { return key_id_; }

  RowSeal Rows(Family family) const;

  // For the files of an unfinished run.
  crypto::Aead Run() const { return crypto::Aead(run_key_.bytes()); }

  // Proves that whoever wrote `text` into the witness had the store's key.
  crypto::Digest256 WitnessMac(std::string_view text) const;

 private:
  StoreKeyId key_id_{};
  std::vector<crypto::SecureBytes> family_keys_;
  crypto::SecureBytes run_key_;
  crypto::SecureBytes witness_key_;
};

}  // namespace musubi::storage
