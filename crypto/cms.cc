#include "crypto/cms.h"

#include <string>
#include <utility>

#include "core/check.h"
#include "crypto/cms_form.h"
#include "crypto/identity_state.h"
#include "crypto/openssl_objects.h"

namespace musubi::crypto {
namespace {

using internal::BioPtr;
using internal::CmsPtr;
using internal::ErrorQueue;
using internal::Names;
using Bytes = std::vector<std::uint8_t>;

Error Internal(const std::string& what) { return {ErrorCode::kInternal, "OpenSSL " + what}; }

Error OtherForm() {
  return {ErrorCode::kBadData,
          "its signature is not a SignedData of ECDSA P-384 with SHA-384, or is damaged"};
}

Error NotSigned() {
  return {ErrorCode::kRefused,
          "its signature is not that of the certificate it names, or it was changed since; ask "
          "the sender for it again"};
}

X509* CertificateOf(const Certificate& certificate) {
  return certificate.state().certificate.get();
}

Result<Bytes> Sign(std::span<const std::uint8_t> content, const Identity& signer,
                   unsigned detached) {
  MUSUBI_CHECK(content.size() <= kMaxCmsBytes);
  const ErrorQueue queue;
  constexpr unsigned kPlain = CMS_NOATTR | CMS_NOCERTS | CMS_NOSMIMECAP | CMS_BINARY;
  const BioPtr in = internal::ReadFrom(content);
  const CmsPtr cms(CMS_sign(nullptr, nullptr, nullptr, in.get(), CMS_PARTIAL | kPlain | detached));
  if (cms == nullptr ||
      CMS_add1_signer(cms.get(), CertificateOf(signer.certificate()),
                      signer.key().state().key.get(), EVP_sha384(), kPlain) == nullptr ||
      CMS_final(cms.get(), in.get(), nullptr, kPlain | detached) != 1) {
    return Internal("could not sign");
  }
  Bytes der = internal::DerOf<i2d_CMS_ContentInfo>(cms.get());
  const auto form = internal::ParseSigned(der);
  if (!form || form->is_attached != (detached == 0)) {
    return Internal("signed in another form than it should have");
  }
  return der;
}

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

// Whether OpenSSL finds the signature right. `content` is null where the message holds it.
bool Verify(std::span<const std::uint8_t> message, BIO* content, const Certificate& signer) {
  const auto* der = message.data();
  const CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &der, static_cast<long>(message.size())));
  const Stack signers(sk_X509_new_null());
  if (cms == nullptr || signers == nullptr ||
      sk_X509_push(signers.get(), CertificateOf(signer)) == 0) {
    return false;
  }
  // Pinned: neither a certificate in the message nor a chain is looked at.
  constexpr unsigned kFlags = CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN | CMS_BINARY;
  return CMS_verify(cms.get(), signers.get(), nullptr, content, nullptr, kFlags) == 1;
}

}  // namespace

Result<Bytes> SignAttached(std::span<const std::uint8_t> content, const Identity& signer) {
  return Sign(content, signer, 0);
}

Result<Bytes> SignDetached(std::span<const std::uint8_t> content, const Identity& signer) {
  return Sign(content, signer, CMS_DETACHED);
}

bool NamesSigner(std::span<const std::uint8_t> message, const Certificate& signer) {
  const ErrorQueue queue;
  const auto form = internal::ParseSigned(message);
  return form && Names(form->issuer_and_serial, signer);
}

Result<Bytes> VerifyAttached(std::span<const std::uint8_t> message, const Certificate& signer) {
  const ErrorQueue queue;
  const auto form = internal::ParseSigned(message);
  if (!form || !form->is_attached) return OtherForm();
  if (!Names(form->issuer_and_serial, signer) || !Verify(message, nullptr, signer)) {
    return NotSigned();
  }
  return Bytes(form->content.begin(), form->content.end());
}

Status VerifyDetached(std::span<const std::uint8_t> message, std::span<const std::uint8_t> content,
                      const Certificate& signer) {
  const ErrorQueue queue;
  const auto form = internal::ParseSigned(message);
  if (!form || form->is_attached) return OtherForm();
  const BioPtr in = internal::ReadFrom(content);
  if (!Names(form->issuer_and_serial, signer) || !Verify(message, in.get(), signer)) {
    return NotSigned();
  }
  return {};
}

Result<std::span<const std::uint8_t>> UnverifiedContent(std::span<const std::uint8_t> message) {
  const auto form = internal::ParseSigned(message);
  if (!form || !form->is_attached) return OtherForm();
  return form->content;
}

}  // namespace musubi::crypto
