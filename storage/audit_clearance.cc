#include "storage/audit_clearance.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/ids.h"
#include "core/utc_time.h"
#include "storage/signed_json.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr const char* kPassed = "passed";
constexpr const char* kOverridden = "overridden";

Error Refused(const std::string& why) { return {ErrorCode::kRefused, why}; }

// Throws json::exception where a member is missing or of another type.
Clearance Extract(const json& root) {
  Clearance clearance;
  if (root.at("outcome") == kPassed) {
    const auto& hex = root.at("report").get_ref<const std::string&>();
    FromHex(hex, clearance.passed.emplace().data(), clearance.passed->size());
  } else {
    for (const json& text : root.at("overrides")) {
      clearance.overrides.push_back(text.dump() + "\n");
    }
  }
  return clearance;
}

bool AreOverrides(const std::vector<std::string>& texts) {
  return texts.size() == kOverrideSigners && std::ranges::all_of(texts, [](const auto& text) {
           return text.size() <= kMaxOverrideBytes && ReadUnverifiedOverride(text, "").ok();
         });
}

Status CheckCount(std::size_t files) {
  if (files == kOverrideSigners) return {};
  return Refused("an audit is overridden by two review bodies that sign the same override, and " +
                 std::to_string(files) + " signed one");
}

Status CheckSigner(const OverrideFile& file, const crypto::Certificate& signer, std::int64_t at) {
  if (signer.IsValidAt(at)) return {};
  return Refused(file.name + ": the certificate of '" + signer.name() + "' is not valid at " +
                 FormatUtc(at) + "; let it sign with a new one");
}

// Whether both sign one thing, and are two.
Status CheckPair(const OverrideFile& file, const OverrideBy& first, const OverrideBy& second) {
  if (first.terms != second.terms) {
    return Refused(file.name +
                   ": is another override than the first; the second body signs the file of the "
                   "first: musubi-study override FIRST --key KEY -o SECOND");
  }
  // By name too: a body whose certificate was renewed has two.
  if (first.signer == second.signer || first.signer.name() == second.signer.name()) {
    return Refused(file.name + ": is signed by '" + second.signer.name() +
                   "' as well; two different bodies sign");
  }
  return {};
}

Status CheckTerms(const std::string& name, const AuditOverride& given, const OverrideTerms& terms) {
  if (given.contract != terms.contract) {
    return Error{ErrorCode::kContract,
                 name + ": is for another contract than this one: compare fingerprints"};
  }
  if (given.holder != terms.holder) {
    return Refused(name + ": is for the holder " + given.holder + ", not for " + terms.holder);
  }
  if (given.made > terms.at + kClockLeewaySeconds) {
    return Refused(name + ": was made in the future, at " + FormatUtc(given.made) +
                   "; one of the two clocks is wrong");
  }
  if (given.expires < terms.at) {
    return Refused(name + ": ran out at " + FormatUtc(given.expires) +
                   "; have the review bodies sign a new one");
  }
  return {};
}

}  // namespace

std::string ClearanceText(const Clearance& clearance) {
  if (clearance.passed) {
    return json{{"outcome", kPassed}, {"report", crypto::ToHex(*clearance.passed)}}.dump();
  }
  json root = {{"outcome", kOverridden}, {"overrides", json::array()}};
  for (const std::string& text : clearance.overrides) {
    root["overrides"].push_back(json::parse(text));
  }
  return root.dump();
}

Result<Clearance> ParseClearance(std::string_view text) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    Clearance clearance = Extract(root);
    const bool whole = clearance.passed || AreOverrides(clearance.overrides);
    if (whole && ClearanceText(clearance) == text) return clearance;
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData,
               "what it says of its audit is not in its one form: neither a passed audit nor two "
               "signed overrides"};
}

Result<OverrideInForce> CheckOverrides(const std::vector<OverrideFile>& files,
                                       const OverrideTerms& terms) {
  MUSUBI_RETURN_IF_ERROR(CheckCount(files.size()));
  std::vector<OverrideBy> read;
  for (const OverrideFile& file : files) {
    MUSUBI_ASSIGN_OR_RETURN(OverrideBy by, ReadOverride(file.text, file.name, terms.bodies));
    MUSUBI_RETURN_IF_ERROR(CheckSigner(file, by.signer, terms.at));
    if (!read.empty()) MUSUBI_RETURN_IF_ERROR(CheckPair(file, read.front(), by));
    read.push_back(std::move(by));
  }
  MUSUBI_RETURN_IF_ERROR(CheckTerms(files.front().name, read.front().terms, terms));
  OverrideInForce in_force{std::move(read.front().terms), {}};
  for (const OverrideBy& by : read) in_force.signers.push_back(by.signer.name());
  std::ranges::sort(in_force.signers);
  return in_force;
}

}  // namespace musubi::storage
