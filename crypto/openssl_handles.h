// Owners of OpenSSL objects, and the algorithms, fetched once. Private to crypto.
#pragma once

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <cstdint>
#include <memory>
#include <span>

namespace musubi::crypto::internal {

// Calls an OpenSSL free function, so that a unique_ptr can own what it frees.
template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using MdContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeWith<EVP_MAC_CTX_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, FreeWith<EVP_KDF_CTX_free>>;

// Borrowed for the life of the process, and never null: OpenSSL's providers are looked up once,
// because a look-up costs more than a digest. Never freed, because OpenSSL cleans up at exit by
// itself, and nothing says whether before or after our own statics.
//
// Threads: safe.
const EVP_MD* Sha256Algorithm();
const EVP_CIPHER* Aes256GcmAlgorithm();
const EVP_MD* Shake256Algorithm();
EVP_MAC* HmacAlgorithm();
EVP_KDF* HkdfAlgorithm();

// A parameter that OpenSSL only reads, though its type does not say so.
OSSL_PARAM OctetParam(const char* name, std::span<const std::uint8_t> bytes);

// The parameter that names SHA-256 as the digest of a MAC or KDF.
OSSL_PARAM Sha256Param();

}  // namespace musubi::crypto::internal
