#include "storage/signed_json.h"

#include <nlohmann/json.hpp>
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
  const Error other_form{ErrorCode::kBadData, file + ": is not a signed document in its one form"};
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object() || root.size() != 2 || root.dump() + "\n" != text) return other_form;
  const auto document = root.find(kDocument);
  const auto signature = root.find(kSignature);
  std::vector<std::uint8_t> message;
  if (document == root.end() || !document->is_object() || signature == root.end() ||
      !signature->is_string()) {
    return other_form;
  }
  const auto& base64 = signature->get_ref<const std::string&>();
  if (base64.find_first_of("\r\n") != std::string::npos || !DecodeBase64(base64, &message)) {
    return other_form;
  }
  const std::string content = document->dump();
  for (const crypto::Certificate& certificate : trusted) {
    if (!crypto::NamesSigner(message, certificate)) continue;
    const Status good = crypto::VerifyDetached(message, BytesOf(content), certificate);
    if (good.ok()) return SignedDocument{content, certificate};
    return Error{good.error().code, file + ": " + good.error().message};
  }
  return Error{ErrorCode::kRefused, file + ": is signed by none of the certificates given"};
}

}  // namespace musubi::storage
