#include "storage/project_decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "storage/signed_json.h"
#include "tests/crypto/identities.h"

namespace musubi::storage {
namespace {

using crypto::Role;
using nlohmann::json;
using testing::HasSubstr;

const crypto::Identity& Irb() {
  static const auto kIdentity = crypto::IdentityFor(Role::kReview, "irb");
  return kIdentity;
}

Application Stroke() {
  Application application;
  application.project = "stroke-2027";
  application.purpose = "Care";
  application.legal_basis = "Act";
  application.holders = {{"hospital", {"sex"}}};
  application.recipient = "ann";
  application.environment = "room";
  application.expires = crypto::kNoon + crypto::kDaySeconds;
  return application;
}

ProjectDecision Approval(const crypto::Identity& signer = Irb()) {
  ProjectDecision decision;
  decision.id.bytes.fill(0xab);
  decision.application = Stroke();
  decision.conflict_of_interest = "none";
  decision.decided = crypto::kNoon;
  decision.reviewer = signer.certificate().name();
  decision.reviewer_certificate = signer.certificate().fingerprint();
  return decision;
}

std::string Text(const ProjectDecision& decision, const crypto::Identity& signer = Irb()) {
  return SignedDecision(decision, signer).value();
}

Result<ProjectDecision> Read(const std::string& text,
                             const crypto::Certificate& trusted = Irb().certificate()) {
  return ReadDecision(text, "p.approved", std::span(&trusted, 1));
}

// The text of a document that says something else, signed all the same.
std::string Resigned(const std::string& text, const std::function<void(json*)>& change) {
  json document = json::parse(text).at("document");
  change(&document);
  return SignedText(document.dump(), Irb()).value();
}

TEST(ProjectDecisionTest, ComesBackAsItWasSigned) {
  ProjectDecision decision = Approval();
  decision.verdict = ProjectVerdict::kReject;
  decision.reason = "too broad";
  const auto read = Read(Text(decision));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().id, decision.id);
  EXPECT_EQ(read.value().verdict, ProjectVerdict::kReject);
  EXPECT_EQ(read.value().application, decision.application);
  EXPECT_EQ(read.value().reason, "too broad");
  EXPECT_EQ(read.value().conflict_of_interest, "none");
  EXPECT_EQ(read.value().decided, crypto::kNoon);
  EXPECT_EQ(read.value().reviewer, "irb");
}

// The members of docs/formats/project.md.
TEST(ProjectDecisionTest, HasTheDocumentedMembers) {
  const json document = json::parse(Text(Approval())).at("document");
  std::vector<std::string> names;
  for (const auto& [name, value] : document.items()) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("application", "application_sha256",
                                          "conflict_of_interest", "decided", "decision", "format",
                                          "id", "reason", "reviewer", "version"));
  EXPECT_EQ(document["application"].dump(), ApplicationText(Stroke()));
  EXPECT_EQ(document["application_sha256"], crypto::ToHex(DigestOf(Stroke())));
  EXPECT_EQ(document["decision"], "approve");
  EXPECT_EQ(document["decided"], "2026-11-30T12:00:00Z");
  EXPECT_EQ(document["format"], "musubi-decision");
}

TEST(ProjectDecisionTest, NoFlippedBitIsAccepted) {
  const std::string text = Text(Approval());
  std::mt19937 engine(6);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = text;
    changed[engine() % text.size()] ^= static_cast<char>(1 << (engine() % 8));
    ASSERT_FALSE(Read(changed).ok()) << "seed 6, flip " << i;
  }
}

TEST(ProjectDecisionTest, ASignedTextOfAnotherFormIsRefused) {
  const std::string text = Text(Approval());
  ASSERT_TRUE(Read(Resigned(text, [](json*) {})).ok());
  const auto refusal = [&](const std::function<void(json*)>& change) {
    const auto read = Read(Resigned(text, change));
    EXPECT_FALSE(read.ok());
    return read.ok() ? "" : read.error().message;
  };
  EXPECT_THAT(refusal([](json* d) { (*d)["more"] = 1; }), HasSubstr("one form"));
  EXPECT_THAT(refusal([](json* d) { d->erase("reason"); }), HasSubstr("one form"));
  EXPECT_THAT(refusal([](json* d) { (*d)["version"] = 2; }), HasSubstr("one form"));
  EXPECT_THAT(refusal([](json* d) { (*d)["decision"] = "allow"; }), HasSubstr("reason"));
  EXPECT_THAT(refusal([](json* d) { (*d)["id"] = std::string(32, '0'); }), HasSubstr("all zero"));
  EXPECT_THAT(refusal([](json* d) { (*d)["decided"] = "today"; }), HasSubstr("one form"));
  EXPECT_THAT(refusal([](json* d) { (*d)["conflict_of_interest"] = ""; }), HasSubstr("conflict"));
  EXPECT_THAT(refusal([](json* d) { (*d)["decision"] = "revoke"; }), HasSubstr("reason"));
  EXPECT_THAT(refusal([](json* d) { (*d)["application_sha256"] = std::string(64, '0'); }),
              HasSubstr("one form"));
  EXPECT_THAT(refusal([](json* d) { (*d)["application"]["purpose"] = ""; }), HasSubstr("purpose"));
  EXPECT_THAT(refusal([](json* d) { (*d)["reviewer"]["name"] = "ethics"; }),
              HasSubstr("another than the reviewer"));
}

TEST(ProjectDecisionTest, OnlyAPinnedReviewBodyDecides) {
  const auto other = crypto::IdentityFor(Role::kReview, "irb");
  EXPECT_THAT(Read(Text(Approval()), other.certificate()).error().message,
              HasSubstr("none of the certificates"));
  const auto holder = crypto::IdentityFor(Role::kHolder, "irb");
  const auto by_holder = Read(Text(Approval(holder), holder), holder.certificate());
  ASSERT_FALSE(by_holder.ok());
  EXPECT_EQ(by_holder.error().code, ErrorCode::kRefused);
}

TEST(ProjectDecisionTest, TheCertificateIsValidWhenItIsDecided) {
  ProjectDecision late = Approval();
  late.decided = crypto::kNoon + 400 * crypto::kDaySeconds;
  EXPECT_THAT(Read(Text(late)).error().message, HasSubstr("not valid when"));
}

TEST(ProjectDecisionTest, AnyoneCanReadWhatItSays) {
  EXPECT_EQ(ReadUnverifiedDecision(Text(Approval()), "p").value().application, Stroke());
  EXPECT_FALSE(ReadUnverifiedDecision("{}\n", "p").ok());
}

}  // namespace
}  // namespace musubi::storage
