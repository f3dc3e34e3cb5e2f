// Sealing and opening. OpenSSL's own functions for whole messages pass them through buffers of some
// KiB into memory that grows by copying, which takes longer than all the rest; so a message is put
// together here, of OpenSSL's key agreement, key wrap and cipher.
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "core/check.h"
#include "crypto/cms.h"
#include "crypto/cms_form.h"
#include "crypto/identity_state.h"
#include "crypto/openssl_objects.h"
#include "crypto/secure_bytes.h"
#include "crypto/wrapped_key.h"

namespace musubi::crypto {
namespace {

using internal::ErrorQueue;
using internal::FreeWith;
using internal::kNonceBytes;
using internal::kTagBytes;
using internal::SealedForm;
using Bytes = std::vector<std::uint8_t>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

// AES-256-GCM, all but its tag. `out` is as long as `in` and may be the same bytes. Null where
// OpenSSL fails.
CipherContext Run(bool encrypts, const SecureBytes& key, std::span<const std::uint8_t> nonce,
                  std::span<const std::uint8_t> in, std::uint8_t* out) {
  MUSUBI_CHECK(nonce.size() == kNonceBytes);
  CipherContext context(EVP_CIPHER_CTX_new());
  int size = 0;
  if (context == nullptr ||
      EVP_CipherInit_ex2(context.get(), internal::Aes256GcmAlgorithm(), key.bytes().data(),
                         nonce.data(), encrypts ? 1 : 0, nullptr) != 1) {
    return nullptr;
  }
  // OpenSSL takes a call without bytes for another one.
  if (!in.empty() &&
      EVP_CipherUpdate(context.get(), out, &size, in.data(), static_cast<int>(in.size())) != 1) {
    return nullptr;
  }
  return context;
}

// The last step: with the tag set before, whether it is right.
bool Finish(EVP_CIPHER_CTX* context) {
  std::uint8_t none = 0;
  int size = 0;
  return EVP_CipherFinal_ex(context, &none, &size) == 1 && size == 0;
}

bool Encrypt(const SecureBytes& key, std::span<const std::uint8_t> nonce,
             std::span<const std::uint8_t> content, std::uint8_t* ciphertext,
             std::array<std::uint8_t, kTagBytes>* tag) {
  const CipherContext context = Run(true, key, nonce, content, ciphertext);
  return context != nullptr && Finish(context.get()) &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag->data()) == 1;
}

// What is at `content` may be looked at only where this is true.
bool Decrypt(const SecureBytes& key, const SealedForm& form, std::uint8_t* content) {
  const CipherContext context = Run(false, key, form.nonce, form.ciphertext, content);
  std::array<std::uint8_t, kTagBytes> tag{};  // OpenSSL's type does not say that it only reads it
  std::ranges::copy(form.tag, tag.begin());
  return context != nullptr &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1 &&
         Finish(context.get());
}

EVP_PKEY* PublicKeyOf(const Certificate& certificate) {
  return X509_get0_pubkey(certificate.state().certificate.get());
}

Error CouldNotSeal() { return {ErrorCode::kInternal, "OpenSSL could not seal"}; }

// The parts of a message of the right form that names `recipient`.
Result<SealedForm> FormFor(std::span<const std::uint8_t> message, const Certificate& recipient) {
  const auto parsed = internal::ParseSealed(message);
  if (const auto* complaint = std::get_if<std::string_view>(&parsed)) {
    return Error{ErrorCode::kBadData, "it " + std::string(*complaint)};
  }
  const SealedForm& form = std::get<SealedForm>(parsed);
  if (!internal::Names(form.issuer_and_serial, recipient)) {
    return Error{ErrorCode::kRefused, "it is sealed to another certificate than yours"};
  }
  return form;
}

// Decrypts to `content`, which is as long as the ciphertext and may be the same bytes; and wipes it
// where the tag is wrong.
Status DecryptTo(std::span<std::uint8_t> content, const SealedForm& form,
                 const Identity& recipient) {
  const auto key = internal::UnwrapKey(form.point, form.wrapped, recipient.key().state().key.get());
  if (key && Decrypt(*key, form, content.data())) return {};
  OPENSSL_cleanse(content.data(), content.size());
  return Error{ErrorCode::kRefused,
               "it does not open with your key: it is sealed to another, or was changed since"};
}

}  // namespace

Result<Bytes> Seal(std::span<const std::uint8_t> content, const Certificate& recipient) {
  MUSUBI_CHECK(content.size() <= kMaxCmsBytes);
  const ErrorQueue queue;
  SecureBytes key(internal::kContentKeyBytes);
  std::array<std::uint8_t, kNonceBytes> nonce{};
  if (RAND_priv_bytes(key.mutable_bytes().data(), internal::kContentKeyBytes) != 1 ||
      RAND_bytes(nonce.data(), kNonceBytes) != 1) {
    return CouldNotSeal();
  }
  const auto wrapped = internal::WrapKey(key, PublicKeyOf(recipient));
  if (!wrapped) return CouldNotSeal();
  const Bytes issuer_and_serial = internal::IssuerAndSerial(recipient);
  std::array<std::uint8_t, kTagBytes> tag{};
  const Bytes head = internal::SealedHead(
      {issuer_and_serial, wrapped->point, wrapped->wrapped, nonce, content, tag});
  Bytes message;
  message.reserve(head.size() + content.size() + internal::SealedTail(tag).size());
  message.insert(message.end(), head.begin(), head.end());
  message.resize(head.size() + content.size());
  if (!Encrypt(key, nonce, content, message.data() + head.size(), &tag)) return CouldNotSeal();
  const Bytes tail = internal::SealedTail(tag);
  message.insert(message.end(), tail.begin(), tail.end());
  return message;
}

Result<WipedBytes> Open(std::span<const std::uint8_t> message, const Identity& recipient) {
  const ErrorQueue queue;
  MUSUBI_ASSIGN_OR_RETURN(const SealedForm form, FormFor(message, recipient.certificate()));
  WipedBytes content(form.ciphertext.size());
  MUSUBI_RETURN_IF_ERROR(DecryptTo(content.mutable_bytes(), form, recipient));
  return content;
}

Result<std::span<const std::uint8_t>> OpenInPlace(std::span<std::uint8_t> message,
                                                  const Identity& recipient) {
  const ErrorQueue queue;
  MUSUBI_ASSIGN_OR_RETURN(const SealedForm form, FormFor(message, recipient.certificate()));
  const std::size_t begin = static_cast<std::size_t>(form.ciphertext.data() - message.data());
  const auto content = message.subspan(begin, form.ciphertext.size());
  MUSUBI_RETURN_IF_ERROR(DecryptTo(content, form, recipient));
  return std::span<const std::uint8_t>(content);
}

}  // namespace musubi::crypto
