// What follows from what was found of candidates: the frontier, the choice, the advice, the
// picture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/tune/choice.h"
#include "engine/tune/frontier_plot.h"

namespace musubi::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// One that links so many of 1,000 pairs and misses the others.
TunedCandidate Linked(std::string name, std::uint64_t right) {
  auto contract = Contract::Parse(ContractTemplate("record"));
  MUSUBI_CHECK(contract.ok());
  TunedCandidate tried{std::move(name), "words", std::move(contract).value(), {}};
  tried.quality.usual = {right, 0, 1000 - right};
  return tried;
}

TunedCandidate Attacked(std::string name, std::uint64_t right, double risk, Outcome outcome) {
  TunedCandidate tried = Linked(std::move(name), right);
  tried.risk = Risk{risk, "graph_matching", "100 % overlap"};
  tried.outcome = outcome;
  if (outcome == Outcome::kFail) tried.failed = {"graph_matching, 100 % overlap", "entropy"};
  return tried;
}

TuneReport Chosen(std::vector<TunedCandidate> candidates, double least_f1) {
  TuneReport report;
  report.least_f1 = least_f1;
  report.pairs = 1000;
  report.candidates = std::move(candidates);
  for (TunedCandidate& tried : report.candidates) {
    tried.links_well = tried.quality.usual.lower() >= least_f1;
  }
  Choose(&report);
  return report;
}

std::string NameOfChosen(const TuneReport& report) {
  return report.chosen ? report.candidates[*report.chosen].name : "";
}

TEST(ChoiceTest, TheFrontierIsWhatNoOtherBeatsInBoth) {
  const TuneReport report = Chosen({Attacked("a", 990, 0.9, Outcome::kFail),
                                    Attacked("b", 980, 0.95, Outcome::kFail),  // a beats it
                                    Attacked("c", 970, 0.1, Outcome::kPass),
                                    Attacked("d", 960, 0.1, Outcome::kPass),  // c beats it
                                    Linked("e", 999)},                        // not attacked
                                   0.5);
  std::vector<bool> on;
  for (const TunedCandidate& tried : report.candidates) on.push_back(tried.on_frontier);
  EXPECT_THAT(on, ElementsAre(true, false, true, false, false));
}

TEST(ChoiceTest, TakesTheLeastRiskOfThoseThatLinkWellAndPass) {
  const TuneReport report = Chosen(
      {Attacked("weak", 990, 0.9, Outcome::kFail), Attacked("fair", 985, 0.04, Outcome::kPass),
       Attacked("best", 980, 0.02, Outcome::kInconclusive),
       Attacked("failing", 980, 0.01, Outcome::kFail),
       Attacked("links_badly", 700, 0.001, Outcome::kPass)},
      0.9);
  EXPECT_EQ(NameOfChosen(report), "best");
  EXPECT_TRUE(report.passes);
  EXPECT_THAT(report.advice, IsEmpty());
}

// 985 of 1,000 have an F1 of 0.992, and surely 0.987: what is sure is what counts.
TEST(ChoiceTest, AFloorIsForWhatIsSure) {
  const std::vector<TunedCandidate> one = {Attacked("one", 985, 0.01, Outcome::kPass)};
  EXPECT_TRUE(Chosen(one, 0.985).passes);
  const TuneReport report = Chosen(one, 0.99);
  EXPECT_FALSE(report.passes || report.chosen);
  EXPECT_THAT(report.advice, Contains(HasSubstr("too few pairs")));
  EXPECT_THAT(report.advice, Contains(HasSubstr("--least-f1 0.98")));
}

TEST(ChoiceTest, BelowTheFloorAMoreCertainFileIsNoHelp) {
  const TuneReport report = Chosen({Attacked("one", 900, 0.01, Outcome::kPass)}, 0.99);
  EXPECT_THAT(report.advice, Not(Contains(HasSubstr("too few pairs"))));
  EXPECT_THAT(report.advice, Contains(HasSubstr("clean the data")));
  EXPECT_THAT(report.advice, Contains(HasSubstr("in clear text have 0.0000")));
}

