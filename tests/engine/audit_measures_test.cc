// What an audit counts and how it judges, on encodings small enough to be counted by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/seeded_draws.h"
#include "engine/audit/audit_policy.h"
#include "engine/audit/bit_frequencies.h"
#include "engine/audit/blocks.h"
#include "engine/audit/control_contract.h"
#include "engine/audit/finding.h"
#include "engine/audit/identical.h"
#include "engine/audit/linear_probe.h"
#include "engine/audit/people.h"
#include "engine/audit/report_seal.h"
#include "engine/audit/similarity_leak.h"
#include "engine/audit/token_mining.h"
#include "engine/audit/unit_rows.h"
#include "tests/crypto/fixed_random.h"

namespace musubi::engine {
namespace {

constexpr std::uint64_t kSeed = 5;

// A filter of 64 bits whose rows start with these; an empty text is an absent filter.
FilterColumn Column(const std::vector<std::string>& rows) {
  FilterColumn column;
  column.bits = BitMatrix(64, rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    column.present.push_back(rows[row].empty() ? 0 : 1);
    for (std::size_t bit = 0; bit < rows[row].size(); ++bit) {
      if (rows[row][bit] == '1') column.bits.Set(row, bit);
    }
  }
  column.CountBits();
  return column;
}

// Records with some of `tokens` tokens, the first with a share of 9 in 20, each next of less.
std::vector<Records> RandomTokens(std::size_t records, std::uint32_t tokens, SeededDraws* draws) {
  std::vector<Records> of(records);
  for (Records& record : of) {
    for (std::uint32_t token = 0; token < tokens; ++token) {
      if (draws->Percent(45 - 5 * token)) record.push_back(token);
    }
  }
  return of;
}

// Each token sets ten bits of its own.
FilterColumn PlainFilter(const std::vector<Records>& tokens) {
  std::vector<std::string> rows;
  for (const Records& record : tokens) {
    std::string row(64, '0');
    for (const std::uint32_t token : record) row.replace(token * 10, 10, "1111111111");
    rows.push_back(row);
  }
  return Column(rows);
}

FilterColumn Coins(std::size_t records, SeededDraws* draws) {
  std::vector<std::string> rows(records);
  for (std::string& row : rows) {
    for (int bit = 0; bit < 64; ++bit) row += draws->Below(2) == 0 ? '0' : '1';
  }
  return Column(rows);
}

Matrix UnitRowsOf(FilterColumn column) {
  EncodingSet set;
  set.refs.resize(column.bits.rows());
  set.filters.push_back(std::move(column));
  return UnitRows(set);
}

// Wilson's bound of no success in 2,000 trials is 0.19 %.
TEST(FindingTest, BoundsAreWilsons) {
  EXPECT_NEAR((Rate{0, 2000}.upper()), 0.00192, 0.00001);
  EXPECT_NEAR((Rate{0, 2000}.lower()), 0, 1e-12);
  EXPECT_NEAR((Rate{10, 100}.lower()), 0.0552, 0.0001);
  EXPECT_NEAR((Rate{10, 100}.upper()), 0.1744, 0.0001);
  EXPECT_EQ((Rate{}.upper()), 1);
}

TEST(FindingTest, ARateIsJudgedByItsBounds) {
  EXPECT_EQ(Judge({0, 2000}, 0.005), Outcome::kPass);
  EXPECT_EQ(Judge({50, 2000}, 0.005), Outcome::kFail);
  EXPECT_EQ(Judge({0, 100}, 0.005), Outcome::kInconclusive);
  EXPECT_EQ(Judge({1, 100}, 0.005), Outcome::kInconclusive);
  EXPECT_EQ(Judge({99, 100}, 0.005), Outcome::kFail);
  EXPECT_EQ(Judge({8, 2000}, 0.005), Outcome::kInconclusive);
}

TEST(FindingTest, ACorrelationOfFewRecordsShowsNothing) {
  EXPECT_EQ(CorrelationFinding("weight_correlation", "", 0.01, 0.05, 5000).outcome, Outcome::kPass);
  EXPECT_EQ(CorrelationFinding("weight_correlation", "", -0.2, 0.05, 5000).outcome, Outcome::kFail);
  EXPECT_EQ(CorrelationFinding("weight_correlation", "", 0.06, 0.05, 5000).outcome, Outcome::kFail);
  for (const double value : {0.01, 0.1, -0.13}) {
    EXPECT_EQ(CorrelationFinding("weight_correlation", "", value, 0.05, 500).outcome,
              Outcome::kInconclusive);
  }
  EXPECT_EQ(CorrelationFinding("weight_correlation", "", 0.15, 0.05, 500).outcome, Outcome::kFail);
}

TEST(FindingTest, AMeasureWithoutALimitIsTold) {
  EXPECT_EQ(MeasureFinding("entropy", "", 1, 1).outcome, Outcome::kPass);
  EXPECT_EQ(MeasureFinding("entropy", "", 1, 0.5).outcome, Outcome::kFail);
  const Finding told = MeasureFinding("entropy", "", 1, std::nullopt);
  EXPECT_EQ(told.outcome, Outcome::kTold);
  EXPECT_FALSE(told.limit.has_value());
}

TEST(FindingTest, GroupsHaveALimitOfTheirOwn) {
  std::vector<Finding> findings = {RateFinding("graph_matching", "all", {0, 5000}, 0.01, 0.02)};
  AddGroupFindings({30, 1000}, {0, 0}, 2, &findings);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[1].about, "all, rarest tenth");
  EXPECT_EQ(findings[1].limit, 0.04);
  findings.pop_back();
  AddGroupFindings({30, 1000}, {50, 1000}, 2, &findings);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[2].about, "all, other scripts");
  EXPECT_EQ(findings[2].outcome, Outcome::kFail);
}

