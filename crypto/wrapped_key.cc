#include "crypto/wrapped_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <memory>

#include "core/check.h"
#include "crypto/openssl_objects.h"

namespace musubi::crypto::internal {
namespace {

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

// RFC 5753, section 7.2: SEQUENCE { the algorithm that the agreed key is for, aes256-wrap;
// [2] { OCTET STRING: that key's bits, 256 } }.
constexpr auto kSharedInfo = std::to_array<std::uint8_t>(
    {0x30, 0x15, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
     0x04, 0x01, 0x2d, 0xa2, 0x06, 0x04, 0x04, 0x00, 0x00, 0x01, 0x00});

Pkey PublicKeyAt(std::span<const std::uint8_t> point) {
  char group[] = SN_secp384r1;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                             OctetParam(OSSL_PKEY_PARAM_PUB_KEY, point),
                             OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

// What `own` and the holder of `other`'s private key agree on, as a key of AES-256.
std::optional<SecureBytes> Agreed(EVP_PKEY* own, EVP_PKEY* other) {
  const KeyContext context(EVP_PKEY_CTX_new(own, nullptr));
  const auto set = [&](auto set_parameter, auto value) {
    return set_parameter(context.get(), value) == 1;
  };
  if (context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 ||
      !set(EVP_PKEY_CTX_set_ecdh_kdf_type, EVP_PKEY_ECDH_KDF_X9_63) ||
      !set(EVP_PKEY_CTX_set_ecdh_kdf_md, EVP_sha384()) ||
      !set(EVP_PKEY_CTX_set_ecdh_kdf_outlen, static_cast<int>(kContentKeyBytes))) {
    return std::nullopt;
  }
  auto* const info =
      static_cast<std::uint8_t*>(OPENSSL_memdup(kSharedInfo.data(), kSharedInfo.size()));
  if (info == nullptr || EVP_PKEY_CTX_set0_ecdh_kdf_ukm(
                             context.get(), info, static_cast<int>(kSharedInfo.size())) != 1) {
    OPENSSL_free(info);
    return std::nullopt;
  }
  SecureBytes key(kContentKeyBytes);
  std::size_t size = kContentKeyBytes;
  if (EVP_PKEY_derive_set_peer(context.get(), other) != 1 ||
      EVP_PKEY_derive(context.get(), key.mutable_bytes().data(), &size) != 1 ||
      size != kContentKeyBytes) {
    return std::nullopt;
  }
  return key;
}

// AES-256 key wrap, or its inverse; false where the wrapped key was changed.
bool AesWrap(const SecureBytes& key, bool wraps, std::span<const std::uint8_t> in,
             std::span<std::uint8_t> out) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return false;
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  int size = 0;
  return EVP_CipherInit_ex2(context.get(), EVP_aes_256_wrap(), key.bytes().data(), nullptr,
                            wraps ? 1 : 0, nullptr) == 1 &&
         EVP_CipherUpdate(context.get(), out.data(), &size, in.data(),
                          static_cast<int>(in.size())) == 1 &&
         static_cast<std::size_t>(size) == out.size();
}

}  // namespace

std::optional<WrappedKey> WrapKey(const SecureBytes& content_key, EVP_PKEY* recipient) {
  MUSUBI_CHECK(content_key.bytes().size() == kContentKeyBytes);
  SecretsAreLocked();  // sets up the secure heap, where OpenSSL puts private numbers
  const Pkey own(EVP_EC_gen(SN_secp384r1));
  if (own == nullptr) return std::nullopt;
  WrappedKey result;
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(own.get(), OSSL_PKEY_PARAM_PUB_KEY, result.point.data(),
                                      result.point.size(), &size) != 1 ||
      size != kPointBytes) {
    return std::nullopt;
  }
  const auto agreed = Agreed(own.get(), recipient);
  if (!agreed || !AesWrap(*agreed, true, content_key.bytes(), result.wrapped)) return std::nullopt;
  return result;
}

std::optional<SecureBytes> UnwrapKey(std::span<const std::uint8_t> point,
                                     std::span<const std::uint8_t> wrapped, EVP_PKEY* own) {
  MUSUBI_CHECK(point.size() == kPointBytes && wrapped.size() == kWrappedKeyBytes);
  const Pkey other = PublicKeyAt(point);
  if (other == nullptr) return std::nullopt;
  const auto agreed = Agreed(own, other.get());
  SecureBytes content_key(kContentKeyBytes);
  if (!agreed || !AesWrap(*agreed, false, wrapped, content_key.mutable_bytes())) {
    return std::nullopt;
  }
  return content_key;
}

}  // namespace musubi::crypto::internal
