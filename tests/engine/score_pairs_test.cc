// The score of a pair, with match tokens: small numbers, reckoned by hand.
#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "engine/link/pair_scorer.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;

// A filter of weight 3 without a floor; a block token; match tokens of weights 5 and 4, against
// which a conflict weighs 2 and nothing. Prior weight 2.
std::string ContractText(const std::string& threshold) {
  return R"({"musubi_contract": 1, "name": "test", "profile": "fields",
    "fields": [{"name": "a", "kind": "digits"}, {"name": "b", "kind": "digits"}],
    "filters": [{"name": "a", "bits": 64, "weight": 3, "features": [
      {"field": "a", "tokens": {"kind": "exact"}, "positions": 1}]}],
    "block_tokens": [{"name": "b", "parts": [{"field": "b"}]}],
    "match_tokens": [
      {"name": "first", "weight": 5, "conflict_weight": 2, "parts": [{"field": "a"}]},
      {"name": "second", "weight": 4, "parts": [{"field": "b"}]}],
    "linkage": {"model": {"kind": "weighted_mean", "threshold": ")" +
         threshold + R"(", "prior_weight": 2}}})";
}

// One record. Tokens are numbers, of which 0 is none; without bits the filter is absent.
struct Record {
  std::string bits;
  std::uint8_t first = 0;
  std::uint8_t second = 0;
  std::uint8_t block = 0;
};

// The records of two holders, one of each.
Population PopulationOf(const Record& left, const Record& right) {
  Population population;
  population.records = MakeEncodingSet({64}, 3);
  population.records.Resize(2);
  population.source = {0, 1};
  population.allows_within = {0, 0};
  population.settled = {0, 0};
  std::uint32_t row = 0;
  for (const Record* record : {&left, &right}) {
    FilterColumn& filter = population.records.filters[0];
    for (std::size_t bit = 0; bit < record->bits.size(); ++bit) {
      if (record->bits[bit] == '1') filter.bits.Set(row, bit);
    }
    filter.present[row] = record->bits.empty() ? 0 : 1;
    auto& tokens = population.records.tokens;
    tokens[0][row].bytes[0] = record->block;
    tokens[1][row].bytes[15] = record->first;
    tokens[2][row].bytes[15] = record->second;
    ++row;
  }
  population.records.filters[0].CountBits();
  return population;
}

// The links of all pairs at the contract's threshold. A pair's score on demand is a link's.
std::vector<ScoredPair> LinksOf(const Population& population, const Contract& contract) {
  const auto plan = blocking::PlanAllPairs(population);
  const WeightedMean model(contract.plan().threshold, contract.plan().prior_weight);
  FilterRows rows(contract.filter_bits(), HeaviestFirst(contract));
  rows.Append(population.records);
  const PairWeights weights(contract, rows);
  const ScoringBasis basis{population, rows, contract, BestCompareKernel().run};
  std::vector<ScoredPair> links;
  std::uint64_t compared = 0;
  const auto take = [&](ScoredPart part) -> Status {
    compared += part.found.compared;
    EXPECT_EQ(part.found.reached, part.found.links.size());
    EXPECT_TRUE(part.found.hits.empty());
    links.insert(links.end(), part.found.links.begin(), part.found.links.end());
    return {};
  };
  const JudgeMaker make_judge = [&] { return std::make_unique<PairScorer>(basis, weights, model); };
  EXPECT_TRUE(ScorePairs(*plan, make_judge, 0, {}, {}, take).ok());
  EXPECT_EQ(compared, blocking::CountAllPairs(population));
  const ScoresOnDemand scores(basis, weights, model);
  for (const ScoredPair& link : links) EXPECT_EQ(scores.Of(link.left, link.right), link.score);
  if (links.empty()) {
    EXPECT_EQ(scores.Of(0, 1), 0U);
  }
  return links;
}

// The pair's score, or nothing where it is not accepted.
std::optional<std::uint32_t> ScoreOf(const Record& left, const Record& right,
                                     const std::string& threshold = "0.1") {
  const Contract contract = Contract::Parse(ContractText(threshold)).value();
  const Population population = PopulationOf(left, right);
  const std::vector<ScoredPair> links = LinksOf(population, contract);
  EXPECT_LE(links.size(), 1U);
  return links.empty() ? std::nullopt : std::optional(links.front().score);
}