TEST(FindingTest, AFailedControlIsWorseThanAll) {
  Finding attack = RateFinding("graph_matching", "", {0, 5000}, 0, 0.005);
  attack.control = 0.5;
  EXPECT_EQ(attack.outcome, Outcome::kPass);
  RequireControl(0.9, &attack);
  EXPECT_EQ(WorstOf({MeasureFinding("gini_floors", "", 2, 1), attack}), Outcome::kInvalid);
}

TEST(PolicyTest, ChangesWhatItNamesAndRefusesWhatItDoesNotKnow) {
  const auto policy =
      AuditPolicy::Parse(R"({"musubi_audit_policy": 1, "probe_auc": 0.7, "blocks_outside": 0})");
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(policy.value().probe_auc, 0.7);
  EXPECT_EQ(policy.value().blocks_outside, 0);
  EXPECT_FALSE(policy.value().similarity_neighbours.has_value());
  EXPECT_EQ(policy.value().graph_matching, AuditPolicy().graph_matching);
  for (const std::string_view bad : {"", "[]", "{}", R"({"musubi_audit_policy": 2})",
                                     R"({"musubi_audit_policy": 1, "probe": 1})",
                                     R"({"musubi_audit_policy": 1, "probe_auc": "0.7"})",
                                     R"({"musubi_audit_policy": 1, "probe_auc": -1})"}) {
    EXPECT_FALSE(AuditPolicy::Parse(bad).ok()) << bad;
  }
}

TEST(PolicyTest, IsTheUsualWhereNoLimitIsLooser) {
  const auto usual = [](const std::string& limits) {
    return AuditPolicy::Parse(R"({"musubi_audit_policy": 1)" + limits + "}").value().IsUsual();
  };
  EXPECT_TRUE(usual(""));
  EXPECT_TRUE(usual(R"(, "graph_matching": 0.001, "entropy": 0.999, "blocks_outside": 0.5)"));
  EXPECT_FALSE(usual(R"(, "graph_matching": 0.006)"));
  EXPECT_FALSE(usual(R"(, "entropy": 0.99)"));
  const auto limits = AuditPolicy().Limits();
  EXPECT_THAT(limits, testing::Contains(std::pair<std::string, double>("anchors_1000", 0.05)));
  EXPECT_THAT(limits, testing::Not(testing::Contains(testing::Key("similarity_neighbours"))));
}

TEST(ReportSealTest, IsOfTheSecretAndOfEveryWord) {
  const auto secret = crypto::SecretOf(crypto::Repeat(crypto::LinkageSecret::kBytes, 1));
  const auto other = crypto::SecretOf(crypto::Repeat(crypto::LinkageSecret::kBytes, 2));
  AuditReport report;
  const Digest256 seal = SealOf(report, secret);
  report.seal = seal;
  EXPECT_EQ(SealOf(report, secret), seal);
  EXPECT_NE(SealOf(report, other), seal);
  report.rows = 1;
  EXPECT_NE(SealOf(report, secret), seal);
}

