#include "crypto/shake256.h"

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {

void Shake256(std::span<const std::uint8_t> message, std::span<std::uint8_t> out) {
  const internal::MdContext context(EVP_MD_CTX_new());
  MUSUBI_CHECK(context != nullptr);
  MUSUBI_CHECK(EVP_DigestInit_ex2(context.get(), internal::Shake256Algorithm(), nullptr) == 1);
  MUSUBI_CHECK(EVP_DigestUpdate(context.get(), message.data(), message.size()) == 1);
  MUSUBI_CHECK(EVP_DigestFinalXOF(context.get(), out.data(), out.size()) == 1);
}

}  // namespace musubi::crypto
