#include "crypto/text_secret.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "core/check.h"
#include "crypto/secret_file.h"

namespace musubi::crypto {

TextSecret::TextSecret(SecureBytes bytes, std::size_t size)
    : bytes_(std::move(bytes)), size_(size) {}

Result<TextSecret> TextSecret::Load(const std::filesystem::path& file) {
  // Asked only for the size: whether the file may be used is ReadSecretFile's to say, which sees
  // the opened file. A file that is no regular one has no size, and is refused there.
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  const std::uintmax_t expected = error || size == 0 ? 1 : size;
  if (expected > kMaxBytes) {
    return Error{ErrorCode::kBadData, file.string() + ": a secret has at most " +
                                          std::to_string(kMaxBytes) + " bytes, this file has " +
                                          std::to_string(expected) +
                                          "; check that it is the right file"};
  }
  auto bytes = internal::ReadSecretFile(file, static_cast<std::size_t>(expected));
  const bool empty =
      !error && size == 0 && (bytes.ok() || bytes.error().code == ErrorCode::kBadData);
  if (!empty && !bytes.ok()) return bytes.error();
  const std::size_t used = empty ? 0 : internal::TextBytes(bytes.value().bytes());
  if (used == 0) {
    return Error{ErrorCode::kRefused,
                 file.string() + ": the secret is empty; write the text that all holders share"};
  }
  return TextSecret(std::move(bytes).value(), used);
}

TextSecret TextSecret::Of(std::span<const std::uint8_t> text) {
  MUSUBI_CHECK(!text.empty() && text.size() <= kMaxBytes);
  SecureBytes bytes(text.size());
  std::copy(text.begin(), text.end(), bytes.mutable_bytes().begin());
  return {std::move(bytes), text.size()};
}

}  // namespace musubi::crypto
