#include "crypto/hkdf_long.h"

#include <openssl/core_names.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {
namespace {

constexpr std::size_t kMaxBlocks = 255;

std::size_t DigestBytes(HkdfHash hash) { return hash == HkdfHash::kSha256 ? 32 : 64; }

OSSL_PARAM DigestParam(HkdfHash hash) {
  static char sha512[] = "SHA512";
  if (hash == HkdfHash::kSha256) return internal::Sha256Param();
  return OSSL_PARAM_construct_utf8_string(OSSL_ALG_PARAM_DIGEST, sha512, 0);
}

// An HMAC under `key`, which may be empty.
internal::MacContext KeyedMac(HkdfHash hash, std::span<const std::uint8_t> key) {
  internal::MacContext context(EVP_MAC_CTX_new(internal::HmacAlgorithm()));
  MUSUBI_CHECK(context != nullptr);
  static constexpr std::uint8_t kNothing = 0;
  const OSSL_PARAM params[] = {DigestParam(hash), OSSL_PARAM_construct_end()};
  MUSUBI_CHECK(
      EVP_MAC_init(context.get(), key.empty() ? &kNothing : key.data(), key.size(), params) == 1);
  return context;
}

void Update(EVP_MAC_CTX* context, std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(EVP_MAC_update(context, bytes.data(), bytes.size()) == 1);
}

void Finish(EVP_MAC_CTX* context, SecureBytes* digest) {
  std::size_t size = 0;
  const auto out = digest->mutable_bytes();
  MUSUBI_CHECK(EVP_MAC_final(context, out.data(), &size, out.size()) == 1);
  MUSUBI_CHECK(size == out.size());
}

}  // namespace

std::size_t HkdfMaxBytes(HkdfHash hash) { return kMaxBlocks * DigestBytes(hash); }

struct HkdfLong::State {
  State(HkdfHash hash, std::span<const std::uint8_t> info_bytes)
      : info(info_bytes.begin(), info_bytes.end()), block(DigestBytes(hash)) {}

  // T(i) = HMAC(PRK, T(i-1) || info || i), i from 1.
  void Expand() {
    MUSUBI_CHECK(counter < kMaxBlocks);
    EVP_MAC_CTX* const context = mac.get();
    MUSUBI_CHECK(EVP_MAC_init(context, nullptr, 0, nullptr) == 1);
    if (counter > 0) Update(context, block.bytes());
    Update(context, info);
    const auto number = static_cast<std::uint8_t>(++counter);
    Update(context, {&number, 1});
    Finish(context, &block);
    used = 0;
  }

  internal::MacContext mac;  // under the pseudorandom key
  std::vector<std::uint8_t> info;
  SecureBytes block;        // the latest T(i)
  std::size_t counter = 0;  // i
  std::size_t used = 0;     // bytes of the block handed out
};

HkdfLong::HkdfLong(HkdfHash hash, std::span<const std::uint8_t> secret,
                   std::span<const std::uint8_t> salt, std::span<const std::uint8_t> info)
    : state_(std::make_unique<State>(hash, info)) {
  const internal::MacContext extract = KeyedMac(hash, salt);
  Update(extract.get(), secret);
  SecureBytes key(DigestBytes(hash));
  Finish(extract.get(), &key);
  state_->mac = KeyedMac(hash, key.bytes());
}

HkdfLong::~HkdfLong() = default;
HkdfLong::HkdfLong(HkdfLong&&) noexcept = default;
HkdfLong& HkdfLong::operator=(HkdfLong&&) noexcept = default;

SecureBytes HkdfLong::Next(std::size_t size) {
  MUSUBI_CHECK(state_ != nullptr);
  SecureBytes bytes(size);
  auto out = bytes.mutable_bytes();
  while (!out.empty()) {
    State& state = *state_;
    if (state.counter == 0 || state.used == state.block.bytes().size()) state.Expand();
    const auto rest = state.block.bytes().subspan(state.used);
    const std::size_t count = std::min(rest.size(), out.size());
    std::copy_n(rest.begin(), count, out.begin());
    state.used += count;
    out = out.subspan(count);
  }
  return bytes;
}

}  // namespace musubi::crypto
