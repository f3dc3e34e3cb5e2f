#include "crypto/aead.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <limits>

#include "core/check.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {
namespace {

using internal::FreeWith;
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

constexpr std::size_t kMaxBytes = std::numeric_limits<int>::max() - Aead::kOverheadBytes;

// Nonces are drawn many at once: a call for twelve bytes costs more than sealing a short message.
constexpr std::size_t kNoncesDrawn = 64;

int Length(std::span<const std::uint8_t> bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

struct Aead::State {
  Context sealing;
  Context opening;
  std::vector<std::uint8_t> buffer;  // the last message, sealed or opened; never shrinks
  std::array<std::uint8_t, kNoncesDrawn * kNonceBytes> nonces{};
  std::size_t used = kNoncesDrawn * kNonceBytes;  // of nonces

  State() = default;
  ~State() { OPENSSL_cleanse(buffer.data(), buffer.size()); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // At least `size` bytes.
  std::uint8_t* Room(std::size_t size) {
    if (buffer.size() < size) {
      OPENSSL_cleanse(buffer.data(), buffer.size());
      buffer = std::vector<std::uint8_t>(size);
    }
    return buffer.data();
  }
  void TakeNonce(std::uint8_t* out) {
    if (used == nonces.size()) {
      MUSUBI_CHECK(RAND_bytes(nonces.data(), static_cast<int>(nonces.size())) == 1);
      used = 0;
    }
    std::copy_n(nonces.begin() + static_cast<std::ptrdiff_t>(used), kNonceBytes, out);
    used += kNonceBytes;
  }
};

Aead::Aead(std::span<const std::uint8_t> key) : state_(std::make_unique<State>()) {
  MUSUBI_CHECK(key.size() == kKeyBytes);
  const EVP_CIPHER* const cipher = internal::Aes256GcmAlgorithm();
  state_->sealing.reset(EVP_CIPHER_CTX_new());
  state_->opening.reset(EVP_CIPHER_CTX_new());
  MUSUBI_CHECK(
      state_->sealing != nullptr && state_->opening != nullptr &&
      EVP_EncryptInit_ex2(state_->sealing.get(), cipher, key.data(), nullptr, nullptr) == 1 &&
      EVP_DecryptInit_ex2(state_->opening.get(), cipher, key.data(), nullptr, nullptr) == 1);
}

Aead::~Aead() = default;
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;

std::span<const std::uint8_t> Aead::Seal(std::span<const std::uint8_t> associated,
                                         std::span<const std::uint8_t> plain) {
  MUSUBI_CHECK(associated.size() <= kMaxBytes && plain.size() <= kMaxBytes);
  const std::size_t size = plain.size() + kOverheadBytes;
  std::uint8_t* const out = state_->Room(size);
  state_->TakeNonce(out);
  EVP_CIPHER_CTX* const context = state_->sealing.get();
  std::uint8_t* const encrypted = out + kNonceBytes;
  int written = 0;
  int rest = 0;
  MUSUBI_CHECK(
      EVP_EncryptInit_ex2(context, nullptr, nullptr, out, nullptr) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &written, associated.data(), Length(associated)) == 1 &&
      EVP_EncryptUpdate(context, encrypted, &written, plain.data(), Length(plain)) == 1 &&
      EVP_EncryptFinal_ex(context, encrypted + written, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, encrypted + plain.size()) ==
          1);
  return {out, size};
}

std::optional<std::span<const std::uint8_t>> Aead::Open(std::span<const std::uint8_t> associated,
                                                        std::span<const std::uint8_t> sealed) {
  MUSUBI_CHECK(associated.size() <= kMaxBytes);
  if (sealed.size() < kOverheadBytes || sealed.size() > kMaxBytes) return std::nullopt;
  const auto encrypted = sealed.subspan(kNonceBytes, sealed.size() - kOverheadBytes);
  const auto tag = sealed.last<kTagBytes>();
  std::uint8_t* const out = state_->Room(sealed.size());
  EVP_CIPHER_CTX* const context = state_->opening.get();
  int written = 0;
  int rest = 0;
  MUSUBI_CHECK(
      EVP_DecryptInit_ex2(context, nullptr, nullptr, sealed.data(), nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes,
                          const_cast<std::uint8_t*>(tag.data())) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &written, associated.data(), Length(associated)) == 1 &&
      EVP_DecryptUpdate(context, out, &written, encrypted.data(), Length(encrypted)) == 1);
  if (EVP_DecryptFinal_ex(context, out + written, &rest) != 1) return std::nullopt;
  return std::span<const std::uint8_t>(out, encrypted.size());
}

}  // namespace musubi::crypto
