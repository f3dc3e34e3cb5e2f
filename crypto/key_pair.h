// The private key of a party of a study, and its file. Holds no record and no linkage secret.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.h"
#include "crypto/passphrase.h"

namespace musubi::crypto {

// A key pair on NIST P-384, for signatures (ECDSA) and for what is sealed to its owner (ECDH).
// Move-only and unprintable; OpenSSL keeps the private number in the secure heap and wipes it.
//
// Threads: as for std::vector.
class KeyPair {
 public:
  struct State;  // OpenSSL's; private to crypto

  // A new one, from OpenSSL's own source of randomness.
  //
  // Errors: kInternal  OpenSSL made none
  static Result<KeyPair> Generate();

  // Reads a key file: PEM of PKCS#8, encrypted or not (docs/formats/keys.md), refused as
  // LinkageSecret::Load refuses a file that others can read. Asks `passphrase` only where the key
  // is encrypted.
  //
  // Errors: kNoInput, kIo  it cannot be read
  //         kBadData       it is no such file, or is damaged
  //         kRefused       others may read it, the passphrase does not open it, or the key is not
  //                        on P-384; or as `passphrase` says
  static Result<KeyPair> Load(const std::filesystem::path& file,
                              const PassphraseSource& passphrase);

  // Writes a key file of mode 0600, whole or not at all: encrypted under `passphrase` (scrypt,
  // AES-256), or plainly where it is null. An ordinary file or link of that name is replaced only
  // if `replace`.
  //
  // Errors: kExists  `file` exists: the message names --force
  //         kIo      it cannot be written, or its file system cannot keep it from others
  Status Save(const std::filesystem::path& file, const Passphrase* passphrase, bool replace) const;

  explicit KeyPair(std::unique_ptr<State> state);
  ~KeyPair();
  KeyPair(KeyPair&&) noexcept;
  KeyPair& operator=(KeyPair&&) noexcept;

  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace musubi::crypto
