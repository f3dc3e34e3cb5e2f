#include "crypto/store_key.h"

#include <openssl/crypto.h>

#include <string>
#include <utility>

#include "core/check.h"
#include "crypto/hkdf.h"
#include "crypto/sealed_file.h"

namespace musubi::crypto {
namespace {

constexpr std::string_view kFileTitle = "musubi-store-key 1\n";
constexpr std::string_view kVersion = "musubi-store 3";

}  // namespace

StoreKey::StoreKey(SecureBytes bytes) : bytes_(std::move(bytes)) {
  MUSUBI_CHECK(bytes_.bytes().size() == kBytes);
}

StoreKey StoreKey::Of(SecureBytes bytes) { return StoreKey(std::move(bytes)); }

Result<StoreKey> StoreKey::Generate(RandomSource& random) {
  SecureBytes bytes(kBytes);
  MUSUBI_RETURN_IF_ERROR(random.Fill(bytes.mutable_bytes()));
  return StoreKey(std::move(bytes));
}

Result<StoreKey> StoreKey::Load(const std::filesystem::path& file,
                                const PassphraseSource& passphrase) {
  MUSUBI_ASSIGN_OR_RETURN(SecureBytes bytes,
                          internal::ReadSealedFile(file, kFileTitle, passphrase));
  if (bytes.bytes().size() != kBytes) {
    return Error{ErrorCode::kBadData,
                 file.string() + ": the key file is damaged; take it from its safe copy"};
  }
  return StoreKey(std::move(bytes));
}

Status StoreKey::Save(const std::filesystem::path& file, const Passphrase* passphrase,
                      RandomSource& random) const {
  return internal::WriteSealedFile(file, kFileTitle, bytes_.bytes(), passphrase, &random);
}

bool StoreKey::SameAs(const StoreKey& other) const {
  return CRYPTO_memcmp(bytes().data(), other.bytes().data(), kBytes) == 0;
}

SecureBytes StoreKey::Derive(std::string_view label) const {
  std::string info(kVersion);
  info.append(1, '\0').append(label);
  return HkdfSha256(bytes_.bytes(), {},
                    {reinterpret_cast<const std::uint8_t*>(info.data()), info.size()}, kBytes);
}

}  // namespace musubi::crypto
