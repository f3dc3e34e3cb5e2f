#include "crypto/sha256.h"

#include "core/check.h"
#include "core/ids.h"
#include "crypto/openssl_handles.h"

namespace musubi::crypto {

struct Sha256Stream::State {
  internal::MdContext context{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  EVP_MD_CTX* const context = state_->context.get();
  MUSUBI_CHECK(context != nullptr);
  MUSUBI_CHECK(EVP_DigestInit_ex2(context, internal::Sha256Algorithm(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Update(std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(state_ != nullptr);
  MUSUBI_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

Digest256 Sha256Stream::Finish() {
  MUSUBI_CHECK(state_ != nullptr);
  Digest256 digest;
  MUSUBI_CHECK(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1);
  state_.reset();  // so that a second call is caught
  return digest;
}

Digest256 Sha256(std::span<const std::uint8_t> bytes) {
  Digest256 digest;
  MUSUBI_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr,
                          internal::Sha256Algorithm(), nullptr) == 1);
  return digest;
}

Fingerprint FingerprintOf(const Contract& contract) {
  const std::string& json = contract.canonical_json();
  return Sha256({reinterpret_cast<const std::uint8_t*>(json.data()), json.size()});
}

std::string ToHex(const Digest256& digest) { return musubi::ToHex(digest.data(), digest.size()); }

}  // namespace musubi::crypto
