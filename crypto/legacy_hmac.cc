#include "crypto/legacy_hmac.h"

#include <openssl/core_names.h>

#include <array>
#include <utility>

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {
namespace {

OSSL_PARAM DigestParam(LegacyHash hash) {
  static char md5[] = "MD5";
  static char sha1[] = "SHA1";
  return OSSL_PARAM_construct_utf8_string(OSSL_ALG_PARAM_DIGEST,
                                          hash == LegacyHash::kMd5 ? md5 : sha1, 0);
}

}  // namespace

struct LegacyHmac::State {
  internal::MacContext context;
  std::array<std::uint8_t, 20> digest{};
};

LegacyHmac::LegacyHmac(std::unique_ptr<State> state) : state_(std::move(state)) {}

LegacyHmac::LegacyHmac(LegacyHash hash, std::span<const std::uint8_t> key)
    : state_(std::make_unique<State>()) {
  state_->context.reset(EVP_MAC_CTX_new(internal::HmacAlgorithm()));
  MUSUBI_CHECK(state_->context != nullptr);
  // A null pointer would mean "the key you have", so an empty key needs another.
  static constexpr std::uint8_t kNothing = 0;
  const std::uint8_t* const bytes = key.empty() ? &kNothing : key.data();
  const OSSL_PARAM params[] = {DigestParam(hash), OSSL_PARAM_construct_end()};
  MUSUBI_CHECK(EVP_MAC_init(state_->context.get(), bytes, key.size(), params) == 1);
}

LegacyHmac::~LegacyHmac() = default;
LegacyHmac::LegacyHmac(LegacyHmac&&) noexcept = default;
LegacyHmac& LegacyHmac::operator=(LegacyHmac&&) noexcept = default;

LegacyHmac LegacyHmac::Clone() const {
  MUSUBI_CHECK(state_ != nullptr);
  auto copy = std::make_unique<State>();
  copy->context.reset(EVP_MAC_CTX_dup(state_->context.get()));
  MUSUBI_CHECK(copy->context != nullptr);
  return LegacyHmac(std::move(copy));
}

std::span<const std::uint8_t> LegacyHmac::operator()(std::span<const std::uint8_t> message) {
  MUSUBI_CHECK(state_ != nullptr);
  EVP_MAC_CTX* const context = state_->context.get();
  std::size_t size = 0;
  MUSUBI_CHECK(EVP_MAC_init(context, nullptr, 0, nullptr) == 1);
  MUSUBI_CHECK(EVP_MAC_update(context, message.data(), message.size()) == 1);
  MUSUBI_CHECK(EVP_MAC_final(context, state_->digest.data(), &size, state_->digest.size()) == 1);
  return std::span(state_->digest).first(size);
}

}  // namespace musubi::crypto
