// Owners of OpenSSL's keys, certificates and messages, and its error queue. Private to crypto.
#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto::internal {

using Pkey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, FreeWith<X509_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, FreeWith<CMS_ContentInfo_free>>;

// Leaves OpenSSL's error queue of this thread empty when it dies: no failure of ours is to be found
// by whoever calls OpenSSL next, and none of theirs is taken for ours.
class ErrorQueue {
 public:
  ErrorQueue() { ERR_clear_error(); }
  ~ErrorQueue() { ERR_clear_error(); }
  ErrorQueue(const ErrorQueue&) = delete;
  ErrorQueue& operator=(const ErrorQueue&) = delete;
};

// Reads `bytes`, which must outlive it.
inline BioPtr ReadFrom(std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(bytes.size() <= std::size_t{1} << 30);
  // OpenSSL refuses a null pointer, which an empty span may have.
  const void* const data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  BioPtr bio(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
  MUSUBI_CHECK(bio != nullptr);
  return bio;
}

// What was written to a memory BIO, which goes on owning it.
inline std::span<const std::uint8_t> Written(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  MUSUBI_CHECK(size >= 0);
  return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

// The DER form of an object, by its i2d function; empty where OpenSSL has no memory for it.
template <auto Encode, typename T>
std::vector<std::uint8_t> DerOf(T* object) {
  std::uint8_t* data = nullptr;
  const int size = Encode(object, &data);
  if (size <= 0) return {};
  std::vector<std::uint8_t> der(data, data + size);
  OPENSSL_free(data);
  return der;
}

}  // namespace musubi::crypto::internal
