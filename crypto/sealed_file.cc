#include "crypto/sealed_file.h"

#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/check.h"
#include "crypto/aead.h"

namespace musubi::crypto::internal {
namespace {

// docs/formats/keys.md, "Sealed files". As key files: 16 MiB, five times over.
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;
constexpr std::size_t kSaltBytes = 16;

constexpr std::uint8_t kPlain = 0;
constexpr std::uint8_t kSealed = 1;

constexpr std::size_t kMaxFileBytes = 4096;

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Error Bad(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kBadData, file.string() + ": " + what};
}

SecureBytes KeyFrom(const Passphrase& passphrase, std::span<const std::uint8_t> salt) {
  SecureBytes key(Aead::kKeyBytes);
  const auto words = passphrase.bytes();
  constexpr std::uint64_t kMaxMemoryBytes = std::uint64_t{32} << 20;
  MUSUBI_CHECK(EVP_PBE_scrypt(reinterpret_cast<const char*>(words.data()), words.size(),
                              salt.data(), salt.size(), kScryptN, kScryptR, kScryptP,
                              kMaxMemoryBytes, key.mutable_bytes().data(),
                              key.bytes().size()) == 1);
  return key;
}

// Bytes of a file whose secret has `size`.
std::size_t FileBytes(std::string_view title, std::uint8_t form, std::size_t size) {
  const std::size_t head = title.size() + 1;
  return head + size + (form == kSealed ? kSaltBytes + Aead::kOverheadBytes : 0);
}

}  // namespace

Status WriteSealedFile(const std::filesystem::path& file, std::string_view title,
                       std::span<const std::uint8_t> secret, const Passphrase* passphrase,
                       RandomSource* random, Replace replace) {
  const std::uint8_t form = passphrase == nullptr ? kPlain : kSealed;
  const std::size_t size = FileBytes(title, form, secret.size());
  MUSUBI_CHECK(!secret.empty() && size <= kMaxFileBytes);
  SecureBytes content(size);
  const auto bytes = content.mutable_bytes();
  std::ranges::copy(title, bytes.begin());
  bytes[title.size()] = form;
  auto rest = bytes.subspan(title.size() + 1);
  if (passphrase == nullptr) {
    std::ranges::copy(secret, rest.begin());
    return WriteSecretFile(file, content.bytes(), replace);
  }
  MUSUBI_RETURN_IF_ERROR(random->Fill(rest.first(kSaltBytes)));
  const SecureBytes key = KeyFrom(*passphrase, rest.first(kSaltBytes));
  Aead aead(key.bytes());
  std::ranges::copy(aead.Seal(BytesOf(title), secret), rest.subspan(kSaltBytes).begin());
  return WriteSecretFile(file, content.bytes(), replace);
}

Result<SecureBytes> ReadSealedFile(const std::filesystem::path& file, std::string_view title,
                                   const PassphraseSource& passphrase) {
  MUSUBI_ASSIGN_OR_RETURN(const SecureBytes content, ReadSecretFileUpTo(file, kMaxFileBytes));
  const auto bytes = content.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string_view kind = title.substr(0, title.find('\n'));
  if (!text.starts_with(title)) {
    return Bad(file, "is not a file of this kind, which begins with '" + std::string(kind) + "'");
  }
  const std::uint8_t form = text.size() > title.size() ? bytes[title.size()] : 0xFF;
  if (form > kSealed || bytes.size() <= FileBytes(title, form, 0)) {
    return Bad(file, "the key file is damaged; take it from its safe copy");
  }
  const auto rest = bytes.subspan(title.size() + 1);
  SecureBytes secret(bytes.size() - FileBytes(title, form, 0));
  if (form == kPlain) {
    std::ranges::copy(rest, secret.mutable_bytes().begin());
    return secret;
  }
  MUSUBI_ASSIGN_OR_RETURN(const Passphrase words, passphrase());
  const SecureBytes key = KeyFrom(words, rest.first(kSaltBytes));
  Aead aead(key.bytes());
  const auto opened = aead.Open(BytesOf(title), rest.subspan(kSaltBytes));
  if (!opened) {
    return Error{ErrorCode::kRefused, file.string() +
                                          ": the passphrase does not open the key; or the file is "
                                          "damaged"};
  }
  std::ranges::copy(*opened, secret.mutable_bytes().begin());
  return secret;
}

}  // namespace musubi::crypto::internal
