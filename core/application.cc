#include "core/application.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/check.h"
#include "core/ids.h"
#include "core/party_name.h"
#include "core/plain_text.h"
#include "core/utc_time.h"

namespace musubi {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "musubi-application";
constexpr int kVersion = 1;
constexpr std::array<std::string_view, 2> kScopeNames = {"project", "release"};

bool IsStatement(const std::string& text) {
  return !text.empty() && IsPlainText(text, kMaxApplicationText);
}

bool IsColumn(const std::string& name) {
  return !name.empty() && IsPlainText(name, kMaxColumnName);
}

// Each once, in the order of their bytes.
bool Ascend(const std::vector<std::string>& names) {
  return std::ranges::adjacent_find(names, std::ranges::greater_equal()) == names.end();
}

bool AreColumns(const std::vector<std::string>& names, std::size_t most) {
  return names.size() <= most && Ascend(names) && std::ranges::all_of(names, IsColumn);
}

std::string TextMistake(const char* what, bool may_be_empty) {
  return std::string("has no proper ") + what + ": it is " + (may_be_empty ? "0" : "1") + " to " +
         std::to_string(kMaxApplicationText) +
         " bytes of UTF-8 on one line, without hidden characters";
}

std::string MistakeInTexts(const Application& application) {
  if (!IsStatement(application.purpose)) return TextMistake("purpose", false);
  if (!IsStatement(application.legal_basis)) return TextMistake("legal basis", false);
  if (!IsStatement(application.environment)) return TextMistake("environment", false);
  if (!IsPlainText(application.protocol, kMaxApplicationText)) {
    return TextMistake("protocol", true);
  }
  if (application.conditions.size() > kMaxListed ||
      !std::ranges::all_of(application.conditions, IsStatement)) {
    return "has more than " + std::to_string(kMaxListed) + " conditions, or one that " +
           TextMistake("text", false);
  }
  return "";
}

std::string MistakeInHolders(const std::vector<HolderScope>& holders) {
  if (holders.empty() || holders.size() > kMaxHolders) {
    return "has not 1 to " + std::to_string(kMaxHolders) + " holders";
  }
  const auto not_before = [](const HolderScope& a, const HolderScope& b) {
    return a.holder >= b.holder;
  };
  if (std::ranges::adjacent_find(holders, not_before) != holders.end()) {
    return "names a holder twice, or its holders out of order";
  }
  for (const HolderScope& scope : holders) {
    if (!IsPartyName(scope.holder)) {
      return "names a holder otherwise than with 1 to 64 of a-z 0-9 _ -, starting with a letter "
             "or digit";
    }
    if (!AreColumns(scope.variables, kMaxVariables)) {
      return "has of the holder " + scope.holder +
             " a variable twice, out of order or of no proper name, or more than " +
             std::to_string(kMaxVariables);
    }
  }
  return "";
}

json JsonOf(const std::vector<HolderScope>& holders) {
  json list = json::array();
  for (const HolderScope& scope : holders) {
    list.push_back({{"holder", scope.holder}, {"variables", scope.variables}});
  }
  return list;
}

// A failure shows when the application is written again: it then gives another text.
Digest256 DigestOf(const json& hex) {
  Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}

// Throws json::exception where a member is missing or of another type.
Application Extract(const json& root) {
  Application application;
  application.project = root.at("project").get<std::string>();
  application.purpose = root.at("purpose").get<std::string>();
  application.legal_basis = root.at("legal_basis").get<std::string>();
  application.contract = DigestOf(root.at("contract"));
  for (const json& scope : root.at("holders")) {
    application.holders.push_back({scope.at("holder").get<std::string>(),
                                   scope.at("variables").get<std::vector<std::string>>()});
  }
  application.recipient = root.at("recipient").at("name").get<std::string>();
  application.recipient_certificate = DigestOf(root.at("recipient").at("certificate"));
  application.environment = root.at("environment").get<std::string>();
  application.protocol = root.at("protocol").get<std::string>();
  const auto scope = IdScopeOf(root.at("id_scope").get_ref<const std::string&>());
  application.id_scope = scope.value_or(IdScope::kProject);
  application.subgroups = root.at("subgroups").get<std::vector<std::string>>();
  application.conditions = root.at("conditions").get<std::vector<std::string>>();
  application.smallest_count = root.at("smallest_count").get<std::uint64_t>();
  application.expires = ParseUtc(root.at("expires").get_ref<const std::string&>()).value_or(0);
  return application;
}

}  // namespace

