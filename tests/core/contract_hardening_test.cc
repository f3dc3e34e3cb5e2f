// What a contract may say of a filter's bits, and what contradicts itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/contract.h"
#include "tests/core/contract_text.h"

namespace musubi {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> Mistakes(const json& contract) {
  const auto parsed = Parsed(contract);
  if (parsed.ok()) return {};
  EXPECT_EQ(parsed.error().code, ErrorCode::kContract);
  return MistakesOf(parsed.error());
}

// FullContract() whose first filter, of 512 bits, has these steps.
json Hardened(const char* steps) { return FullWith("/filters/0/hardening", json::parse(steps)); }

// FullContract() whose first filter is SAUL's.
json Saul() {
  json contract = FullWith("/filters/0/saul", {{"terms", 4}});
  contract["filters"][0]["features"][0].erase("positions");
  return contract;
}

TEST(ContractHardeningTest, WithoutStepsTheBitsAreThoseOfTheTokens) {
  const Contract contract = Parsed(FullContract()).value();
  EXPECT_EQ(contract.filters()[0].bits, 512U);
  EXPECT_EQ(contract.filters()[0].made_bits, 512U);
  EXPECT_FALSE(contract.filters()[0].IsOfRecord());
  EXPECT_FALSE(contract.filters()[0].hamming);
}

TEST(ContractHardeningTest, StepsChangeTheWidth) {
  const std::pair<const char*, std::uint32_t> kCases[] = {
      {R"([{"kind": "fold"}])", 256},
      {R"([{"kind": "balance"}])", 1024},
      {R"([{"kind": "rule90"}])", 512},
      {R"([{"kind": "blip", "flip": "0.05"}])", 512},
      {R"([{"kind": "sample", "bits": 384}])", 384},
      {R"([{"kind": "balance"}, {"kind": "fold"}, {"kind": "fold"}])", 256},
  };
  for (const auto& [steps, bits] : kCases) {
    const auto contract = Parsed(Hardened(steps));
    ASSERT_TRUE(contract.ok()) << steps << contract.error().message;
    EXPECT_EQ(contract.value().filters()[0].bits, bits) << steps;
    EXPECT_EQ(contract.value().filters()[0].made_bits, 512U);
    EXPECT_EQ(contract.value().filter_bits()[0], bits);
  }
}

TEST(ContractHardeningTest, StepsThatDoNotFitAreMistakes) {
  const std::string at = "/filters/0/hardening/0";
  EXPECT_THAT(Mistakes(Hardened(R"([{"kind": "fold", "bits": 64}])")),
              ElementsAre(Pair(at + "/bits", "is not for this kind")));
  EXPECT_THAT(Mistakes(Hardened(R"([{"kind": "sample"}])")),
              ElementsAre(Pair(at + "/bits", "is missing")));
  EXPECT_THAT(Mistakes(Hardened(R"([{"kind": "sample", "bits": 576}])")),
              ElementsAre(Pair(at + "/bits", "is more than the filter has by then")));
  EXPECT_THAT(Mistakes(Hardened(R"([{"kind": "blip"}])")),
              ElementsAre(Pair(at + "/flip", "is missing")));
  EXPECT_THAT(Mistakes(Hardened(R"([{"kind": "blip", "flip": "0"}])")),
              ElementsAre(Pair(at + "/flip", "must be above 0 and at most 1")));
  EXPECT_THAT(
      Mistakes(Hardened(R"([{"kind": "sample", "bits": 64}, {"kind": "fold"}])")),
      ElementsAre(Pair("/filters/0/hardening/1", "takes a filter of a multiple of 128 bits")));
  json wide = Hardened(R"([{"kind": "balance"}])");
  wide["filters"][0]["bits"] = 8192;
  EXPECT_THAT(Mistakes(wide), ElementsAre(Pair(at, "makes the filter wider than 8192 bits")));
}

TEST(ContractHardeningTest, ASaltIsAPartOfAnotherField) {
  json contract =
      FullWith("/filters/0/features/0/salt", {{"field", "birth_date"}, {"form", "year"}});
  const Contract parsed = Parsed(contract).value();
  ASSERT_TRUE(parsed.filters()[0].features[0].salt.has_value());
  EXPECT_EQ(parsed.filters()[0].features[0].salt->field, 1U);
  EXPECT_EQ(parsed.filters()[0].features[0].salt->form, PartForm::kYear);
  EXPECT_TRUE(parsed.filters()[0].IsOfRecord());
  contract["filters"][0]["features"][0]["salt"]["field"] = "nobody";
  EXPECT_THAT(Mistakes(contract), ElementsAre(Pair("/filters/0/features/0/salt/field",
                                                   "names no field of this contract")));
}

TEST(ContractHardeningTest, SamplesAddUpToTheFilter) {
  json contract = FullContract();
  json& filter = contract["filters"][0];
  filter["features"].push_back(filter["features"][0]);
  filter["features"][0]["sample"] = {{"own_bits", 512}, {"bits", 384}};
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/filters/0/features/1",
                               "has no sample, though another feature of the filter has one")));
  filter["features"][1]["sample"] = {{"own_bits", 512}, {"bits", 100}};
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/filters/0/bits", "must be the sum of the samples' bits")));
  filter["features"][1]["sample"] = {{"own_bits", 64}, {"bits", 128}};
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/filters/0/features/1/sample/bits", "must be at most own_bits")));
  filter["features"][1]["sample"] = {{"own_bits", 512}, {"bits", 128}};
  EXPECT_THAT(Mistakes(contract), IsEmpty());
}

