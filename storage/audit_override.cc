#include "storage/audit_override.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/check.h"
#include "core/ids.h"
#include "core/party_name.h"
#include "core/plain_text.h"
#include "core/utc_time.h"
#include "storage/signed_json.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMaxReason = 2000;
constexpr std::size_t kMaxWord = 256;  // a test's name, case or number

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool IsProper(const UnpassedTest& test) {
  const auto is_word = [](const std::string& word) { return IsPlainText(word, kMaxWord); };
  return !test.test.empty() && is_word(test.test) && is_word(test.about) &&
         test.outcome > Outcome::kPass && is_word(test.found) && is_word(test.at_most) &&
         is_word(test.limit);
}

json JsonOf(const UnpassedTest& test) {
  return {{"test", test.test},   {"case", test.about},      {"outcome", NameOf(test.outcome)},
          {"found", test.found}, {"at_most", test.at_most}, {"limit", test.limit}};
}

// A failure shows when the override is written again: it then gives another text.
crypto::Digest256 DigestOf(const json& hex) {
  crypto::Digest256 digest{};
  FromHex(hex.get_ref<const std::string&>(), digest.data(), digest.size());
  return digest;
}
Outcome ReadOutcome(const json& name) {
  return OutcomeOf(name.get_ref<const std::string&>()).value_or(Outcome::kTold);
}
std::int64_t MomentOf(const json& text) {
  return ParseUtc(text.get_ref<const std::string&>()).value_or(0);
}

// Throws json::exception where a member is missing or of another type.
AuditOverride Extract(const json& root) {
  AuditOverride terms;
  terms.contract = DigestOf(root.at("contract"));
  terms.holder = root.at("holder").get<std::string>();
  terms.report = DigestOf(root.at("report"));
  terms.outcome = ReadOutcome(root.at("outcome"));
  terms.usual_policy = root.at("usual_policy").get<bool>();
  for (const json& test : root.at("unpassed")) {
    terms.unpassed.push_back(
        {test.at("test").get<std::string>(), test.at("case").get<std::string>(),
         ReadOutcome(test.at("outcome")), test.at("found").get<std::string>(),
         test.at("at_most").get<std::string>(), test.at("limit").get<std::string>()});
  }
  terms.reason = root.at("reason").get<std::string>();
  terms.made = MomentOf(root.at("made"));
  terms.expires = MomentOf(root.at("expires"));
  return terms;
}

// Reads the document that was signed.
Result<AuditOverride> ParseOverride(const std::string& document, const std::string& file) {
  try {
    AuditOverride terms = Extract(json::parse(document));
    if (const std::string mistake = MistakeIn(terms); !mistake.empty()) {
      return Error{ErrorCode::kBadData, file + ": the override " + mistake};
    }
    if (OverrideText(terms) == document) return terms;
  } catch (const json::exception&) {
    // As below.
  }
  return Error{ErrorCode::kBadData,
               file + ": is no override in its one form; it is made with musubi-study override"};
}

}  // namespace

std::string MistakeIn(const AuditOverride& terms) {
  if (!IsPartyName(terms.holder)) {
    return "names its holder otherwise than with 1 to 64 of a-z 0-9 _ -, starting with a letter "
           "or digit";
  }
  if (terms.outcome == Outcome::kTold) return "is of an audit without an outcome";
  if (terms.outcome == Outcome::kPass && terms.usual_policy) {
    return "is of an audit that passed; what passed needs none";
  }
  if (terms.unpassed.size() > kMaxUnpassed || !std::ranges::all_of(terms.unpassed, IsProper)) {
    return "lists more than " + std::to_string(kMaxUnpassed) +
           " tests, or one that no audit has, or that was passed";
  }
  if (terms.reason.empty() || !IsPlainText(terms.reason, kMaxReason)) {
    return "has no proper reason: it is 1 to " + std::to_string(kMaxReason) +
           " bytes of UTF-8 on one line, without hidden characters";
  }
  if (terms.made < kMinUtcSeconds || terms.expires > kMaxUtcSeconds) {
    return "was made or expires in no year of four digits";
  }
  if (terms.expires < terms.made) return "was over when it was made";
  if (terms.expires - terms.made > kMaxOverrideSeconds) {
    return "holds for longer than 366 days";
  }
  return "";
}

std::string OverrideText(const AuditOverride& terms) {
  json unpassed = json::array();
  for (const UnpassedTest& test : terms.unpassed) unpassed.push_back(JsonOf(test));
  const json document = {{"format", kOverrideFormat},
                         {"version", kVersion},
                         {"contract", crypto::ToHex(terms.contract)},
                         {"holder", terms.holder},
                         {"report", crypto::ToHex(terms.report)},
                         {"outcome", NameOf(terms.outcome)},
                         {"usual_policy", terms.usual_policy},
                         {"unpassed", unpassed},
                         {"reason", terms.reason},
                         {"made", FormatUtc(terms.made)},
                         {"expires", FormatUtc(terms.expires)}};
  return document.dump();
}

crypto::Digest256 DigestOf(const AuditOverride& terms) {
  MUSUBI_CHECK(MistakeIn(terms).empty());
  return crypto::Sha256(BytesOf(OverrideText(terms)));
}

Result<std::string> SignedOverride(const AuditOverride& terms, const crypto::Identity& signer) {
  MUSUBI_CHECK(MistakeIn(terms).empty());
  return SignedText(OverrideText(terms), signer);
}

Result<OverrideBy> ReadOverride(std::string_view text, const std::string& file,
                                std::span<const crypto::Certificate> trusted) {
  std::vector<crypto::Certificate> bodies;
  std::ranges::copy_if(trusted, std::back_inserter(bodies), [](const crypto::Certificate& c) {
    return c.role() == crypto::Role::kReview;
  });
  MUSUBI_ASSIGN_OR_RETURN(SignedDocument signed_document, ReadSigned(text, file, bodies));
  MUSUBI_ASSIGN_OR_RETURN(AuditOverride terms, ParseOverride(signed_document.document, file));
  return OverrideBy{std::move(terms), std::move(signed_document.signer)};
}

Result<AuditOverride> ReadUnverifiedOverride(std::string_view text, const std::string& file) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string document, UnverifiedDocument(text, file));
  return ParseOverride(document, file);
}

}  // namespace musubi::storage
