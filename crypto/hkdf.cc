#include "crypto/hkdf.h"

#include <openssl/core_names.h>

#include "core/check.h"
#include "crypto/openssl_handles.h"
#include "crypto/sha256.h"

namespace musubi::crypto {

SecureBytes HkdfSha256(std::span<const std::uint8_t> secret, std::span<const std::uint8_t> salt,
                       std::span<const std::uint8_t> info, std::size_t size) {
  constexpr std::size_t kMaxInfoBytes = 1024;
  MUSUBI_CHECK(!secret.empty() && info.size() <= kMaxInfoBytes);
  // No salt is a salt of zeros (RFC 5869, section 2.2), which OpenSSL 3.0 must be told.
  static constexpr Digest256 kNoSalt{};
  if (salt.empty()) salt = kNoSalt;
  const internal::KdfContext context(EVP_KDF_CTX_new(internal::HkdfAlgorithm()));
  MUSUBI_CHECK(context != nullptr);
  const OSSL_PARAM params[] = {
      internal::Sha256Param(), internal::OctetParam(OSSL_KDF_PARAM_KEY, secret),
      internal::OctetParam(OSSL_KDF_PARAM_SALT, salt),
      internal::OctetParam(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  SecureBytes key(size);
  MUSUBI_CHECK(EVP_KDF_derive(context.get(), key.mutable_bytes().data(), size, params) == 1);
  return key;
}

}  // namespace musubi::crypto
