// What a report means: whom each attacker may name at worst, and the verdict in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/verdict/audit_page.h"
#include "engine/verdict/exposure.h"
#include "engine/verdict/verdict.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Finding Attack(std::string test, std::string about, Attacker attacker, Rate rate) {
  Finding finding;
  finding.test = std::move(test);
  finding.about = std::move(about);
  finding.attacker = attacker;
  finding.outcome = Outcome::kPass;
  finding.rate = rate;
  finding.value = rate.value();
  finding.chance = 0.001;
  finding.limit = 0.1;
  finding.control = 0.9;
  return finding;
}

// One attack of each attacker; those who know more find more.
AuditReport Report() {
  AuditReport report;
  report.contract_name = "western";
  report.findings = {
      Attack("dictionary", "without the secret", Attacker::kGuesser, {1, 1000}),
      Attack("graph_matching", "100 % overlap", Attacker::kUnit, {5, 1000}),
      Attack("anchor_profile", "50 known pairs", Attacker::kUnitWithPairs, {20, 1000})};
  return report;
}

TEST(ExposureTest, EachAttackerCanDoWhatThoseBeforeItCan) {
  AuditReport report = Report();
  std::swap(report.findings[1].rate, report.findings[2].rate);
  const auto exposures = ExposuresOf(report);
  ASSERT_EQ(exposures.size(), 4U);
  EXPECT_EQ(exposures[0].worst, 0U);
  EXPECT_EQ(exposures[1].worst, 1U);
  EXPECT_EQ(exposures[2].worst, 1U);
  EXPECT_EQ(exposures[2].at_most, (Rate{20, 1000}.upper()));
}

TEST(ExposureTest, TheSecretNamesEveryoneAlways) {
  const Exposure with_holder = ExposuresOf(AuditReport{}).back();
  EXPECT_EQ(with_holder.attacker, "unit_with_holder");
  EXPECT_EQ(with_holder.at_most, 1);
  EXPECT_EQ(with_holder.plain, 1);
  EXPECT_FALSE(with_holder.worst);
  AuditReport report = Report();
  report.findings.push_back(
      Attack("dictionary", "with the secret", Attacker::kUnitWithHolder, {9, 10}));
  report.findings.back().outcome = Outcome::kTold;
  EXPECT_EQ(ExposuresOf(report).back().worst, 3U);
  EXPECT_EQ(ExposuresOf(report).back().at_most, 1);
}

TEST(ExposureTest, WithoutAnAttackNothingIsKnown) {
  const Exposure unit = ExposuresOf(AuditReport{})[1];
  EXPECT_FALSE(unit.worst || unit.at_most || unit.plain);
}

TEST(ExposureTest, PlainFiltersAreThoseOfTheStrongestAttackOnThem) {
  AuditReport report = Report();
  report.findings[1].control = 0.95;
  const auto exposures = ExposuresOf(report);
  EXPECT_FALSE(exposures[0].plain);  // the control of a dictionary is the secret
  EXPECT_EQ(exposures[1].plain, 0.95);
  EXPECT_EQ(exposures[2].plain, 0.95);
}

TEST(ExposureTest, AttacksThatFailOnPlainFiltersDoNotCount) {
  AuditReport report = Report();
  report.findings.push_back(Attack("graph_matching", "20 % overlap", Attacker::kUnit, {100, 1000}));
  report.findings[3].outcome = Outcome::kTold;
  EXPECT_EQ(ExposuresOf(report)[1].worst, 1U);
  EXPECT_THAT(ExposuresOf(report)[1].too_weak, ElementsAre(3));
  report.findings[3].outcome = Outcome::kFail;
  EXPECT_EQ(ExposuresOf(report)[1].worst, 3U);
}

