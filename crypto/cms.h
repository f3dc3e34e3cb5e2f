// Signed and sealed messages: CMS (RFC 5652, 5083, 5084, 5753), each in one form only, which stock
// `openssl cms` reads and writes too. docs/formats/package.md has the forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/result.h"
#include "crypto/certificate.h"
#include "crypto/wiped_bytes.h"

namespace musubi::crypto {

// Content is held in memory, some times over, so there is a limit to it.
inline constexpr std::size_t kMaxCmsBytes = std::size_t{16} * 1024 * 1024;

// Messages of errors below begin with "its" or "it", of the message; callers put the file before.

// A SignedData in DER by ECDSA P-384 with SHA-384 over the content itself, without attributes and
// certificates: attached holds the content, detached does not.
//
// Requires: content.size() <= kMaxCmsBytes
// Errors:   kInternal
// Threads:  safe
Result<std::vector<std::uint8_t>> SignAttached(std::span<const std::uint8_t> content,
                                               const Identity& signer);
Result<std::vector<std::uint8_t>> SignDetached(std::span<const std::uint8_t> content,
                                               const Identity& signer);

// Whether a message, attached or not, says that `signer` signed it. Proves nothing.
bool NamesSigner(std::span<const std::uint8_t> message, const Certificate& signer);

// The content of an attached message of the form above, if `signer` signed it. No other
// certificate and no chain is looked at, nor the validity of `signer`.
//
// Errors:  kBadData  it is no such message: of another form or encoding, or with anything more
//          kRefused  it is not signed by `signer`, or was changed since
// Threads: safe
Result<std::vector<std::uint8_t>> VerifyAttached(std::span<const std::uint8_t> message,
                                                 const Certificate& signer);

// Likewise for the detached signature of `content`.
Status VerifyDetached(std::span<const std::uint8_t> message, std::span<const std::uint8_t> content,
                      const Certificate& signer);

// The content of an attached message of the form above, whoever signed it: for what is shown, and
// never for what is done. Borrows `message`.
//
// Errors: kBadData
Result<std::span<const std::uint8_t>> UnverifiedContent(std::span<const std::uint8_t> message);

// An AuthEnvelopedData in DER: AES-256-GCM with a tag of 16 bytes, the content's key wrapped for
// one recipient by ECDH on P-384 (SHA-384, AES-256 wrap) with a key pair of this message alone.
// Keys and nonces are from OpenSSL's own source of randomness.
//
// Requires: content.size() <= kMaxCmsBytes
// Errors:   kInternal
// Threads:  safe
Result<std::vector<std::uint8_t>> Seal(std::span<const std::uint8_t> content,
                                       const Certificate& recipient);

// Its content. Before anything is decrypted it must have the form above to the byte, which OpenSSL
// does not ask: it takes shorter tags. Nothing is returned unless the tag is right.
//
// Errors:  kBadData  it is no such message
//          kRefused  it is sealed to another, or was changed since
// Threads: safe
Result<WipedBytes> Open(std::span<const std::uint8_t> message, const Identity& recipient);

// The same without a copy: the content is then where its ciphertext lay. It is borrowed of
// `message`, which the caller wipes; after an error nothing of it is there.
Result<std::span<const std::uint8_t>> OpenInPlace(std::span<std::uint8_t> message,
                                                  const Identity& recipient);

}  // namespace musubi::crypto