TEST(IdenticalTest, CountsRecordsThatShareAFilterAndRanksThem) {
  // Three of "110", two of "101", one of "011", one without.
  const FilterColumn filter = Column({"110", "101", "110", "", "011", "110", "101"});
  const Identical found = FindIdentical(filter, {4, 9, 4, 0, 7, 4, 9});
  EXPECT_EQ(found.shared.successes, 5U);
  EXPECT_EQ(found.shared.trials, 6U);
  EXPECT_EQ(found.most, 3U);
  EXPECT_EQ(found.values, 3U);
  EXPECT_EQ(found.aligned.successes, 5U);
  EXPECT_EQ(found.aligned.trials, 6U);
}

TEST(BitFrequenciesTest, AreCountedOfPresentRecords) {
  std::vector<std::string> rows(2, std::string(32, '1') + std::string(32, '0'));
  rows.emplace_back();
  const BitFrequencies found = CountFrequencies(Column(rows), {1, 2, 3});
  EXPECT_EQ(found.records, 2U);
  EXPECT_DOUBLE_EQ(found.gini, 0.5);
  EXPECT_EQ(found.entropy, 0);
  EXPECT_EQ(found.weight_correlation, 0);
}

TEST(BitFrequenciesTest, OfCoinsAreAtTheFloor) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const BitFrequencies found = CountFrequencies(Coins(4000, &draws), Records(4000, 7));
  EXPECT_NEAR(found.gini / found.floor, 1, 0.3);
  EXPECT_GT(found.entropy, 0.999);
}

