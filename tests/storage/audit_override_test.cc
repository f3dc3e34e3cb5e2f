#include "storage/audit_override.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "storage/signed_json.h"
#include "tests/storage/override_samples.h"

namespace musubi::storage {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Result<OverrideBy> Read(const std::string& text,
                        const crypto::Certificate& trusted = Irb().certificate()) {
  return ReadOverride(text, "o.json", std::span(&trusted, 1));
}

// What refuses a document that says something else, signed all the same.
std::string Refusal(const std::function<void(json*)>& change) {
  json document = json::parse(SignedBy(Irb())).at("document");
  change(&document);
  const auto read = Read(SignedText(document.dump(), Irb()).value());
  return read.ok() ? "" : read.error().message;
}

TEST(AuditOverrideTest, ComesBackAsItWasSigned) {
  const auto read = Read(SignedBy(Irb()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().terms, SampleOverride());
  EXPECT_EQ(read.value().signer, Irb().certificate());
  EXPECT_EQ(ReadUnverifiedOverride(SignedBy(Irb()), "o").value(), SampleOverride());
}

// docs/formats/override.md: two bodies sign the very same bytes, and nothing in them names a
// signer.
TEST(AuditOverrideTest, AllSignTheSameDocument) {
  const json first = json::parse(SignedBy(Irb()));
  const json second = json::parse(SignedBy(Ethics()));
  EXPECT_EQ(first["document"], second["document"]);
  EXPECT_NE(first["signature"], second["signature"]);
  EXPECT_EQ(first["document"].dump(),
            R"({"contract":")" + std::string(64, '1') +
                R"(","expires":"2026-12-01T12:00:00Z","format":"musubi-override",)"
                R"("holder":"alpha","made":"2026-11-30T12:00:00Z","outcome":"fail",)"
                R"("reason":"small increments","report":")" +
                std::string(64, '2') +
                R"(","unpassed":[{"at_most":"0.55","case":"50 known pairs","found":"0.5",)"
                R"("limit":"0.01","outcome":"fail","test":"anchor_profile"},{"at_most":"",)"
                R"("case":"","found":"","limit":"","outcome":"inconclusive",)"
                R"("test":"graph_matching"}],"usual_policy":true,"version":1})");
}

TEST(AuditOverrideTest, NoFlippedBitIsAccepted) {
  constexpr unsigned kSeed = 7;
  const std::string text = SignedBy(Irb());
  std::mt19937 engine(kSeed);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = text;
    changed[engine() % text.size()] ^= static_cast<char>(1 << (engine() % 8));
    ASSERT_FALSE(Read(changed).ok()) << "seed " << kSeed << ", flip " << i;
  }
}

TEST(AuditOverrideTest, ASignedTextOfAnotherFormIsRefused) {
  EXPECT_EQ(Refusal([](json*) {}), "");
  EXPECT_THAT(Refusal([](json* d) { (*d)["more"] = 1; }), HasSubstr("one form"));
  EXPECT_THAT(Refusal([](json* d) { d->erase("usual_policy"); }), HasSubstr("one form"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["version"] = 2; }), HasSubstr("one form"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["contract"] = "11"; }), HasSubstr("one form"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["unpassed"][0]["x"] = ""; }), HasSubstr("one form"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["made"] = "noon"; }), HasSubstr("366 days"));
}

TEST(AuditOverrideTest, ASignedTextOfNoMeaningIsRefused) {
  EXPECT_THAT(Refusal([](json* d) { (*d)["holder"] = "Alpha"; }), HasSubstr("names its holder"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["outcome"] = "bad"; }), HasSubstr("without an outcome"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["outcome"] = "pass"; }), HasSubstr("needs none"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["reason"] = ""; }), HasSubstr("proper reason"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["reason"] = "a\nb"; }), HasSubstr("proper reason"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["unpassed"][0]["outcome"] = "pass"; }),
              HasSubstr("lists more"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["unpassed"][0]["test"] = ""; }), HasSubstr("lists more"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["expires"] = "2026-11-30T11:59:59Z"; }),
              HasSubstr("over when"));
  EXPECT_THAT(Refusal([](json* d) { (*d)["expires"] = "2027-12-01T12:00:00Z"; }), "");
  EXPECT_THAT(Refusal([](json* d) { (*d)["expires"] = "2027-12-01T12:00:01Z"; }),
              HasSubstr("366 days"));
}

// An audit that passed under limits of the holder's own lets nothing leave, and may be overridden.
TEST(AuditOverrideTest, APassUnderLooserLimitsMayBeOverridden) {
  AuditOverride terms = SampleOverride();
  terms.outcome = Outcome::kPass;
  terms.usual_policy = false;
  terms.unpassed.clear();
  EXPECT_EQ(MistakeIn(terms), "");
}

TEST(AuditOverrideTest, OnlyAPinnedReviewBodyOverrides) {
  const auto other = crypto::IdentityFor(crypto::Role::kReview, "irb");
  EXPECT_THAT(Read(SignedBy(Irb()), other.certificate()).error().message,
              HasSubstr("none of the certificates"));
  const auto holder = crypto::IdentityFor(crypto::Role::kHolder, "irb");
  const auto by_holder = Read(SignedBy(holder), holder.certificate());
  ASSERT_FALSE(by_holder.ok());
  EXPECT_EQ(by_holder.error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace musubi::storage
