// Links tried in memory: who becomes one person, at which threshold, and among which pairs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/link/trial.h"

namespace musubi::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Contract ContractOf(std::string_view resolution = "greedy") {
  auto contract = Contract::Parse(
      R"({"musubi_contract": 1, "name": "test", "profile": "record",
    "fields": [{"name": "a", "kind": "digits"}],
    "filters": [{"name": "person", "bits": 64, "features": [
      {"field": "a", "tokens": {"kind": "exact"}, "positions": 1}]}],
    "block_tokens": [{"name": "b", "parts": [{"field": "a"}]}],
    "linkage": {"model": {"kind": "weighted_mean", "threshold": "0.5"}, "resolution": ")" +
      std::string(resolution) + R"("}})");
  MUSUBI_CHECK(contract.ok());
  return std::move(contract).value();
}

// Each record's bits, and the letter of its block.
using Records = std::vector<std::pair<std::string, char>>;

EncodingSet SetOf(const Records& records, std::uint32_t width = 64) {
  EncodingSet set = MakeEncodingSet({width}, 1);
  set.Resize(records.size());
  for (std::size_t row = 0; row < records.size(); ++row) {
    const std::string& bits = records[row].first;
    for (std::size_t bit = 0; bit < bits.size(); ++bit) {
      if (bits[bit] == '1') set.filters[0].bits.Set(row, bit);
    }
    set.filters[0].present[row] = 1;
    set.tokens[0][row].bytes[0] = static_cast<std::uint8_t>(records[row].second);
  }
  set.filters[0].CountBits();
  return set;
}

std::vector<ScoredPair> LinksOf(const Contract& contract, const Records& records, std::size_t left,
                                const TrialRequest& request = {}) {
  const auto links = LinkTrial(contract, SetOf(records), left).Link(request, {});
  MUSUBI_CHECK(links.ok());
  EXPECT_EQ(links.value().refusal, "");
  return links.value().links;
}

// Of the left two, the second is more like the right's one: Dice is 6/7 against 4/6. Nobody is two
// persons, and nobody of one holder is another of it, equal as they may be.
const Records kRivals = {{"1100", 'x'}, {"1111", 'x'}, {"1111", 'y'}, {"1110", 'x'}};

TEST(LinkTrialTest, LinksEachRecordOnceTheBestFirst) {
  const Contract contract = ContractOf();
  EXPECT_THAT(LinksOf(contract, kRivals, 3), ElementsAre(ScoredPair{1, 3, 857'143}));
}

TEST(LinkTrialTest, TakesTheThresholdThatIsAskedFor) {
  const Contract contract = ContractOf();
  EXPECT_THAT(LinksOf(contract, kRivals, 3, {.threshold = Threshold{9, 10}}), IsEmpty());
  EXPECT_THAT(LinksOf(contract, kRivals, 1, {.threshold = Threshold{9, 10}}), IsEmpty());
}

TEST(LinkTrialTest, ComparesPairsOfBlocksAloneWhereAsked) {
  const Contract contract = ContractOf();
  const Records records = {{"1100", 'x'}, {"1111", 'z'}, {"1110", 'x'}};
  EXPECT_THAT(LinksOf(contract, records, 2), ElementsAre(ScoredPair{1, 2, 857'143}));
  EXPECT_THAT(LinksOf(contract, records, 2, {.by_blocks = true}),
              ElementsAre(ScoredPair{0, 2, 800'000}));
}

// A record's filter may be wider than its contract's: clear text has a bit for each token of all.
TEST(LinkTrialTest, TakesFiltersOfAnotherWidth) {
  const Contract contract = ContractOf();
  const std::string far = std::string(300, '0') + "111";
  const Records records = {{far, 'x'}, {"111", 'x'}, {far, 'x'}};
  const auto links = LinkTrial(contract, SetOf(records, 320), 2).Link({}, {});
  ASSERT_TRUE(links.ok());
  EXPECT_THAT(links.value().links, ElementsAre(ScoredPair{0, 2, kScoreUnit}));
}

// Forty others are half as like each as its own copy is: the twenty of them that may reach the
// threshold are some of these, so that it is their score. Where nobody else has anything in common
// every score is above it.
TEST(LinkTrialTest, StrangersSeldomReachTheLeastThreshold) {
  const Contract contract = ContractOf();
  Records crowd;
  for (int i = 0; i < 40; ++i) crowd.emplace_back("11", 'x');
  for (int i = 0; i < 40; ++i) crowd.emplace_back("10", 'x');
  const Threshold least = LinkTrial(contract, SetOf(crowd), 40).LeastThreshold();
  EXPECT_EQ(least, (Threshold{666'667, kScoreUnit}));
  const Records apart = {{"10", 'x'}, {"01", 'x'}};
  EXPECT_EQ(LinkTrial(contract, SetOf(apart), 1).LeastThreshold(), (Threshold{1, kScoreUnit}));
}

}  // namespace
}  // namespace musubi::engine