std::string_view NameOf(IdScope scope) { return kScopeNames[static_cast<std::size_t>(scope)]; }

std::optional<IdScope> IdScopeOf(std::string_view name) {
  const auto found = std::ranges::find(kScopeNames, name);
  if (found == kScopeNames.end()) return std::nullopt;
  return static_cast<IdScope>(found - kScopeNames.begin());
}

std::string MistakeIn(const Application& application) {
  if (!IsPartyName(application.project) || !IsPartyName(application.recipient)) {
    return "names its project or recipient otherwise than with 1 to 64 of a-z 0-9 _ -, starting "
           "with a letter or digit";
  }
  if (const std::string mistake = MistakeInTexts(application); !mistake.empty()) return mistake;
  if (const auto mistake = MistakeInHolders(application.holders); !mistake.empty()) return mistake;
  if (!AreColumns(application.subgroups, kMaxListed)) {
    return "has a subgroup twice, out of order or of no proper name, or more than " +
           std::to_string(kMaxListed);
  }
  if (application.smallest_count < 1 || application.smallest_count > kMaxSmallestCount) {
    return "has a smallest count that is not 1 to " + std::to_string(kMaxSmallestCount);
  }
  if (application.expires < kMinUtcSeconds || application.expires > kMaxUtcSeconds) {
    return "expires in no year of four digits";
  }
  return "";
}

std::string ApplicationText(const Application& application) {
  MUSUBI_CHECK(MistakeIn(application).empty());
  const auto hex = [](const Digest256& digest) { return ToHex(digest.data(), digest.size()); };
  const json root = {
      {"format", kFormat},
      {"version", kVersion},
      {"project", application.project},
      {"purpose", application.purpose},
      {"legal_basis", application.legal_basis},
      {"contract", hex(application.contract)},
      {"holders", JsonOf(application.holders)},
      {"recipient",
       {{"name", application.recipient}, {"certificate", hex(application.recipient_certificate)}}},
      {"environment", application.environment},
      {"protocol", application.protocol},
      {"id_scope", NameOf(application.id_scope)},
      {"subgroups", application.subgroups},
      {"conditions", application.conditions},
      {"smallest_count", application.smallest_count},
      {"expires", FormatUtc(application.expires)}};
  return root.dump();
}

Result<Application> ParseApplication(std::string_view text) {
  const Error other_form{ErrorCode::kBadData,
                         "the application is not in its one form: something is missing, too much, "
                         "or changed; make it with musubi-study apply"};
  if (text.size() > kMaxApplicationBytes) return other_form;
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return other_form;
  try {
    Application application = Extract(root);
    if (const std::string mistake = MistakeIn(application); !mistake.empty()) {
      return Error{ErrorCode::kBadData, "the application " + mistake};
    }
    if (ApplicationText(application) == text) return application;
  } catch (const json::exception&) {
    // As below.
  }
  return other_form;
}

bool LooksLikeApplication(std::string_view text) { return text.starts_with("{\"conditions\":"); }

std::optional<std::int64_t> ParseExpiry(std::string_view text) {
  constexpr std::size_t kDateBytes = 10;
  if (text.size() == kDateBytes) return ParseUtc(std::string(text) + "T23:59:59Z");
  return ParseUtc(text);
}

}  // namespace musubi
