// The one form that each kind of CMS message has: looked at before OpenSSL sees a byte of it.
// Private to crypto.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace musubi::crypto::internal {

// The variable parts of a SignedData of our form. Borrowed of the message.
struct SignedForm {
  bool is_attached = false;
  std::span<const std::uint8_t> content;            // empty where it is detached
  std::span<const std::uint8_t> issuer_and_serial;  // of the signer: both DER elements
};

std::optional<SignedForm> ParseSigned(std::span<const std::uint8_t> message);

// Whose an AuthEnvelopedData of our form is; or why it is none.
struct SealedForm {
  std::string_view complaint;                       // empty: none
  std::span<const std::uint8_t> issuer_and_serial;  // of the recipient
};

SealedForm ParseSealed(std::span<const std::uint8_t> message);

}  // namespace musubi::crypto::internal
