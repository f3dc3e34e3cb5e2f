#include "crypto/cms_form.h"

#include <array>

#include "crypto/der.h"

namespace musubi::crypto::internal {
namespace {

// Elements that never differ, header and all. OIDs: RFC 5652, 5083, 5084, 5753, 5754, 5480.
constexpr auto kVersion0 = std::to_array<std::uint8_t>({0x02, 0x01, 0x00});
constexpr auto kVersion1 = std::to_array<std::uint8_t>({0x02, 0x01, 0x01});
constexpr auto kVersion3 = std::to_array<std::uint8_t>({0x02, 0x01, 0x03});
constexpr auto kTag16 = std::to_array<std::uint8_t>({0x02, 0x01, 0x10});
constexpr auto kSignedData =
    std::to_array<std::uint8_t>({0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02});
constexpr auto kAuthEnvelopedData = std::to_array<std::uint8_t>(
    {0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17});
constexpr auto kData =
    std::to_array<std::uint8_t>({0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01});
constexpr auto kSha384 = std::to_array<std::uint8_t>(
    {0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02});
constexpr auto kEcdsaWithSha384 = std::to_array<std::uint8_t>(
    {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03});
constexpr auto kEcPublicKey =
    std::to_array<std::uint8_t>({0x30, 0x09, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01});
constexpr auto kEcdhSha384WithAes256Wrap = std::to_array<std::uint8_t>(
    {0x30, 0x15, 0x06, 0x06, 0x2b, 0x81, 0x04, 0x01, 0x0b, 0x02, 0x30, 0x0b,
     0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d});
constexpr auto kAes256Gcm =
    std::to_array<std::uint8_t>({0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e});

constexpr std::size_t kNonceBytes = 12;       // RFC 5084, section 3.2
constexpr std::size_t kTagBytes = 16;         // the longest
constexpr std::size_t kWrappedKeyBytes = 40;  // RFC 3394: 32 and 8
constexpr std::size_t kPointBytes = 98;       // no unused bits, 0x04, x, y: RFC 5480, section 2.2

constexpr std::string_view kOtherForm = "is not an AuthEnvelopedData to one recipient by ECDH";
constexpr std::string_view kOtherCipher =
    "is not encrypted with AES-256-GCM and a tag of 16 bytes, or is damaged";

// SET { KeyAgreeRecipientInfo }; returns the recipient's issuer and serial number.
std::span<const std::uint8_t> ParseRecipient(DerReader* outer) {
  DerReader infos = outer->Enter(kDerSet);
  DerReader info = infos.Enter(kDerConstructedContext1);
  info.Expect(kVersion3);
  DerReader originator = info.Enter(kDerConstructedContext0);
  DerReader key = originator.Enter(kDerConstructedContext1);
  key.Expect(kEcPublicKey);
  const auto point = key.Next(kDerBitString);
  originator.Leave(key);
  info.Leave(originator);
  info.Expect(kEcdhSha384WithAes256Wrap);
  DerReader keys = info.Enter(kDerSequence);
  DerReader entry = keys.Enter(kDerSequence);
  const auto recipient = entry.Next(kDerSequence);
  const auto wrapped = entry.Next(kDerOctetString);
  keys.Leave(entry);
  info.Leave(keys);
  infos.Leave(info);
  outer->Leave(infos);
  const bool is_uncompressed = point.size() == kPointBytes && point[0] == 0 && point[1] == 0x04;
  if (!is_uncompressed || wrapped.size() != kWrappedKeyBytes) return {};
  return recipient;
}

}  // namespace

std::optional<SignedForm> ParseSigned(std::span<const std::uint8_t> message) {
  SignedForm form;
  DerReader top(message);
  DerReader info = top.Enter(kDerSequence);
  info.Expect(kSignedData);
  DerReader explicit_data = info.Enter(kDerConstructedContext0);
  DerReader data = explicit_data.Enter(kDerSequence);
  data.Expect(kVersion1);
  DerReader digests = data.Enter(kDerSet);
  digests.Expect(kSha384);
  data.Leave(digests);
  DerReader content = data.Enter(kDerSequence);
  content.Expect(kData);
  form.is_attached = !content.AtEnd();
  if (form.is_attached) {
    DerReader explicit_content = content.Enter(kDerConstructedContext0);
    form.content = explicit_content.Next(kDerOctetString);
    content.Leave(explicit_content);
  }
  data.Leave(content);
  DerReader signers = data.Enter(kDerSet);
  DerReader signer = signers.Enter(kDerSequence);
  signer.Expect(kVersion1);
  form.issuer_and_serial = signer.Next(kDerSequence);
  signer.Expect(kSha384);
  signer.Expect(kEcdsaWithSha384);
  signer.Next(kDerOctetString);  // the signature
  signers.Leave(signer);
  data.Leave(signers);
  explicit_data.Leave(data);
  info.Leave(explicit_data);
  top.Leave(info);
  if (!top.AtEnd()) return std::nullopt;
  return form;
}

SealedForm ParseSealed(std::span<const std::uint8_t> message) {
  SealedForm form;
  DerReader top(message);
  DerReader info = top.Enter(kDerSequence);
  info.Expect(kAuthEnvelopedData);
  DerReader explicit_data = info.Enter(kDerConstructedContext0);
  DerReader data = explicit_data.Enter(kDerSequence);
  data.Expect(kVersion0);
  form.issuer_and_serial = ParseRecipient(&data);
  if (data.failed() || form.issuer_and_serial.empty()) return {kOtherForm, {}};
  DerReader content = data.Enter(kDerSequence);
  content.Expect(kData);
  DerReader algorithm = content.Enter(kDerSequence);
  algorithm.Expect(kAes256Gcm);
  DerReader parameters = algorithm.Enter(kDerSequence);
  const auto nonce = parameters.Next(kDerOctetString);
  parameters.Expect(kTag16);
  algorithm.Leave(parameters);
  content.Leave(algorithm);
  content.Next(kDerContext0);  // the ciphertext
  data.Leave(content);
  const auto tag = data.Next(kDerOctetString);
  explicit_data.Leave(data);
  info.Leave(explicit_data);
  top.Leave(info);
  if (!top.AtEnd() || nonce.size() != kNonceBytes || tag.size() != kTagBytes) {
    return {kOtherCipher, {}};
  }
  return form;
}

}  // namespace musubi::crypto::internal
