// The one form that each kind of CMS message has: looked at before OpenSSL sees a byte of it.
// Private to crypto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace musubi::crypto::internal {

// The variable parts of a SignedData of our form. Borrowed of the message.
struct SignedForm {
  bool is_attached = false;
  std::span<const std::uint8_t> content;            // empty where it is detached
  std::span<const std::uint8_t> issuer_and_serial;  // of the signer: both DER elements
};

std::optional<SignedForm> ParseSigned(std::span<const std::uint8_t> message);

inline constexpr std::size_t kNonceBytes = 12;  // RFC 5084, section 3.2
inline constexpr std::size_t kTagBytes = 16;    // the longest

// The variable parts of an AuthEnvelopedData of our form. Borrowed of the message.
struct SealedForm {
  std::span<const std::uint8_t> issuer_and_serial;  // of the recipient: both DER elements
  std::span<const std::uint8_t> point;              // of kPointBytes: crypto/wrapped_key.h
  std::span<const std::uint8_t> wrapped;            // of kWrappedKeyBytes
  std::span<const std::uint8_t> nonce;              // of kNonceBytes
  std::span<const std::uint8_t> ciphertext;
  std::span<const std::uint8_t> tag;  // of kTagBytes
};

// A message's parts, or why it is not of our form: to follow "it ".
std::variant<SealedForm, std::string_view> ParseSealed(std::span<const std::uint8_t> message);

// What a message of these parts has before the ciphertext, of which only the size matters, and what
// it has behind it.
//
// Requires: the parts have the sizes above
std::vector<std::uint8_t> SealedHead(const SealedForm& form);
std::vector<std::uint8_t> SealedTail(std::span<const std::uint8_t> tag);

}  // namespace musubi::crypto::internal
