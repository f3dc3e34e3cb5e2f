#include "crypto/blake2b.h"

#include <openssl/core_names.h>

#include <utility>

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {
namespace {

EVP_MAC* Blake2bAlgorithm() {
  static EVP_MAC* const kAlgorithm = EVP_MAC_fetch(nullptr, "BLAKE2BMAC", nullptr);
  MUSUBI_CHECK(kAlgorithm != nullptr);
  return kAlgorithm;
}

}  // namespace

struct KeyedBlake2b::State {
  internal::MacContext context;
};

KeyedBlake2b::KeyedBlake2b(std::unique_ptr<State> state) : state_(std::move(state)) {}

KeyedBlake2b::KeyedBlake2b(std::span<const std::uint8_t> key) : state_(std::make_unique<State>()) {
  MUSUBI_CHECK(!key.empty() && key.size() <= kMaxKeyBytes);
  state_->context.reset(EVP_MAC_CTX_new(Blake2bAlgorithm()));
  MUSUBI_CHECK(state_->context != nullptr);
  std::size_t size = Digest().size();
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                               OSSL_PARAM_construct_end()};
  MUSUBI_CHECK(EVP_MAC_init(state_->context.get(), key.data(), key.size(), params) == 1);
}

KeyedBlake2b::~KeyedBlake2b() = default;
KeyedBlake2b::KeyedBlake2b(KeyedBlake2b&&) noexcept = default;
KeyedBlake2b& KeyedBlake2b::operator=(KeyedBlake2b&&) noexcept = default;

KeyedBlake2b KeyedBlake2b::Clone() const {
  MUSUBI_CHECK(state_ != nullptr);
  auto copy = std::make_unique<State>();
  copy->context.reset(EVP_MAC_CTX_dup(state_->context.get()));
  MUSUBI_CHECK(copy->context != nullptr);
  return KeyedBlake2b(std::move(copy));
}

KeyedBlake2b::Digest KeyedBlake2b::operator()(std::span<const std::uint8_t> message,
                                              const Salt& salt) {
  MUSUBI_CHECK(state_ != nullptr);
  EVP_MAC_CTX* const context = state_->context.get();
  const OSSL_PARAM params[] = {internal::OctetParam(OSSL_MAC_PARAM_SALT, salt),
                               OSSL_PARAM_construct_end()};
  Digest digest;
  std::size_t size = 0;
  // Without a key, EVP_MAC_init keeps the one it has.
  MUSUBI_CHECK(EVP_MAC_init(context, nullptr, 0, params) == 1);
  MUSUBI_CHECK(EVP_MAC_update(context, message.data(), message.size()) == 1);
  MUSUBI_CHECK(EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1);
  MUSUBI_CHECK(size == digest.size());
  return digest;
}

}  // namespace musubi::crypto
