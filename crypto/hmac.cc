#include "crypto/hmac.h"

// OpenSSL 3 marks the functions of openssl/sha.h as deprecated in favour of EVP_MAC, which spends
// more time around the two compressions of a short message than in them: 365 ns a call against
// 161 ns (AMD EPYC, OpenSSL 3.0). A record takes some five calls, so this is a fifth of encoding.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/check.h"

namespace musubi::crypto {

namespace {

constexpr std::size_t kBlockBytes = 64;
using Block = std::array<std::uint8_t, kBlockBytes>;

// The hash of one block, `key` with every byte XORed with `pad` (RFC 2104, section 2).
void StartWith(const Block& key, std::uint8_t pad, SHA256_CTX* hash) {
  Block block = key;
  for (std::uint8_t& byte : block) byte ^= pad;
  MUSUBI_CHECK(SHA256_Init(hash) == 1 && SHA256_Update(hash, block.data(), block.size()) == 1);
  OPENSSL_cleanse(block.data(), block.size());
}

}  // namespace

struct Hmac::State {
  State() = default;
  State(const State&) = default;
  State& operator=(const State&) = delete;
  ~State() { OPENSSL_cleanse(this, sizeof *this); }

  SHA256_CTX inner;
  SHA256_CTX outer;
  SHA256_CTX running;
};

Hmac::Hmac(std::unique_ptr<State> state) : state_(std::move(state)) {}

Hmac::Hmac(std::span<const std::uint8_t> key) : state_(std::make_unique<State>()) {
  Block block{};
  if (key.size() > kBlockBytes) {
    MUSUBI_CHECK(::SHA256(key.data(), key.size(), block.data()) != nullptr);
  } else {
    std::ranges::copy(key, block.begin());
  }
  StartWith(block, 0x36, &state_->inner);
  StartWith(block, 0x5C, &state_->outer);
  OPENSSL_cleanse(block.data(), block.size());
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

Hmac Hmac::Clone() const {
  MUSUBI_CHECK(state_ != nullptr);
  return Hmac(std::make_unique<State>(*state_));
}

Digest256 Hmac::operator()(std::span<const std::uint8_t> message) {
  MUSUBI_CHECK(state_ != nullptr);
  SHA256_CTX* const hash = &state_->running;
  Digest256 digest;
  *hash = state_->inner;
  MUSUBI_CHECK(SHA256_Update(hash, message.data(), message.size()) == 1);
  MUSUBI_CHECK(SHA256_Final(digest.data(), hash) == 1);
  *hash = state_->outer;
  MUSUBI_CHECK(SHA256_Update(hash, digest.data(), digest.size()) == 1);
  MUSUBI_CHECK(SHA256_Final(digest.data(), hash) == 1);
  return digest;
}

}  // namespace musubi::crypto
