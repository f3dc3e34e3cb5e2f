// The words that open a private key's file. Sees them and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "core/result.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto {

// 1 to kMaxBytes bytes. Move-only, wiped and unprintable.
class Passphrase {
 public:
  static constexpr std::size_t kMaxBytes = 1024;
  static constexpr std::size_t kMinNewBytes = 12;  // of one that is to protect a new key

  // Reads a file that is private as a secret's must be (LinkageSecret::Load). All of it is the
  // passphrase, less one newline (LF or CRLF) at its end.
  //
  // Errors: kNoInput   it does not exist
  //         kRefused   it is not a regular file, is another's, or group or others may do anything
  //                    with it; or it holds nothing or too much
  //         kIo        it cannot be read
  static Result<Passphrase> Load(const std::filesystem::path& file);

  // Reads an open descriptor to its end, likewise less one newline, or to the first newline where
  // `one_line` (a terminal). Does not close it. `name` is for the message.
  //
  // Errors: kRefused  it holds nothing or too much
  //         kIo       it cannot be read
  static Result<Passphrase> Read(int descriptor, const std::string& name, bool one_line = false);

  // A copy of `text`. Requires: 0 < text.size() <= kMaxBytes.
  static Passphrase Of(std::span<const std::uint8_t> text);

  // Borrowed: valid while this object lives. Do not copy them out.
  std::span<const std::uint8_t> bytes() const { return bytes_.bytes().first(size_); }

  // Compares in a time that depends on the lengths only.
  bool SameAs(const Passphrase& other) const;

 private:
  Passphrase(SecureBytes bytes, std::size_t size);
  SecureBytes bytes_;
  std::size_t size_;
};

// Where a passphrase comes from when a key needs one: a terminal, a file, a descriptor.
using PassphraseSource = std::function<Result<Passphrase>()>;

}  // namespace musubi::crypto
