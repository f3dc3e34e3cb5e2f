#include "storage/withdrawal_receipt.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/check.h"
#include "core/ids.h"
#include "core/utc_time.h"
#include "storage/signed_json.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "musubi-withdrawal-receipt";
constexpr int kVersion = 1;

std::string TextOf(const WithdrawalReceipt& receipt) {
  json text = {{"format", kFormat},
               {"version", kVersion},
               {"withdrawal", ToHex(receipt.id)},
               {"request", crypto::ToHex(receipt.request)},
               {"holder", receipt.holder},
               {"action", NameOf(receipt.action)},
               {"erased", receipt.erased},
               {"persons", receipt.persons},
               {"epoch", receipt.epoch},
               {"commit", receipt.commit},
               {"entry", receipt.entry},
               {"time", FormatUtc(receipt.time)},
               {"log_entries", receipt.log_entries},
               {"log_root", crypto::ToHex(receipt.log_root)},
               {"contract", crypto::ToHex(receipt.contract)},
               {"unit", crypto::ToHex(receipt.unit)}};
  if (!receipt.project.empty()) text["project"] = receipt.project;
  return text.dump();
}

// A failure shows when the receipt is written again: it then gives another text.
crypto::Digest256 DigestOf(const json& hex) {
  crypto::Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}

// Throws json::exception where a member is missing or of another type.
WithdrawalReceipt Extract(const json& text) {
  WithdrawalReceipt receipt;
  receipt.id = ParseId<WithdrawalId>(text.at("withdrawal").get_ref<const std::string&>())
                   .value_or(WithdrawalId{});
  receipt.request = DigestOf(text.at("request"));
  receipt.holder = text.at("holder").get<std::string>();
  if (text.at("action") == NameOf(WithdrawalAction::kReinstate)) {
    receipt.action = WithdrawalAction::kReinstate;
  }
  if (text.contains("project")) receipt.project = text.at("project").get<std::string>();
  receipt.erased = text.at("erased").get<std::uint64_t>();
  receipt.persons = text.at("persons").get<std::uint64_t>();
  receipt.epoch = text.at("epoch").get<std::uint64_t>();
  receipt.commit = text.at("commit").get<std::uint64_t>();
  receipt.entry = text.at("entry").get<std::uint64_t>();
  receipt.time = ParseUtc(text.at("time").get_ref<const std::string&>()).value_or(0);
  receipt.log_entries = text.at("log_entries").get<std::uint64_t>();
  receipt.log_root = DigestOf(text.at("log_root"));
  receipt.contract = DigestOf(text.at("contract"));
  receipt.unit = DigestOf(text.at("unit"));
  return receipt;
}

std::optional<WithdrawalReceipt> Parse(std::string_view text) {
  try {
    WithdrawalReceipt receipt = Extract(json::parse(text));
    if (TextOf(receipt) == text) return receipt;
  } catch (const json::exception&) {
    // As below.
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> SignedReceipt(const WithdrawalReceipt& receipt, const crypto::Identity& unit) {
  MUSUBI_CHECK(receipt.unit == unit.certificate().fingerprint());
  return SignedText(TextOf(receipt), unit);
}

Result<WithdrawalReceipt> ReadReceipt(std::string_view text, const std::string& file,
                                      std::span<const crypto::Certificate> trusted) {
  MUSUBI_ASSIGN_OR_RETURN(const SignedDocument document, ReadSigned(text, file, trusted));
  if (document.signer.role() != crypto::Role::kUnit) {
    return Error{ErrorCode::kRefused, file + ": a " + std::string(NameOf(document.signer.role())) +
                                          " signed it; only a unit signs receipts"};
  }
  const auto receipt = Parse(document.document);
  if (!receipt) return Error{ErrorCode::kBadData, file + ": is not a receipt of this version"};
  if (receipt->unit != document.signer.fingerprint()) {
    return Error{ErrorCode::kRefused, file + ": names another unit than the one that signed it"};
  }
  return *receipt;
}

}  // namespace musubi::storage
