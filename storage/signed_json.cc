#include "storage/signed_json.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "crypto/cms.h"
#include "storage/base64.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kDocument = "document";
constexpr const char* kSignature = "signature";

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What such a text holds.
struct Parts {
  std::string document;
  std::vector<std::uint8_t> message;
};

Result<Parts> Split(std::string_view text, const std::string& file) {
  const Error other_form{ErrorCode::kBadData, file + ": is not a signed document in its one form"};
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || root.size() != 2 || root.dump() + "\n" != text) return other_form;
  const auto document = root.find(kDocument);
  const auto signature = root.find(kSignature);
  Parts parts;
  if (document == root.end() || !document->is_object() || signature == root.end() ||
      !signature->is_string()) {
    return other_form;
  }
  const auto& base64 = signature->get_ref<const std::string&>();
  if (base64.find_first_of("\r\n") != std::string::npos || !DecodeBase64(base64, &parts.message)) {
    return other_form;
  }
  parts.document = document->dump();
  return parts;
}

}  // namespace

Result<std::string> SignedText(std::string_view document, const crypto::Identity& signer) {
  MUSUBI_ASSIGN_OR_RETURN(const auto message, crypto::SignDetached(BytesOf(document), signer));
  std::string base64;
  AppendBase64(message, &base64);
  const json text = {{kDocument, json::parse(document)}, {kSignature, base64}};
  return text.dump() + "\n";
}

Result<SignedDocument> ReadSigned(std::string_view text, const std::string& file,
                                  std::span<const crypto::Certificate> trusted) {
  MUSUBI_ASSIGN_OR_RETURN(const Parts parts, Split(text, file));
  for (const crypto::Certificate& certificate : trusted) {
    if (!crypto::NamesSigner(parts.message, certificate)) continue;
    const Status good = crypto::VerifyDetached(parts.message, BytesOf(parts.document), certificate);
    if (good.ok()) return SignedDocument{parts.document, certificate};
    return Error{good.error().code, file + ": " + good.error().message};
  }
  return Error{ErrorCode::kRefused, file + ": is signed by none of the certificates given"};
}

bool LooksSigned(std::string_view text) { return text.starts_with("{\"document\":"); }

Result<std::string> UnverifiedDocument(std::string_view text, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(Parts parts, Split(text, file));
  return std::move(parts.document);
}

}  // namespace musubi::storage
