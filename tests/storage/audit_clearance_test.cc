#include "storage/audit_clearance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/utc_time.h"
#include "tests/storage/override_samples.h"

namespace musubi::storage {
namespace {

using crypto::kDaySeconds;
using crypto::kNoon;
using testing::ElementsAre;
using testing::HasSubstr;

// What the sample is held against: the bodies are those that sign it, and a holder.
class OverridesTest : public testing::Test {
 protected:
  OverridesTest() {
    terms_.contract = SampleOverride().contract;
    terms_.holder = "alpha";
    terms_.at = kNoon;
    terms_.bodies = bodies_;
  }

  Result<OverrideInForce> Check(const std::vector<std::string>& texts) const {
    std::vector<OverrideFile> files;
    for (const std::string& text : texts) {
      files.push_back({"o" + std::to_string(files.size() + 1), text});
    }
    return CheckOverrides(files, terms_);
  }

  // Why the overrides are refused; empty where they hold.
  std::string Refusal(const std::vector<std::string>& texts,
                      ErrorCode code = ErrorCode::kRefused) const {
    const auto checked = Check(texts);
    if (checked.ok()) return "";
    EXPECT_EQ(checked.error().code, code) << checked.error().message;
    return checked.error().message;
  }

  const std::vector<std::string> good_ = {SignedBy(Irb()), SignedBy(Ethics())};
  std::vector<crypto::Certificate> bodies_ = {Irb().certificate(), crypto::Alpha().certificate(),
                                              Ethics().certificate()};
  OverrideTerms terms_;
};

TEST_F(OverridesTest, OfTwoBodiesHold) {
  const auto checked = Check(good_);
  ASSERT_TRUE(checked.ok()) << checked.error().message;
  EXPECT_EQ(checked.value().terms, SampleOverride());
  EXPECT_THAT(checked.value().signers, ElementsAre("ethics", "irb"));
}

TEST_F(OverridesTest, OneSignatureIsTooFewAndThreeAreTooMany) {
  EXPECT_THAT(Refusal({}), HasSubstr("0 signed"));
  EXPECT_THAT(Refusal({good_[0]}), HasSubstr("1 signed"));
  EXPECT_THAT(Refusal({good_[0], good_[1], good_[1]}), HasSubstr("3 signed"));
}

// By name, so that a renewed certificate is no second body; and by certificate.
TEST_F(OverridesTest, OneBodyTwiceIsRefused) {
  EXPECT_THAT(Refusal({good_[0], good_[0]}), HasSubstr("'irb' as well"));
  const auto renewed = crypto::IdentityFor(crypto::Role::kReview, "irb");
  bodies_.push_back(renewed.certificate());
  terms_.bodies = bodies_;
  EXPECT_THAT(Refusal({good_[0], SignedBy(renewed)}), HasSubstr("'irb' as well"));
}

TEST_F(OverridesTest, OfOthersAreRefused) {
  const auto stranger = crypto::IdentityFor(crypto::Role::kReview, "stranger");
  EXPECT_THAT(Refusal({good_[0], SignedBy(stranger)}), HasSubstr("o2: is signed by none"));
  EXPECT_THAT(Refusal({SignedBy(crypto::Alpha()), good_[1]}), HasSubstr("o1: is signed by none"));
}

TEST_F(OverridesTest, OfTwoDocumentsAreRefused) {
  AuditOverride other = SampleOverride();
  other.expires += 1;
  EXPECT_THAT(Refusal({good_[0], SignedBy(Ethics(), other)}), HasSubstr("another override"));
}

TEST_F(OverridesTest, AChangedByteIsRefused) {
  std::string changed = good_[1];
  changed.replace(changed.find("small"), 5, "large");
  EXPECT_THAT(Refusal({good_[0], changed}), HasSubstr("o2: "));
}

TEST_F(OverridesTest, ForAnotherContractOrHolderAreRefused) {
  terms_.holder = "beta";
  EXPECT_THAT(Refusal(good_), HasSubstr("for the holder alpha, not for beta"));
  terms_.contract.fill(0x99);
  EXPECT_THAT(Refusal(good_, ErrorCode::kContract), HasSubstr("another contract"));
}

TEST_F(OverridesTest, HoldFromWhenTheyWereMadeUntilTheyExpire) {
  terms_.at = kNoon + kDaySeconds;
  EXPECT_EQ(Refusal(good_), "");
  terms_.at += 1;
  EXPECT_THAT(Refusal(good_), HasSubstr("ran out at 2026-12-01T12:00:00Z"));
  AuditOverride ahead = SampleOverride();
  ahead.made += kClockLeewaySeconds;
  ahead.expires += kClockLeewaySeconds;
  terms_.at = kNoon;
  EXPECT_EQ(Refusal({SignedBy(Irb(), ahead), SignedBy(Ethics(), ahead)}), "");
  terms_.at = kNoon - 1;
  EXPECT_THAT(Refusal({SignedBy(Irb(), ahead), SignedBy(Ethics(), ahead)}), HasSubstr("future"));
}

TEST_F(OverridesTest, ACertificateMustBeValidWhenTheEncodingLeaves) {
  AuditOverride late = SampleOverride();
  late.made += 364 * kDaySeconds;
  late.expires = late.made + 10 * kDaySeconds;
  terms_.at = kNoon + 365 * kDaySeconds + 1;
  EXPECT_THAT(Refusal({SignedBy(Irb(), late), SignedBy(Ethics(), late)}),
              HasSubstr("certificate of 'irb' is not valid"));
}

TEST(ClearanceTest, ComesBackInItsOneForm) {
  Clearance passed;
  passed.passed.emplace().fill(0xab);
  EXPECT_THAT(ClearanceText(passed), testing::StartsWith(R"({"outcome":"passed","report":"ab)"));
  EXPECT_EQ(ParseClearance(ClearanceText(passed)).value(), passed);
  const Clearance overridden{std::nullopt, {SignedBy(Irb()), SignedBy(Ethics())}};
  EXPECT_EQ(ParseClearance(ClearanceText(overridden)).value(), overridden);
  EXPECT_FALSE(ParseClearance(ClearanceText(passed) + "\n").ok());
  const Clearance one{std::nullopt, {SignedBy(Irb())}};
  EXPECT_FALSE(ParseClearance(ClearanceText(one)).ok());
}

}  // namespace
}  // namespace musubi::storage
