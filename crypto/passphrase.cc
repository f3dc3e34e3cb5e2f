#include "crypto/passphrase.h"

#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/check.h"
#include "crypto/secret_file.h"

namespace musubi::crypto {
namespace {

Status CheckSize(std::size_t size, const std::string& name) {
  if (size == 0) {
    return Error{ErrorCode::kRefused, name + ": the passphrase is empty; give one"};
  }
  if (size > Passphrase::kMaxBytes) {
    return Error{ErrorCode::kRefused, name + ": a passphrase has at most " +
                                          std::to_string(Passphrase::kMaxBytes) +
                                          " bytes; check that it is the right file"};
  }
  return {};
}

}  // namespace

Passphrase::Passphrase(SecureBytes bytes, std::size_t size)
    : bytes_(std::move(bytes)), size_(size) {}

Passphrase Passphrase::Of(std::span<const std::uint8_t> text) {
  MUSUBI_CHECK(!text.empty() && text.size() <= kMaxBytes);
  SecureBytes bytes(text.size());
  std::ranges::copy(text, bytes.mutable_bytes().begin());
  return {std::move(bytes), text.size()};
}

Result<Passphrase> Passphrase::Load(const std::filesystem::path& file) {
  constexpr std::size_t kNewlineBytes = 2;
  MUSUBI_ASSIGN_OR_RETURN(SecureBytes bytes,
                          internal::ReadSecretFileUpTo(file, kMaxBytes + kNewlineBytes));
  const std::size_t size = internal::TextBytes(bytes.bytes());
  MUSUBI_RETURN_IF_ERROR(CheckSize(size, file.string()));
  return Passphrase(std::move(bytes), size);
}

Result<Passphrase> Passphrase::Read(int descriptor, const std::string& name, bool one_line) {
  SecureBytes bytes(kMaxBytes + 3);  // room for a newline, and to see that there is more
  std::size_t size = 0;
  while (size < bytes.bytes().size()) {
    // A terminal's line is read byte by byte, so that what follows it stays unread.
    const std::size_t step = one_line ? 1 : bytes.bytes().size() - size;
    const ssize_t got = ::read(descriptor, bytes.mutable_bytes().data() + size, step);
    if (got < 0 && errno == EINTR && !one_line) continue;
    if (got < 0) {
      return Error{ErrorCode::kIo, name + ": the passphrase cannot be read: " +
                                       std::generic_category().message(errno)};
    }
    size += static_cast<std::size_t>(got);
    if (got == 0 || (one_line && bytes.bytes()[size - 1] == '\n')) break;
  }
  size = internal::TextBytes(bytes.bytes().first(size));
  MUSUBI_RETURN_IF_ERROR(CheckSize(size, name));
  return Passphrase(std::move(bytes), size);
}

bool Passphrase::SameAs(const Passphrase& other) const {
  return size_ == other.size_ &&
         CRYPTO_memcmp(bytes_.bytes().data(), other.bytes_.bytes().data(), size_) == 0;
}

}  // namespace musubi::crypto