// Bits whose chances lie between 0.48 and 0.52: what is beyond coins is the same of more records.
TEST(BitFrequenciesTest, TheLimitGrowsWithTheRecordsAsUnevennessDoes) {
  EXPECT_EQ(GiniFloorsOf(5000, 2), 2);
  EXPECT_EQ(GiniFloorsOf(100, 2), 2);
  EXPECT_EQ(GiniFloorsOf(20'000, 1), 1);
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  std::vector<double> floors;
  for (const std::size_t records : {5000U, 20'000U}) {
    FilterColumn column;
    column.bits = BitMatrix(512, records);
    column.present.assign(records, 1);
    for (std::size_t row = 0; row < records; ++row) {
      for (std::size_t bit = 0; bit < 512; ++bit) {
        if (draws.Below(1000) < 480 + bit % 41) column.bits.Set(row, bit);
      }
    }
    column.CountBits();
    const BitFrequencies found = CountFrequencies(column, Records(records, 1));
    floors.push_back(found.gini / found.floor);
  }
  EXPECT_GT(floors[1], 1.5 * floors[0]);
  EXPECT_NEAR(GiniFloorsOf(20'000, floors[0]), floors[1], 0.2);
}

TEST(BitFrequenciesTest, ALongerNameHasMoreBits) {
  EXPECT_NEAR(CountFrequencies(Column({"1", "11", "111"}), {2, 4, 6}).weight_correlation, 1, 1e-9);
}

TEST(BlocksTest, RecordsInSmallAndLargeBlocksAreOutside) {
  RowVector<BlockToken> tokens;
  for (const std::uint8_t token : std::vector<std::uint8_t>{1, 2, 2, 3, 3, 3, 0}) {
    tokens.push_back({{token}});
  }
  const BlockSizes sizes = CountBlocks(tokens, 2, 2);
  EXPECT_EQ(sizes.records, 6U);
  EXPECT_EQ(sizes.blocks, 3U);
  EXPECT_EQ(sizes.outside, 4U);
  EXPECT_EQ(sizes.largest, 3U);
}

TEST(SimilarityTest, OfPlainFiltersTellsOfTheRecordsAndOfCoinsNot) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const std::vector<Records> tokens = RandomTokens(300, 6, &draws);
  const SimilarityLeak plain = MeasureSimilarity(UnitRowsOf(PlainFilter(tokens)), tokens, kSeed);
  EXPECT_GT(plain.random, 0.7);
  const SimilarityLeak coins = MeasureSimilarity(UnitRowsOf(Coins(300, &draws)), tokens, kSeed);
  EXPECT_LT(std::abs(coins.random), 0.05);
}

TEST(ProbeTest, TheAreaUnderACurveCountsTiesHalf) {
  EXPECT_EQ(AreaUnderCurve({1, 2, 3, 4}, {0, 0, 1, 1}), 1);
  EXPECT_EQ(AreaUnderCurve({1, 1}, {0, 1}), 0.5);
  EXPECT_EQ(AreaUnderCurve({1, 2, 3}, {0, 1, 0}), 0.5);
  EXPECT_FALSE(AreaUnderCurve({1, 2}, {1, 1}).has_value());
}

TEST(ProbeTest, LearnsTheBitsOfTokensAndNothingFromCoins) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const std::vector<Records> tokens = RandomTokens(600, 6, &draws);
  EXPECT_GT(ProbeTokens(UnitRowsOf(PlainFilter(tokens)), tokens, 300), 0.99);
  EXPECT_NEAR(*ProbeTokens(UnitRowsOf(Coins(600, &draws)), tokens, 300), 0.5, 0.06);
}

TEST(MiningTest, FindsTheTokensOfPlainFiltersAndNoneInCoins) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const std::vector<Records> tokens = RandomTokens(600, 6, &draws);
  const MinedTokens plain = MineTokens(PlainFilter(tokens), tokens);
  EXPECT_EQ(plain.sets, 6U);
  EXPECT_EQ(plain.right, 6U);
  EXPECT_EQ(MineTokens(Coins(600, &draws), tokens).sets, 0U);
}

TEST(ControlContractTest, IsAPlainFilterOfTheSameTokens) {
  for (const std::string_view name : {"saul", "western", "record", "japan-claims"}) {
    const auto contract = Contract::Parse(ContractTemplate(name));
    ASSERT_TRUE(contract.ok()) << name;
    const auto control = ControlContract(contract.value(), 30);
    ASSERT_TRUE(control.ok()) << name << ": " << control.error().message;
    ASSERT_EQ(control.value().filters().size(), 1U) << name;
    const Filter& filter = control.value().filters()[0];
    EXPECT_EQ(filter.bits, 1024U);
    EXPECT_FALSE(filter.IsOfRecord());
    EXPECT_TRUE(filter.hardening.empty());
    std::size_t features = 0;
    for (const Filter& audited : contract.value().filters()) features += audited.features.size();
    EXPECT_EQ(filter.features.size(), features) << name;
    EXPECT_EQ(filter.features[0].positions, 17U);  // 30 tokens leave six bits in ten unset
  }
}

// Two views of a person, one of them salted, have the same names and dates.
TEST(ControlContractTest, HasEachFeatureOnceAndNoSalt) {
  std::string text(ContractTemplate("saul"));
  const std::size_t first = text.find('{', text.find("\"filters\""));
  std::string view = text.substr(first, text.find("\n  ],", first) - first);
  view.replace(view.find("person"), 6, "second");
  const std::string feature = R"({"field": "surname", )";
  view.replace(view.find(feature), feature.size(),
               feature + R"("salt": {"field": "birth_date", "form": "year"}, )");
  text.insert(first, view + ",");
  text.replace(text.find("\"prior_weight\""), 0, R"("combine": "best", )");
  const auto contract = Contract::Parse(text);
  ASSERT_TRUE(contract.ok()) << contract.error().message;
  ASSERT_EQ(contract.value().filters().size(), 2U);
  const auto control = ControlContract(contract.value(), 30);
  ASSERT_TRUE(control.ok()) << control.error().message;
  EXPECT_EQ(control.value().filters()[0].features.size(), 5U);
  for (const Feature& plain : control.value().filters()[0].features) EXPECT_FALSE(plain.salt);
}

TEST(GroupsTest, AreTheRarestTenthAndThoseOfAnotherScript) {
  ClearTokens tokens;
  for (std::uint32_t record = 0; record < 20; ++record) {
    tokens.of.push_back({record < 18 ? 0 : record});
    tokens.scripts.push_back(record == 3   ? Script::kLatin
                             : record == 4 ? Script::kNone
                                           : Script::kHan);
  }
  tokens.filter_of.assign(20, 0);
  const Groups groups = GroupsOf(tokens);
  for (std::uint32_t record = 0; record < 20; ++record) {
    EXPECT_EQ(groups.rare[record], record >= 18) << record;
    EXPECT_EQ(groups.other[record], record == 3) << record;
  }
}

}  // namespace
}  // namespace musubi::engine