TEST(ExposureTest, AnInvalidAttackLeavesTheWorstCaseOpen) {
  AuditReport report = Report();
  report.findings[1].outcome = Outcome::kInvalid;
  const auto open = ExposuresOf(report);
  EXPECT_TRUE(open[0].at_most);
  EXPECT_FALSE(open[1].at_most || open[1].worst || open[1].found);
  EXPECT_THAT(open[1].too_weak, ElementsAre(1));
  EXPECT_FALSE(open[2].at_most);
  report.findings[2].outcome = Outcome::kFail;
  EXPECT_EQ(ExposuresOf(report)[2].worst, 2U);
}

TEST(ExposureTest, GroupsValuesAndMeasuresNameNoOne) {
  AuditReport report = Report();
  for (const char* about : {"100 % overlap, rarest tenth", "100 % overlap, other scripts"}) {
    report.findings.push_back(Attack("graph_matching", about, Attacker::kUnit, {9, 10}));
  }
  report.findings.push_back(Attack("frequency_alignment", "sex", Attacker::kUnit, {9, 10}));
  report.findings.push_back(Attack("blocks_outside", "names", Attacker::kUnit, {10, 10}));
  report.findings.back().chance.reset();
  const Exposure unit = ExposuresOf(report)[1];
  EXPECT_EQ(unit.worst, 1U);
  EXPECT_THAT(unit.too_weak, IsEmpty());
}

TEST(ExposureTest, TestsThatWereNotMadeAreTold) {
  AuditReport report = Report();
  Finding few;
  few.test = "anchor_profile";
  few.attacker = Attacker::kUnitWithPairs;
  few.outcome = Outcome::kInconclusive;
  report.findings.push_back(few);
  EXPECT_THAT(ExposuresOf(report)[1].not_made, IsEmpty());
  EXPECT_THAT(ExposuresOf(report)[2].not_made, ElementsAre(3));
}

TEST(ExposureTest, SharesAreTextsOfTwoDigitsOrMore) {
  EXPECT_EQ(ShareText(0.00375, "-"), "0.38 %");
  EXPECT_EQ(ShareText(1, "-"), "100.0 %");
  EXPECT_EQ(ShareText({}, "not known"), "not known");
}

TEST(VerdictTest, CountsWhatDecided) {
  AuditReport report = Report();
  report.outcome = report.findings[0].outcome = Outcome::kFail;
  EXPECT_THAT(VerdictOf(report).sentence, HasSubstr("1 of 3 results is beyond"));
  report.findings[1].outcome = Outcome::kFail;
  EXPECT_THAT(VerdictOf(report).sentence, HasSubstr("2 of 3 results are beyond"));
}

TEST(VerdictTest, OneResultIsNotCounted) {
  AuditReport report;
  report.findings.resize(1);
  report.outcome = report.findings[0].outcome = Outcome::kInconclusive;
  EXPECT_THAT(VerdictOf(report).sentence, HasSubstr("Not decided: its one result is of too few"));
}

TEST(VerdictTest, OnlyAPassUnderUsualLimitsOpensTheWay) {
  AuditReport report = Report();
  EXPECT_THAT(VerdictOf(report).next, HasSubstr("may be handed"));
  report.usual_policy = false;
  EXPECT_THAT(VerdictOf(report).sentence, HasSubstr("looser"));
  EXPECT_THAT(VerdictOf(report).next, Not(HasSubstr("may be handed")));
  for (const Outcome outcome : {Outcome::kInconclusive, Outcome::kInvalid}) {
    report.outcome = outcome;
    EXPECT_THAT(VerdictOf(report).next, HasSubstr("Do not take this for a pass"));
  }
}

TEST(AuditPageTest, MarksInTextsOfAReportAreTexts) {
  AuditReport report = Report();
  const std::string page = AuditPage(report);
  report.purpose = "MUSUBI_AUDIT_SUMMARY MUSUBI_AUDIT_DOCUMENT";
  const std::string other = AuditPage(report);
  EXPECT_THAT(page, Not(HasSubstr("MUSUBI_AUDIT")));
  EXPECT_THAT(other, HasSubstr(report.purpose));
  EXPECT_EQ(other, AuditPage(report));
}

}  // namespace
}  // namespace musubi::engine
