#include "cli/clearance_text.h"

#include <cstdio>
#include <utility>

#include "core/check.h"
#include "core/utc_time.h"

namespace musubi::cli {
namespace {

constexpr std::size_t kLabel = 16;
constexpr std::size_t kShownDigits = 16;  // of a digest, for people

std::string Line(std::string_view label, std::string_view text) {
  return Left(label, kLabel) + std::string(text) + "\n";
}

std::string LineOf(const storage::UnpassedTest& test) {
  std::string text = test.test + (test.about.empty() ? "" : ", " + test.about) + ": " +
                     std::string(NameOf(test.outcome));
  if (!test.found.empty()) text += ", found " + test.found;
  if (!test.at_most.empty()) text += ", at most " + test.at_most;
  if (!test.limit.empty()) text += ", limit " + test.limit;
  return Line("not passed", text);
}

// It was read before, or is about to be.
storage::AuditOverride TermsOf(const storage::Clearance& clearance) {
  auto terms = storage::ReadUnverifiedOverride(clearance.overrides.front(), "the override");
  MUSUBI_CHECK(terms.ok());
  return std::move(terms).value();
}

}  // namespace

std::string Number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

Json JsonOf(const storage::AuditOverride& terms) {
  Json json = Json::parse(storage::OverrideText(terms));
  json["override_sha256"] = crypto::ToHex(DigestOf(terms));
  return json;
}

std::string TextOf(const storage::AuditOverride& terms) {
  std::string text =
      "override of an audit: encodings may leave although it did not pass\n" +
      Line("holder", terms.holder) + Line("contract", crypto::ToHex(terms.contract)) +
      Line("because", terms.reason) + Line("made", FormatUtc(terms.made)) +
      Line("expires", FormatUtc(terms.expires)) +
      Line("audit's report", crypto::ToHex(terms.report)) +
      Line("its outcome", std::string(NameOf(terms.outcome)) +
                              (terms.usual_policy ? "" : ", under limits looser than the usual"));
  for (const storage::UnpassedTest& test : terms.unpassed) text += LineOf(test);
  return text + Line("digest", crypto::ToHex(DigestOf(terms)));
}

Json JsonOf(const storage::Cleared& cleared) {
  if (cleared.clearance.passed) {
    return {{"outcome", "passed"}, {"report", crypto::ToHex(*cleared.clearance.passed)}};
  }
  Json json = {{"outcome", "overridden"}};
  if (!cleared.signers.empty()) json["signers"] = cleared.signers;
  json["override"] = JsonOf(TermsOf(cleared.clearance));
  return json;
}

std::string TextOf(const storage::Cleared& cleared) {
  if (cleared.clearance.passed) {
    return "audit passed (report " +
           crypto::ToHex(*cleared.clearance.passed).substr(0, kShownDigits) + ")";
  }
  const storage::AuditOverride terms = TermsOf(cleared.clearance);
  std::string names;
  for (const std::string& name : cleared.signers) names += (names.empty() ? " by " : ", ") + name;
  return "audit overridden" + names + " until " + FormatUtc(terms.expires) + ": " + terms.reason;
}

}  // namespace musubi::cli
