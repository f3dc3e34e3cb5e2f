#include "crypto/hmac.h"

#include <utility>

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {

struct Hmac::State {
  internal::MacContext context;
};

Hmac::Hmac(std::unique_ptr<State> state) : state_(std::move(state)) {}

Hmac::Hmac(std::span<const std::uint8_t> key) : state_(std::make_unique<State>()) {
  state_->context.reset(EVP_MAC_CTX_new(internal::HmacAlgorithm()));
  EVP_MAC_CTX* const context = state_->context.get();
  MUSUBI_CHECK(context != nullptr);
  // A null pointer would mean "the key you have", so an empty key needs another.
  static constexpr std::uint8_t kNothing = 0;
  const std::uint8_t* const bytes = key.empty() ? &kNothing : key.data();
  const OSSL_PARAM params[] = {internal::Sha256Param(), OSSL_PARAM_construct_end()};
  MUSUBI_CHECK(EVP_MAC_init(context, bytes, key.size(), params) == 1);
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

Hmac Hmac::Clone() const {
  MUSUBI_CHECK(state_ != nullptr);
  auto copy = std::make_unique<State>();
  copy->context.reset(EVP_MAC_CTX_dup(state_->context.get()));
  MUSUBI_CHECK(copy->context != nullptr);
  return Hmac(std::move(copy));
}

Digest256 Hmac::operator()(std::span<const std::uint8_t> message) {
  MUSUBI_CHECK(state_ != nullptr);
  EVP_MAC_CTX* const context = state_->context.get();
  Digest256 digest;
  std::size_t size = 0;
  // Without a key, EVP_MAC_init goes back to the kept key schedule, in less than half the time of
  // duplicating the context for each message.
  MUSUBI_CHECK(EVP_MAC_init(context, nullptr, 0, nullptr) == 1);
  MUSUBI_CHECK(EVP_MAC_update(context, message.data(), message.size()) == 1);
  MUSUBI_CHECK(EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1);
  MUSUBI_CHECK(size == digest.size());
  return digest;
}

}  // namespace musubi::crypto
