#include "storage/log_head.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/check.h"
#include "core/ids.h"
#include "core/utc_time.h"
#include "storage/signed_json.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "musubi-log-head";
constexpr int kVersion = 1;

std::string TextOf(const LogHead& head) {
  const json document = {{"format", kFormat},
                         {"version", kVersion},
                         {"entries", head.entries},
                         {"root", crypto::ToHex(head.root)},
                         {"last", crypto::ToHex(head.last)},
                         {"state", crypto::ToHex(head.state)},
                         {"contract", crypto::ToHex(head.contract)},
                         {"unit", crypto::ToHex(head.unit)},
                         {"time", FormatUtc(head.time)}};
  return document.dump();
}

// A failure shows when the head is written again: it then gives another text.
crypto::Digest256 DigestOf(const json& hex) {
  crypto::Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}

std::optional<LogHead> ParseHead(std::string_view text) {
  try {
    const json document = json::parse(text);
    LogHead head;
    head.entries = document.at("entries").get<std::uint64_t>();
    head.root = DigestOf(document.at("root"));
    head.last = DigestOf(document.at("last"));
    head.state = DigestOf(document.at("state"));
    head.contract = DigestOf(document.at("contract"));
    head.unit = DigestOf(document.at("unit"));
    head.time = ParseUtc(document.at("time").get_ref<const std::string&>()).value_or(0);
    if (head.entries >= 1 && TextOf(head) == text) return head;
  } catch (const json::exception&) {
    // As below.
  }
  return std::nullopt;
}

}  // namespace

Status CheckSigner(const LogHead& head, const crypto::Certificate& unit) {
  if (head.unit == unit.fingerprint() && unit.IsValidAt(head.time)) return {};
  return Error{ErrorCode::kRefused, "the unit's certificate is not valid at " +
                                        FormatUtc(head.time) + ", or is another's"};
}

Result<std::string> SignedHead(const LogHead& head, const crypto::Identity& unit) {
  MUSUBI_CHECK(head.entries >= 1 && head.unit == unit.certificate().fingerprint());
  MUSUBI_RETURN_IF_ERROR(CheckSigner(head, unit.certificate()));
  return SignedText(TextOf(head), unit);
}

Result<LogHead> ReadHead(std::string_view text, const std::string& file,
                         std::span<const crypto::Certificate> trusted) {
  MUSUBI_ASSIGN_OR_RETURN(const SignedDocument read, ReadSigned(text, file, trusted));
  const auto head = ParseHead(read.document);
  if (!head) return Error{ErrorCode::kBadData, file + ": is not the head of an audit log"};
  if (const Status good = CheckSigner(*head, read.signer); !good.ok()) {
    return Error{good.error().code, file + ": " + good.error().message};
  }
  return *head;
}

}  // namespace musubi::storage