TEST(ChoiceTest, WhereAllThatLinkWellFailItSaysWhatWouldPass) {
  const TuneReport report = Chosen(
      {Attacked("plain", 990, 0.9, Outcome::kFail), Attacked("folded", 985, 0.8, Outcome::kFail),
       Attacked("saul", 800, 0.01, Outcome::kPass)},
      0.95);
  EXPECT_EQ(NameOfChosen(report), "folded");
  EXPECT_FALSE(report.passes);
  EXPECT_THAT(report.advice.front(), HasSubstr("folded"));
  EXPECT_THAT(report.advice.front(), HasSubstr("graph_matching, entropy"));
  EXPECT_THAT(report.advice, Contains(HasSubstr("allows saul")));
  EXPECT_THAT(report.advice, Contains(HasSubstr("multi-party computation")));
}

TEST(ChoiceTest, AnInvalidAuditAsksForMoreRecords) {
  const TuneReport report = Chosen({Attacked("one", 1000, 0.01, Outcome::kInvalid)}, 0.95);
  EXPECT_FALSE(report.passes);
  EXPECT_THAT(report.advice, ElementsAre(HasSubstr("more records")));
}

Finding RateOf(std::string test, std::string about, const Rate& rate, Outcome outcome) {
  Finding finding;
  finding.test = std::move(test);
  finding.about = std::move(about);
  finding.rate = rate;
  finding.chance = 0.001;
  finding.outcome = outcome;
  return finding;
}

// Groups, what has no verdict, who has the secret, and shares that name nobody are left out.
TEST(ChoiceTest, RiskIsTheWorstOfWhatNamesPeople) {
  AuditReport audit;
  audit.findings = {
      RateOf("graph_matching", "100 % overlap", {1, 100}, Outcome::kFail),
      RateOf("anchor_profile", "50 known pairs", {5, 100}, Outcome::kPass),
      RateOf("anchor_profile", "50 known pairs, rarest tenth", {9, 10}, Outcome::kFail),
      RateOf("graph_matching", "20 % overlap", {90, 100}, Outcome::kTold),
      RateOf("dictionary", "with the secret", {95, 100}, Outcome::kPass),
      RateOf("identical_share", "person", {99, 100}, Outcome::kFail)};
  audit.findings[4].attacker = Attacker::kUnitWithHolder;
  audit.findings.back().chance.reset();
  const Risk risk = RiskOf(audit);
  EXPECT_EQ(risk.test, "anchor_profile");
  EXPECT_DOUBLE_EQ(risk.upper, (Rate{5, 100}).upper());
  EXPECT_THAT(FailuresOf(audit), ElementsAre("graph_matching, 100 % overlap",
                                             "anchor_profile, 50 known pairs, rarest tenth",
                                             "identical_share, person"));
  EXPECT_EQ(RiskOf(AuditReport()).upper, 1);
}

// Each has its line in the list; one point each of those that were attacked, and a ring.
TEST(FrontierPlotTest, HasEveryCandidate) {
  const TuneReport report =
      Chosen({Attacked("plain", 990, 0.9, Outcome::kFail),
              Attacked("saul", 980, 0.01, Outcome::kPass), Linked("far_away", 300)},
             0.95);
  const std::string svg = FrontierSvg(report);
  for (const char* name : {"plain", "saul (chosen)", "far_away", "not attacked", "floor 0.95"}) {
    EXPECT_THAT(svg, HasSubstr(name));
  }
  std::size_t circles = 0;
  for (std::size_t at = svg.find("<circle"); at != std::string::npos;
       at = svg.find("<circle", at + 1)) {
    ++circles;
  }
  EXPECT_EQ(circles, 3U);
}

}  // namespace
}  // namespace musubi::engine
