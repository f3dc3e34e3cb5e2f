#include "crypto/openssl_handles.h"

#include <openssl/core_names.h>

#include "core/check.h"

namespace musubi::crypto::internal {
namespace {

// An OpenSSL without these algorithms cannot run any of Musubi: nothing could be recovered.
template <typename T>
T* Found(T* algorithm) {
  MUSUBI_CHECK(algorithm != nullptr);
  return algorithm;
}

}  // namespace

const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const kAlgorithm = Found(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return kAlgorithm;
}

const EVP_CIPHER* Aes256GcmAlgorithm() {
  static const EVP_CIPHER* const kAlgorithm =
      Found(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  return kAlgorithm;
}

const EVP_MD* Shake256Algorithm() {
  static const EVP_MD* const kAlgorithm = Found(EVP_MD_fetch(nullptr, "SHAKE256", nullptr));
  return kAlgorithm;
}

EVP_MAC* HmacAlgorithm() {
  static EVP_MAC* const kAlgorithm = Found(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return kAlgorithm;
}

EVP_KDF* HkdfAlgorithm() {
  static EVP_KDF* const kAlgorithm = Found(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  return kAlgorithm;
}

OSSL_PARAM OctetParam(const char* name, std::span<const std::uint8_t> bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                           bytes.size());
}

OSSL_PARAM Sha256Param() {
  static char digest[] = "SHA256";
  return OSSL_PARAM_construct_utf8_string(OSSL_ALG_PARAM_DIGEST, digest, 0);
}

}  // namespace musubi::crypto::internal