TEST(ContractHardeningTest, SaulHasTermsAndNoPositions) {
  const Contract contract = Parsed(Saul()).value();
  const Filter& filter = contract.filters()[0];
  ASSERT_TRUE(filter.saul.has_value());
  EXPECT_EQ(filter.saul->terms, 4U);
  EXPECT_EQ(filter.saul->least_tokens, 10U);
  EXPECT_EQ(filter.saul->least_fields, 3U);
  EXPECT_TRUE(filter.hamming);
  json with_positions = FullWith("/filters/0/saul", {{"terms", 4}});
  EXPECT_THAT(Mistakes(with_positions),
              ElementsAre(Pair("/filters/0/features/0/positions",
                               "is not for a SAUL filter, whose tokens set no bits")));
  json hardened = Saul();
  hardened["filters"][0]["hardening"] = json::parse(R"([{"kind": "fold"}])");
  EXPECT_THAT(Mistakes(hardened),
              ElementsAre(Pair("/filters/0/hardening", "is not for a SAUL filter")));
}

TEST(ContractHardeningTest, PositionsAreMissedWhereTokensSetBits) {
  EXPECT_THAT(Mistakes(FullWithout("/filters/0/features/0/positions")),
              ElementsAre(Pair("/filters/0/features/0/positions", "is missing")));
}

TEST(ContractHardeningTest, LshIsForDice) {
  json contract = FullWith("/filters/0/similarity", "hamming");
  contract["linkage"]["candidates"] = {
      {"method", "lsh"}, {"filter", "given_name"}, {"similarity", "0.8"}};
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/linkage/candidates/method",
                               "lsh is for filters that are compared by Dice similarity")));
}

TEST(ContractHardeningTest, ViewsAreFiltersOfOneRecordOfWhichTheBestCounts) {
  json contract = json::parse(ContractTemplate("saul"));
  json view = contract["filters"][0];
  view["name"] = "other";
  contract["filters"].push_back(view);
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/filters",
                               "the record profile has exactly one filter, or several of which the "
                               "best counts: linkage.model.combine")));
  contract["linkage"]["model"]["combine"] = "best";
  EXPECT_TRUE(Parsed(contract).value().plan().best_view);
  contract["filters"][1]["weight"] = 2;
  contract["match_tokens"] =
      json::parse(R"([{"name": "id", "parts": [{"field": "postcode"}], "weight": 3}])");
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/filters/1/weight", "is not for views, of which one counts"),
                          Pair("/match_tokens", "are not for views")));
}

TEST(ContractHardeningTest, AModelThatLearnsAsksForNoSimilarity) {
  json contract = json::parse(ContractTemplate("western"));
  contract["filters"][0]["similarity"] = "hamming";
  EXPECT_THAT(Mistakes(contract),
              ElementsAre(Pair("/filters/0/similarity", "is for the model weighted_mean")));
}

}  // namespace
}  // namespace musubi
