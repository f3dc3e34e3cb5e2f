#include "engine/release/project_approval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/utc_time.h"
#include "review_bodies.h"

namespace musubi::engine {
namespace {

using crypto::kDaySeconds;
using crypto::kNoon;
using storage::ProjectInfo;
using storage::ProjectVerdict;
using testing::HasSubstr;

constexpr std::int64_t kYear = 365 * kDaySeconds;

Application Stroke() { return SmallApplication("stroke", {}, kNoon + 10 * kDaySeconds); }

SignedFile By(const crypto::Identity& body, const Application& application = Stroke(),
              ProjectVerdict verdict = ProjectVerdict::kApprove, std::int64_t decided = kNoon) {
  return {body.certificate().name(), Decided(application, verdict, body, decided)};
}

ApprovalTerms Terms(std::int64_t now = kNoon) {
  ApprovalTerms terms;
  terms.policy.approvals = 2;
  terms.policy.trusted = {Irb().certificate(), Ethics().certificate()};
  terms.holders = {"alpha"};
  terms.now = now;
  return terms;
}

template <typename T>
std::string Refusal(const Result<T>& outcome, ErrorCode code = ErrorCode::kRefused) {
  if (outcome.ok()) return "";
  EXPECT_EQ(outcome.error().code, code);
  return outcome.error().message;
}

TEST(ProjectApprovalTest, TwoBodiesApproveOneApplication) {
  EXPECT_EQ(ApprovedApplication({By(Irb()), By(Ethics())}, Terms()).value(), Stroke());
  ApprovalTerms one = Terms();
  one.policy.approvals = 1;
  EXPECT_TRUE(ApprovedApplication({By(Irb())}, one).ok());
  EXPECT_TRUE(ApprovedApplication({By(Irb()), By(Ethics())}, one).ok());
}

TEST(ProjectApprovalTest, FewerOrOtherDecisionsAreRefused) {
  EXPECT_THAT(Refusal(ApprovedApplication({}, Terms())), HasSubstr("2 missing"));
  EXPECT_THAT(Refusal(ApprovedApplication({By(Irb())}, Terms())), HasSubstr("1 missing"));
  EXPECT_THAT(Refusal(ApprovedApplication({By(Irb()), By(Irb())}, Terms())),
              HasSubstr("counts once"));
  for (const ProjectVerdict verdict : {ProjectVerdict::kReject, ProjectVerdict::kRevoke}) {
    EXPECT_THAT(Refusal(ApprovedApplication(
                    {By(Irb()), By(Ethics()), By(Ethics(), Stroke(), verdict)}, Terms())),
                HasSubstr("not to approve"));
  }
  Application other = Stroke();
  other.smallest_count = 1;
  EXPECT_THAT(Refusal(ApprovedApplication({By(Irb()), By(Ethics(), other)}, Terms())),
              HasSubstr("another application"));
}

// A body whose certificate was renewed has two, and is one body.
TEST(ProjectApprovalTest, ARenewedCertificateIsNoSecondReviewer) {
  const auto renewed = crypto::IdentityFor(crypto::Role::kReview, "irb");
  ApprovalTerms terms = Terms();
  terms.policy.trusted.push_back(renewed.certificate());
  EXPECT_THAT(Refusal(ApprovedApplication({By(Irb()), By(renewed)}, terms)),
              HasSubstr("counts once"));
}

TEST(ProjectApprovalTest, DatesMustHold) {
  const auto refusal = [](const Application& application, std::int64_t decided, std::int64_t now) {
    return Refusal(
        ApprovedApplication({By(Irb(), application, ProjectVerdict::kApprove, decided),
                             By(Ethics(), application, ProjectVerdict::kApprove, decided)},
                            Terms(now)));
  };
  Application long_lived = Stroke();
  long_lived.expires = kNoon + 10 * kYear;
  EXPECT_EQ(refusal(Stroke(), kNoon, Stroke().expires), "");
  EXPECT_THAT(refusal(Stroke(), kNoon, Stroke().expires + 1), HasSubstr("run out"));
  EXPECT_EQ(refusal(Stroke(), kNoon + kClockLeewaySeconds, kNoon), "");
  EXPECT_THAT(refusal(Stroke(), kNoon + kClockLeewaySeconds + 1, kNoon), HasSubstr("future"));
  EXPECT_EQ(refusal(long_lived, kNoon, kNoon + kYear), "");
  EXPECT_THAT(refusal(long_lived, kNoon, kNoon + kYear + 1), HasSubstr("not valid now"));
  EXPECT_THAT(refusal(long_lived, kNoon + kYear + 1, kNoon + kYear), HasSubstr("not valid when"));
}

TEST(ProjectApprovalTest, ContractAndHoldersAreTheStores) {
  ApprovalTerms terms = Terms();
  terms.contract.fill(1);
  EXPECT_THAT(Refusal(ApprovedApplication({By(Irb()), By(Ethics())}, terms), ErrorCode::kContract),
              HasSubstr("another contract"));
  terms = Terms();
  terms.holders = {"beta"};
  EXPECT_THAT(Refusal(ApprovedApplication({By(Irb()), By(Ethics())}, terms)), HasSubstr("alpha"));
}

ProjectInfo Approved() {
  ProjectInfo project;
  project.name = "stroke";
  project.application = Stroke();
  project.decisions = {By(Irb()).text, By(Ethics()).text};
  return project;
}

std::string Amendment(const Application& amended, std::int64_t decided = kNoon + 1) {
  return Refusal(
      CheckAmendment(Approved(), amended, {By(Irb(), amended, ProjectVerdict::kApprove, decided)}));
}

TEST(ProjectApprovalTest, AnAmendmentChangesWhatMayChange) {
  Application amended = Stroke();
  amended.expires += kYear;
  amended.holders.push_back({"beta", {"cause"}});
  amended.conditions = {"tables only"};
  EXPECT_EQ(Amendment(amended), "");
  EXPECT_THAT(Amendment(amended, kNoon), HasSubstr("after the one"));
  EXPECT_THAT(Amendment(Stroke()), HasSubstr("before"));
  Application other = amended;
  other.recipient_certificate.fill(7);
  EXPECT_THAT(Amendment(other), HasSubstr("keeps its recipient"));
  other = amended;
  other.id_scope = IdScope::kRelease;
  EXPECT_THAT(Amendment(other), HasSubstr("keeps its recipient"));
  EXPECT_THAT(Refusal(CheckAmendment(ProjectInfo{"stroke"}, amended, {By(Irb(), amended)})),
              HasSubstr("without an approval"));
}

TEST(ProjectApprovalTest, OneBodyRevokesWhatWasApproved) {
  const auto refusal = [](const SignedFile& file) {
    return Refusal(CheckRevocation(Approved(), file, Terms()));
  };
  EXPECT_EQ(refusal(By(Ethics(), Stroke(), ProjectVerdict::kRevoke)), "");
  EXPECT_THAT(refusal(By(Ethics())), HasSubstr("no revocation"));
  EXPECT_THAT(refusal(By(Ethics(), Stroke(), ProjectVerdict::kReject)), HasSubstr("no revocation"));
  Application other = Stroke();
  other.purpose = "another";
  EXPECT_THAT(refusal(By(Ethics(), other, ProjectVerdict::kRevoke)), HasSubstr("never had"));
  const auto stranger = crypto::IdentityFor(crypto::Role::kReview, "stranger");
  EXPECT_THAT(refusal(By(stranger, Stroke(), ProjectVerdict::kRevoke)), HasSubstr("none of"));
}

}  // namespace
}  // namespace musubi::engine
