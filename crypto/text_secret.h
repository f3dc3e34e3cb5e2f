// A secret that is a text of people's choosing, as clkhash's is. Holder only: musubi-unit may
// neither include this header nor link its code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/result.h"
#include "crypto/secure_bytes.h"

namespace musubi::crypto {

// The bytes of a text, as they stand in its file. Move-only, wiped and unprintable. Unlike a
// LinkageSecret it may be guessable: its holders chose it.
class TextSecret {
 public:
  static constexpr std::size_t kMaxBytes = 4096;

  // Reads a secret file, refused as LinkageSecret::Load refuses one. All of it is the secret,
  // less one newline (LF or CRLF) at its end, which editors add.
  //
  // Errors: kNoInput   it does not exist
  //         kRefused   it is not a regular file, is another's, group or others may do anything with
  //                    it (the message says chmod 600), or it holds nothing
  //         kBadData   it has more than kMaxBytes, or changed while it was read
  //         kIo        it cannot be read
  static Result<TextSecret> Load(const std::filesystem::path& file);

  // A copy of `text`. Requires: 0 < text.size() <= kMaxBytes.
  static TextSecret Of(std::span<const std::uint8_t> text);

  // Borrowed: valid while this object lives. Do not copy them out.
  std::span<const std::uint8_t> bytes() const { return bytes_.bytes().first(size_); }

 private:
  TextSecret(SecureBytes bytes, std::size_t size);
  SecureBytes bytes_;
  std::size_t size_;
};

}  // namespace musubi::crypto
