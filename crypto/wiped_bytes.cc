#include "crypto/wiped_bytes.h"

#include <openssl/crypto.h>

#include <utility>

namespace musubi::crypto {

WipedBytes::~WipedBytes() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

WipedBytes& WipedBytes::operator=(WipedBytes&& other) noexcept {
  if (this != &other) {
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
    bytes_ = std::move(other.bytes_);
  }
  return *this;
}

}  // namespace musubi::crypto