// Three bits of four in common: Dice 6/8, and 3 * 750,000 = 2,250,000 of weight 3 and prior 2.
constexpr const char* kLeft = "1111";
constexpr const char* kRight = "01111";

TEST(ScorePairsTest, WithoutMatchTokensItIsTheFilters) {
  EXPECT_EQ(ScoreOf({kLeft}, {kRight}), 450'000U);  // 2,250,000 / 5
}

TEST(ScorePairsTest, AnEqualMatchTokenAddsItsWeight) {
  EXPECT_EQ(ScoreOf({kLeft, 7}, {kRight, 7}), 725'000U);        // 7,250,000 / 10
  EXPECT_EQ(ScoreOf({kLeft, 0, 7}, {kRight, 0, 7}), 694'444U);  // 6,250,000 / 9
}

TEST(ScorePairsTest, DifferentMatchTokensAddTheirConflictWeight) {
  EXPECT_EQ(ScoreOf({kLeft, 7}, {kRight, 8}), 321'428U);        // 2,250,000 / 7
  EXPECT_EQ(ScoreOf({kLeft, 0, 7}, {kRight, 0, 8}), 450'000U);  // no conflict weight
}

TEST(ScorePairsTest, AMissingMatchTokenAddsNothing) {
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 0, 0}), 450'000U);
  EXPECT_EQ(ScoreOf({kLeft, 0, 0}, {kRight, 7, 9}), 450'000U);
}

TEST(ScorePairsTest, EachMatchTokenCountsForItself) {
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 7, 9}), 803'571U);  // 11,250,000 / 14
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 8, 9}), 568'181U);  // 6,250,000 / 11
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 7, 8}), 725'000U);  // 7,250,000 / 10
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 8, 8}), 321'428U);
}

TEST(ScorePairsTest, AMatchTokenCountsWithoutFilters) {
  EXPECT_EQ(ScoreOf({"", 7}, {"", 7}), 714'285U);        // 5,000,000 / 7
  EXPECT_EQ(ScoreOf({kLeft, 7}, {"", 7}), 714'285U);     // the filter is absent on one side
  EXPECT_EQ(ScoreOf({"", 7, 9}, {"", 8, 9}), 500'000U);  // 4,000,000 / 8
}

TEST(ScorePairsTest, APairOfConflictsAloneIsNone) {
  EXPECT_EQ(ScoreOf({"", 7}, {"", 8}), std::nullopt);
  EXPECT_EQ(ScoreOf({""}, {""}), std::nullopt);
}

TEST(ScorePairsTest, BlockTokensAddNothing) {
  EXPECT_EQ(ScoreOf({kLeft, 0, 0, 5}, {kRight, 0, 0, 5}), 450'000U);
  EXPECT_EQ(ScoreOf({kLeft, 0, 0, 5}, {kRight, 0, 0, 6}), 450'000U);
}

// A conflict is reckoned before the filters, so a pair may be left early; one exactly on the
// threshold is not.
TEST(ScorePairsTest, DecidesOnTheThresholdExactly) {
  EXPECT_EQ(ScoreOf({kLeft, 7}, {kRight, 7}, "0.725"), 725'000U);
  EXPECT_EQ(ScoreOf({kLeft, 7}, {kRight, 7}, "0.725001"), std::nullopt);
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 8, 9}, "0.568181"), 568'181U);
  EXPECT_EQ(ScoreOf({kLeft, 7, 9}, {kRight, 8, 9}, "0.568182"), std::nullopt);
  EXPECT_EQ(ScoreOf({kLeft, 7}, {kLeft, 8}, "0.428571"), 428'571U);  // 3,000,000 / 7
  EXPECT_EQ(ScoreOf({kLeft, 7}, {kLeft, 8}, "0.428572"), std::nullopt);
}

TEST(ScorePairsTest, NamesTheLowerRowFirst) {
  const Population population = PopulationOf({kLeft, 7}, {kRight, 7});
  const Contract contract = Contract::Parse(ContractText("0.1")).value();
  const std::vector<ScoredPair> links = LinksOf(population, contract);
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0].left, 0U);
  EXPECT_EQ(links[0].right, 1U);
}

}  // namespace
}  // namespace musubi::engine
