#include "crypto/cms_form.h"

#include <array>

#include "crypto/der.h"
#include "crypto/wrapped_key.h"

namespace musubi::crypto::internal {
namespace {

using Bytes = std::span<const std::uint8_t>;

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

// A BIT STRING begins with the number of bits that its last byte lacks.
constexpr std::uint8_t kNoUnusedBits = 0;
constexpr std::uint8_t kUncompressed = 0x04;  // RFC 5480, section 2.2

constexpr std::string_view kOtherForm = "is not an AuthEnvelopedData to one recipient by ECDH";
constexpr std::string_view kOtherCipher =
    "is not encrypted with AES-256-GCM and a tag of 16 bytes, or is damaged";

// SET { KeyAgreeRecipientInfo }; false where it is another.
bool ParseRecipient(DerReader* outer, SealedForm* form) {
  DerReader infos = outer->Enter(kDerSet);
  DerReader info = infos.Enter(kDerConstructedContext1);
  info.Expect(kVersion3);
  DerReader originator = info.Enter(kDerConstructedContext0);
  DerReader key = originator.Enter(kDerConstructedContext1);
  key.Expect(kEcPublicKey);
  const auto bits = key.Next(kDerBitString);
  originator.Leave(key);
  info.Leave(originator);
  info.Expect(kEcdhSha384WithAes256Wrap);
  DerReader keys = info.Enter(kDerSequence);
  DerReader entry = keys.Enter(kDerSequence);
  form->issuer_and_serial = entry.Next(kDerSequence);
  form->wrapped = entry.Next(kDerOctetString);
  keys.Leave(entry);
  info.Leave(keys);
  infos.Leave(info);
  outer->Leave(infos);
  if (outer->failed() || bits.size() != 1 + kPointBytes || bits[0] != kNoUnusedBits) return false;
  form->point = bits.subspan(1);
  return form->point[0] == kUncompressed && form->wrapped.size() == kWrappedKeyBytes;
}

// The same, written.
std::vector<std::uint8_t> RecipientOf(const SealedForm& form) {
  const auto bits = DerElement(kDerBitString, {std::span(&kNoUnusedBits, 1), form.point});
  const auto key = DerElement(kDerConstructedContext1, {kEcPublicKey, bits});
  const auto entry = DerElement(kDerSequence, {DerElement(kDerSequence, {form.issuer_and_serial}),
                                               DerElement(kDerOctetString, {form.wrapped})});
  const auto info = DerElement(kDerConstructedContext1,
                               {kVersion3, DerElement(kDerConstructedContext0, {key}),
                                kEcdhSha384WithAes256Wrap, DerElement(kDerSequence, {entry})});
  return DerElement(kDerSet, {info});
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

std::variant<SealedForm, std::string_view> ParseSealed(std::span<const std::uint8_t> message) {
  SealedForm form;
  DerReader top(message);
  DerReader info = top.Enter(kDerSequence);
  info.Expect(kAuthEnvelopedData);
  DerReader explicit_data = info.Enter(kDerConstructedContext0);
  DerReader data = explicit_data.Enter(kDerSequence);
  data.Expect(kVersion0);
  if (!ParseRecipient(&data, &form)) return kOtherForm;
  DerReader content = data.Enter(kDerSequence);
  content.Expect(kData);
  DerReader algorithm = content.Enter(kDerSequence);
  algorithm.Expect(kAes256Gcm);
  DerReader parameters = algorithm.Enter(kDerSequence);
  form.nonce = parameters.Next(kDerOctetString);
  parameters.Expect(kTag16);
  algorithm.Leave(parameters);
  content.Leave(algorithm);
  form.ciphertext = content.Next(kDerContext0);
  data.Leave(content);
  form.tag = data.Next(kDerOctetString);
  explicit_data.Leave(data);
  info.Leave(explicit_data);
  top.Leave(info);
  if (!top.AtEnd() || form.nonce.size() != kNonceBytes || form.tag.size() != kTagBytes) {
    return kOtherCipher;
  }
  return form;
}

std::vector<std::uint8_t> SealedHead(const SealedForm& form) {
  const auto parameters =
      DerElement(kDerSequence, {DerElement(kDerOctetString, {form.nonce}), kTag16});
  const auto algorithm = DerElement(kDerSequence, {kAes256Gcm, parameters});
  std::vector<std::uint8_t> head;
  std::size_t behind = form.ciphertext.size();
  // From the inside out: an element that begins with `first`, then has what there is already.
  const auto enclose = [&](std::uint8_t tag, std::initializer_list<Bytes> first) {
    std::vector<std::uint8_t> inner;
    for (const Bytes element : first) inner.insert(inner.end(), element.begin(), element.end());
    inner.insert(inner.end(), head.begin(), head.end());
    head = DerHeader(tag, inner.size() + behind);
    head.insert(head.end(), inner.begin(), inner.end());
  };
  enclose(kDerContext0, {});
  enclose(kDerSequence, {kData, algorithm});
  behind += SealedTail(form.tag).size();
  enclose(kDerSequence, {kVersion0, RecipientOf(form)});
  enclose(kDerConstructedContext0, {});
  enclose(kDerSequence, {kAuthEnvelopedData});
  return head;
}

std::vector<std::uint8_t> SealedTail(std::span<const std::uint8_t> tag) {
  return DerElement(kDerOctetString, {tag});
}

}  // namespace musubi::crypto::internal
