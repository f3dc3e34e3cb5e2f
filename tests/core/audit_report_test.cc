// The report of an audit is read as it is written, and in no other form.
#include "core/audit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/seeded_draws.h"

namespace musubi {
namespace {

using testing::HasSubstr;
using testing::Not;

// With every member that may be missing, once there and once not.
AuditReport Report() {
  AuditReport report;
  report.program = "musubi 1.2.3";
  report.contract.fill(0x11);
  report.contract_name = "western";
  report.purpose = "names & \"dates\" <of> \u6B21\u4E16\u4EE3";
  report.fields = {{"surname", "name"}, {"birth_date", "date"}};
  report.input.fill(0x22);
  report.columns = {{"surname", "family \\ name"}};
  report.key_check = "0123-4567-89ab-cdef";
  report.policy = {{"graph_matching", 0.005}, {"entropy", 0.9}};
  report.usual_policy = false;
  report.outcome = Outcome::kFail;
  report.rows = 5000;
  report.sample = 64;
  report.seed = 7;
  Finding attack;
  attack.test = "graph_matching";
  attack.about = "100 % overlap";
  attack.attacker = Attacker::kUnit;
  attack.outcome = Outcome::kFail;
  attack.rate = Rate{3, 64};
  attack.value = attack.rate->value();
  attack.chance = 1.0 / 64;
  attack.limit = 0.005;
  attack.control = 1;
  Finding measure;
  measure.test = "entropy";
  measure.about = "person";
  measure.value = 0.1 + 0.2;  // whose digits are many
  measure.note = "told";
  report.findings = {attack, measure};
  report.seal.fill(0x33);
  return report;
}

TEST(AuditReportTest, IsReadAsItIsWritten) {
  const auto read = ParseAuditReport(AuditReportText(Report()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value(), Report());
  EXPECT_EQ(ParseAuditReport(AuditReportText(AuditReport{})).value(), AuditReport{});
}

TEST(AuditReportTest, NamesAreReadBack) {
  for (const Outcome outcome : {Outcome::kTold, Outcome::kPass, Outcome::kInconclusive,
                                Outcome::kFail, Outcome::kInvalid}) {
    EXPECT_EQ(OutcomeOf(NameOf(outcome)), outcome);
  }
  for (const Attacker attacker : {Attacker::kOutsider, Attacker::kGuesser, Attacker::kUnit,
                                  Attacker::kUnitWithPairs, Attacker::kUnitWithHolder}) {
    EXPECT_EQ(AttackerOf(NameOf(attacker)), attacker);
  }
  EXPECT_FALSE(OutcomeOf("good"));
  EXPECT_FALSE(AttackerOf("nobody"));
}

TEST(AuditReportTest, AnyByteChangedIsRefusedOrAnotherReport) {
  constexpr std::uint64_t kSeed = 3;
  SeededDraws draws(kSeed);
  const std::string text = AuditReportText(Report());
  for (int i = 0; i < 2000; ++i) {
    std::string changed = text;
    changed[draws.Below(text.size())] ^= static_cast<char>(1 + draws.Below(255));
    const auto read = ParseAuditReport(changed);
    if (!read.ok()) {
      EXPECT_THAT(read.error().message, HasSubstr("the audit's report"));
      continue;
    }
    EXPECT_NE(read.value(), Report()) << "seed " << kSeed << ", change " << i;
    EXPECT_EQ(AuditReportText(read.value()), changed);
  }
}

TEST(AuditReportTest, MistakesAreRefusedAndNotQuoted) {
  const std::string text = AuditReportText(Report());
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    const auto at = other.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return other.replace(at, from.size(), to);
  };
  for (const std::string& wrong :
       {std::string(), std::string("[]"), std::string("{}"), text + " ",
        changed("\"musubi_audit\": 2", "\"musubi_audit\": 1"),
        changed("\"outcome\": \"fail\"", "\"outcome\": \"secretive\""),
        changed("\"attacker\": \"unit\"", "\"attacker\": \"secretive\""),
        changed("\"upper\": 0.1", "\"upper\": 0.2"), changed("\"rows\": 5000", "\"rows\": -1"),
        changed("\"seed\": 7,", "\"seed\": 7, \"secretive\": 1,"),
        changed("\"input\": \"22", "\"input\": \"zz"),
        std::string(kMaxAuditReportBytes + 1, ' ')}) {
    const auto read = ParseAuditReport(wrong);
    ASSERT_FALSE(read.ok()) << wrong;
    EXPECT_EQ(read.error().code, ErrorCode::kBadData);
    EXPECT_THAT(read.error().message, Not(HasSubstr("secretive")));
  }
}

}  // namespace
}  // namespace musubi
