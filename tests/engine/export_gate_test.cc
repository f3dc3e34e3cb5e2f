#include "engine/audit/export_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "bloom/keys.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "engine/audit/report_seal.h"

namespace musubi::engine {
namespace {

using testing::HasSubstr;

Contract TemplateOf(const char* name) { return Contract::Parse(ContractTemplate(name)).value(); }

crypto::LinkageSecret NewSecret() {
  crypto::SystemRandom random;
  return crypto::LinkageSecret::Generate(random).value();
}

class ExportGateTest : public testing::Test {
 protected:
  // A report that lets its file leave, but for what `change` makes of it before it is sealed.
  AuditReport Report(const std::function<void(AuditReport*)>& change = {}) const {
    AuditReport report;
    report.contract = crypto::FingerprintOf(contract_);
    report.key_check = bloom::SpokenKeyCheck(secret_, contract_);
    report.input.fill(0x44);
    report.columns = {{"sex", "gender"}, {"name", "full_name"}};
    if (change) change(&report);
    report.seal = SealOf(report, secret_);
    return report;
  }

  Result<Digest256> Gate(const AuditReport& report) const {
    return PassedInput(report, {contract_, secret_, {{"name", "full_name"}, {"sex", "gender"}}});
  }

  std::string Refusal(const AuditReport& report, ErrorCode code = ErrorCode::kRefused) const {
    const auto gate = Gate(report);
    if (gate.ok()) return "";
    EXPECT_EQ(gate.error().code, code);
    return gate.error().message;
  }

  const Contract contract_ = TemplateOf("record");
  const crypto::LinkageSecret secret_ = NewSecret();
};

TEST_F(ExportGateTest, APassedAuditTellsWhichFileMayLeave) {
  const auto gate = Gate(Report());
  ASSERT_TRUE(gate.ok()) << gate.error().message;
  EXPECT_EQ(gate.value(), Report().input);
}

TEST_F(ExportGateTest, WhatDidNotPassStays) {
  for (const Outcome outcome :
       {Outcome::kTold, Outcome::kInconclusive, Outcome::kFail, Outcome::kInvalid}) {
    EXPECT_THAT(Refusal(Report([&](AuditReport* report) { report->outcome = outcome; })),
                HasSubstr("'" + std::string(NameOf(outcome)) + "'"));
  }
}

TEST_F(ExportGateTest, APassUnderLooserLimitsIsNone) {
  EXPECT_THAT(Refusal(Report([](AuditReport* report) { report->usual_policy = false; })),
              HasSubstr("looser than the usual"));
}

// Whatever is edited after the audit, the seal is another.
TEST_F(ExportGateTest, AReportThatWasEditedIsRefused) {
  AuditReport failed = Report([](AuditReport* report) { report->outcome = Outcome::kFail; });
  failed.outcome = Outcome::kPass;
  EXPECT_THAT(Refusal(failed), HasSubstr("changed after the audit"));
  AuditReport other_file = Report();
  other_file.input.fill(0x55);
  EXPECT_THAT(Refusal(other_file), HasSubstr("changed after the audit"));
}

TEST_F(ExportGateTest, AnAuditOfAnotherContractSecretOrColumnIsRefused) {
  const Contract other = TemplateOf("western");
  EXPECT_THAT(
      Refusal(Report([&](AuditReport* report) { report->contract = crypto::FingerprintOf(other); }),
              ErrorCode::kContract),
      HasSubstr("another contract"));
  const crypto::LinkageSecret secret = NewSecret();
  EXPECT_THAT(Refusal(Report([&](AuditReport* report) {
                report->key_check = bloom::SpokenKeyCheck(secret, contract_);
              })),
              HasSubstr("another linkage secret"));
  EXPECT_THAT(Refusal(Report([](AuditReport* report) { report->columns.pop_back(); })),
              HasSubstr("other columns"));
}

}  // namespace
}  // namespace musubi::engine
