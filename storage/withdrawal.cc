#include "storage/withdrawal.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/check.h"
#include "core/party_name.h"
#include "core/utc_time.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "musubi-withdrawal";
constexpr int kVersion = 1;

bool IsProper(const WithdrawalRequest& request) {
  if (request.id.is_none() || !IsPartyName(request.holder) || request.made < kMinUtcSeconds ||
      request.made > kMaxUtcSeconds) {
    return false;
  }
  const std::vector<RecordRef>& records = request.records;
  if (request.action == WithdrawalAction::kReinstate) {
    return records.empty() && request.project.empty() && !request.reinstates.is_none();
  }
  return !records.empty() && records.size() <= kMaxWithdrawn && request.reinstates.is_none() &&
         (request.project.empty() || IsPartyName(request.project)) &&
         std::ranges::adjacent_find(records, std::ranges::greater_equal()) == records.end();
}

std::string TextOf(const WithdrawalRequest& request) {
  json text = {{"format", kFormat},
               {"version", kVersion},
               {"withdrawal", ToHex(request.id)},
               {"holder", request.holder},
               {"action", NameOf(request.action)},
               {"asked_by", NameOf(request.by)},
               {"made", FormatUtc(request.made)}};
  if (request.action == WithdrawalAction::kReinstate) {
    text["reinstates"] = ToHex(request.reinstates);
    return text.dump();
  }
  text["scope"] = request.project.empty() ? "all" : "project";
  if (!request.project.empty()) text["project"] = request.project;
  json& records = text["records"] = json::array();
  for (const RecordRef& ref : request.records) records.push_back(ToHex(ref));
  return text.dump();
}

// What is no id, or no moment, is none: the request is then written as another text.
template <typename Id>
Id IdOf(const json& hex) {
  return ParseId<Id>(hex.get_ref<const std::string&>()).value_or(Id{});
}

// Throws json::exception where a member is missing or of another type; what is too much is not
// looked at.
WithdrawalRequest Extract(const json& text) {
  WithdrawalRequest request;
  request.id = IdOf<WithdrawalId>(text.at("withdrawal"));
  request.holder = text.at("holder").get<std::string>();
  if (text.at("action") == NameOf(WithdrawalAction::kReinstate)) {
    request.action = WithdrawalAction::kReinstate;
  }
  if (text.at("asked_by") == NameOf(AskedBy::kProxy)) request.by = AskedBy::kProxy;
  request.made =
      ParseUtc(text.at("made").get_ref<const std::string&>()).value_or(kMinUtcSeconds - 1);
  if (request.action == WithdrawalAction::kReinstate) {
    request.reinstates = IdOf<WithdrawalId>(text.at("reinstates"));
    return request;
  }
  if (text.contains("project")) request.project = text.at("project").get<std::string>();
  for (const json& ref : text.at("records")) request.records.push_back(IdOf<RecordRef>(ref));
  return request;
}

}  // namespace

std::string_view NameOf(WithdrawalAction action) {
  return action == WithdrawalAction::kWithdraw ? "withdraw" : "reinstate";
}

std::string_view NameOf(AskedBy by) { return by == AskedBy::kPatient ? "patient" : "proxy"; }

std::string WithdrawalText(const WithdrawalRequest& request) {
  MUSUBI_CHECK(IsProper(request));
  return TextOf(request);
}

Result<WithdrawalRequest> ParseWithdrawal(std::string_view text) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return Error{ErrorCode::kBadData, "it is not JSON"};
  try {
    WithdrawalRequest request = Extract(root);
    if (IsProper(request) && TextOf(request) == text) return request;
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData,
               "it is not in the one form of a withdrawal: something is missing, too much, or "
               "changed"};
}

}  // namespace musubi::storage
