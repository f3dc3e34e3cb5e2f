// A JSON document in a file with its signature: docs/formats/log.md, "Signed documents". Public.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/certificate.h"

namespace musubi::storage {

// The file's text: `document`, canonical JSON (RFC 8785), and a detached CMS signature of it.
//
// Requires: document is at most crypto::kMaxCmsBytes.
// Errors:   kInternal
Result<std::string> SignedText(std::string_view document, const crypto::Identity& signer);

struct SignedDocument {
  std::string document;
  crypto::Certificate signer;
};

// The document of such a text, once one of `trusted` has been found to have signed it. Its validity
// is not looked at. `file` is for the message.
//
// Errors: kBadData  it is no such text, or not in its one form
//         kRefused  it is signed by none of them, or was changed since
Result<SignedDocument> ReadSigned(std::string_view text, const std::string& file,
                                  std::span<const crypto::Certificate> trusted);

// Whether a text begins as one: canonical JSON begins with its first member.
bool LooksSigned(std::string_view text);

// The same document, whoever signed it: for what is shown, and never for what is done.
//
// Errors: kBadData
Result<std::string> UnverifiedDocument(std::string_view text, const std::string& file);

}  // namespace musubi::storage
