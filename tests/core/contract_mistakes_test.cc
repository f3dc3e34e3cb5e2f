// Contradictions between the parts of a contract, which its schema cannot express.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/contract.h"
#include "tests/core/contract_text.h"

namespace musubi {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::Pair;

// Mistakes of FullContract() with `value` at `at`.
std::vector<std::pair<std::string, std::string>> Mistakes(std::string_view at, const json& value) {
  const auto parsed = Parsed(FullWith(at, value));
  if (parsed.ok()) return {};
  EXPECT_EQ(parsed.error().code, ErrorCode::kContract);
  return MistakesOf(parsed.error());
}

TEST(ContractMistakeTest, TheContractOfTheseTestsHasNone) {
  EXPECT_TRUE(Parsed(FullContract()).ok());
}

TEST(ContractMistakeTest, TwoFieldsOfOneName) {
  EXPECT_THAT(Mistakes("/fields/-", {{"name", "given_name"}, {"kind", "name"}}),
              ElementsAre(Pair("/fields/2/name", "is used twice")));
}

TEST(ContractMistakeTest, TwoFiltersOfOneName) {
  EXPECT_THAT(Mistakes("/filters/1/name", "given_name"),
              ElementsAre(Pair("/filters/1/name", "is used twice")));
}

TEST(ContractMistakeTest, TwoBlockRulesOfOneName) {
  EXPECT_THAT(Mistakes("/block_tokens/1/name", "start_year"),
              ElementsAre(Pair("/block_tokens/1/name", "is used twice")));
}

TEST(ContractMistakeTest, BlocksOfLessThanTwoRecords) {
  for (const json& value : {json(1), json(0), json(1'000'001), json("100"), json(2.5)}) {
    const auto mistakes = Mistakes("/block_tokens/1/max_records", value);
    ASSERT_EQ(mistakes.size(), 1U) << value;
    EXPECT_EQ(mistakes[0].first, "/block_tokens/1/max_records");
  }
}

TEST(ContractMistakeTest, ADateOrderForWhatIsNoDate) {
  EXPECT_THAT(Mistakes("/fields/0/date_order", "year_first"),
              ElementsAre(Pair("/fields/0/date_order", "is for fields of kind date")));
}

TEST(ContractMistakeTest, AFeatureOfNoField) {
  EXPECT_THAT(Mistakes("/filters/1/features/0/field", "surname"),
              ElementsAre(Pair("/filters/1/features/0/field", "names no field of this contract")));
}

TEST(ContractMistakeTest, ExactTokensWithOptionsOfQGrams) {
  const std::string path = "/filters/0/features/0/tokens";
  for (const auto& [key, value] :
       {std::pair<std::string, json>{"q", 2}, {"padded", true}, {"positional", false}}) {
    EXPECT_THAT(Mistakes(path, json{{"kind", "exact"}, {key, value}}),
                ElementsAre(Pair(path + "/" + key, "is for tokens of kind qgram")));
  }
}

TEST(ContractMistakeTest, AFloorThatNothingIsAbove) {
  for (const char* floor : {"1", "1.0", "1.5"}) {
    EXPECT_THAT(Mistakes("/filters/0/floor", floor),
                ElementsAre(Pair("/filters/0/floor", "must be below 1")));
  }
}

TEST(ContractMistakeTest, APenaltyAboveOne) {
  EXPECT_THAT(Mistakes("/filters/0/penalty", "1.000001"),
              ElementsAre(Pair("/filters/0/penalty", "must be at most 1")));
  EXPECT_THAT(Mistakes("/filters/0/penalty", "1"), ElementsAre());
}

TEST(ContractMistakeTest, AThresholdThatAllOrNoneReach) {
  for (const char* threshold : {"0", "0.000000", "1.1"}) {
    EXPECT_THAT(Mistakes("/linkage/model/threshold", threshold),
                ElementsAre(Pair("/linkage/model/threshold", "must be above 0 and at most 1")));
  }
}

TEST(ContractMistakeTest, TwoFiltersInTheRecordProfile) {
  EXPECT_THAT(Mistakes("/profile", "record"),
              ElementsAre(Pair("/filters",
                               "the record profile has exactly one filter, or several of which the "
                               "best counts: linkage.model.combine")));
}

TEST(ContractMistakeTest, ABlockPartOfNoField) {
  EXPECT_THAT(
      Mistakes("/block_tokens/0/parts/1/field", "surname"),
      ElementsAre(Pair("/block_tokens/0/parts/1/field", "names no field of this contract")));
}

TEST(ContractMistakeTest, APrefixWithoutLengthOrTheReverse) {
  const std::string what = "goes with form prefix, and only with it";
  EXPECT_THAT(Mistakes("/block_tokens/1/parts/0/form", "prefix"),
              ElementsAre(Pair("/block_tokens/1/parts/0/length", what)));
  EXPECT_THAT(Mistakes("/block_tokens/1/parts/0/length", 3),
              ElementsAre(Pair("/block_tokens/1/parts/0/length", what)));
}

TEST(ContractMistakeTest, PartsOfADateOfWhatIsNone) {
  for (const char* form : {"year", "month_day"}) {
    EXPECT_THAT(Mistakes("/block_tokens/1/parts/0/form", form),
                ElementsAre(Pair("/block_tokens/1/parts/0/form", "is for fields of kind date")));
  }
}

TEST(ContractMistakeTest, TheSoundOfWhatIsNoName) {
  EXPECT_THAT(Mistakes("/block_tokens/0/parts/1/form", "soundex"),
              ElementsAre(Pair("/block_tokens/0/parts/1/form", "is for names")));
}

TEST(ContractMistakeTest, CandidatesFromBlockTokensThatThereAreNot) {
  EXPECT_THAT(Mistakes("/block_tokens", json::array()),
              ElementsAre(Pair("/linkage/candidates/method",
                               "needs block_tokens or match_tokens in this contract")));
  const auto without = Parsed(FullWithout("/block_tokens"));
  EXPECT_THAT(PlacesOf(without.error()), ElementsAre("/linkage/candidates/method"));
}

json Candidates(const json& members) { return FullWith("/linkage/candidates", members); }

std::vector<std::string> PlacesOfCandidates(const json& members) {
  const auto parsed = Parsed(Candidates(members));
  return parsed.ok() ? std::vector<std::string>{} : PlacesOf(parsed.error());
}

TEST(ContractMistakeTest, SimilarCandidatesOfNoFilterOrSimilarity) {
  const std::string at = "/linkage/candidates";
  EXPECT_THAT(PlacesOfCandidates({{"method", "join"}}), ElementsAre(at, at));
  EXPECT_THAT(PlacesOfCandidates({{"method", "lsh"}, {"filter", "person"}}),
              ElementsAre(at + "/filter", at));
  const json right = {{"method", "lsh"},
                      {"filter", FullContract()["filters"][1]["name"]},
                      {"similarity", "0.85"},
                      {"recall", "0.999"}};
  const auto parsed = Parsed(Candidates(right));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed.value().plan().candidates, CandidateMethod::kLsh);
  EXPECT_EQ(parsed.value().plan().candidate_filter, 1U);
  EXPECT_EQ(parsed.value().plan().similarity, (Threshold{17, 20}));
  EXPECT_EQ(parsed.value().plan().recall, (Threshold{999, 1000}));
  for (const char* value : {"0", "1", "1.5"}) {
    json wrong = right;
    wrong["recall"] = value;
    EXPECT_THAT(PlacesOfCandidates(wrong), ElementsAre(at + "/recall")) << value;
  }
  for (const char* value : {"0", "1.5"}) {
    json wrong = right;
    wrong["similarity"] = value;
    EXPECT_THAT(PlacesOfCandidates(wrong), ElementsAre(at + "/similarity")) << value;
  }
}

TEST(ContractMistakeTest, WhatSimilarCandidatesHaveAndOthersHaveNot) {
  const std::string at = "/linkage/candidates";
  EXPECT_THAT(PlacesOfCandidates({{"method", "blocks"}, {"filter", "a"}, {"similarity", "0.8"}}),
              ElementsAre(at + "/filter", at + "/similarity"));
  EXPECT_THAT(PlacesOfCandidates({{"method", "auto"}, {"recall", "0.9"}}),
              ElementsAre(at + "/recall"));
}

// A contract is written by hand: one look at the message must be enough to mend all of it.
TEST(ContractMistakeTest, AllAreListedAtOnce) {
  json contract = FullContract();
  contract["profile"] = "record";
  contract["fields"][0]["date_order"] = "day_first";
  contract["fields"][1]["name"] = "given_name";
  contract["filters"][0]["floor"] = "1";
  contract["filters"][1]["features"][0]["field"] = "nobody";
  contract["block_tokens"][1]["parts"][0]["form"] = "prefix";
  contract["linkage"]["model"]["threshold"] = "0";
  const auto parsed = Parsed(contract);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(
      PlacesOf(parsed.error()),
      ElementsAre("/fields/0/date_order", "/fields/1/name", "/filters/0/floor",
                  "/filters/1/features/0/field", "/block_tokens/0/parts/1/field",
                  "/block_tokens/1/parts/0/length", "/linkage/model/threshold", "/filters"));
}

TEST(ContractMistakeTest, NeighboursOfWhatIsNoNumber) {
  const std::string path = "/filters/0/features/0/tokens";
  EXPECT_THAT(
      Mistakes(path, json{{"kind", "neighbours"}, {"reach", 3}}),
      ElementsAre(Pair(path + "/kind", "neighbours are for fields of kind date or digits")));
}

TEST(ContractMistakeTest, NeighboursWithoutReach) {
  const std::string path = "/filters/1/features/0/tokens";
  EXPECT_THAT(Mistakes(path, json{{"kind", "neighbours"}}),
              ElementsAre(Pair(path + "/reach", "is missing")));
}

TEST(ContractMistakeTest, ALevelOfWhatIsWrittenInOneWay) {
  EXPECT_THAT(Mistakes("/filters/1/features/0/level", "skeleton"),
              ElementsAre(Pair("/filters/1/features/0/level",
                               "is for names, addresses and insurance numbers")));
}

TEST(ContractMistakeTest, OptionsOfAnotherKindOfField) {
  EXPECT_THAT(Mistakes("/fields/0/calling_code", "44"),
              ElementsAre(Pair("/fields/0/calling_code", "is for fields of kind phone")));
  EXPECT_THAT(Mistakes("/fields/1/nicknames", true),
              ElementsAre(Pair("/fields/1/nicknames", "is for fields of kind name")));
  EXPECT_THAT(Mistakes("/fields/1/part", "first_word"),
              ElementsAre(Pair("/fields/1/part", "is for names and addresses")));
  EXPECT_THAT(Mistakes("/fields/0/part", "town"),
              ElementsAre(Pair("/fields/0/part", "is not a part of this kind")));
}

TEST(ContractMistakeTest, AColumnBesideColumns) {
  EXPECT_THAT(
      Mistakes("/fields/0/columns", json{"a", "b"}),
      ElementsAre(Pair("/fields/0/columns", "stands beside column; one of them is enough")));
}

TEST(ContractMistakeTest, EveryUnknownKeyAtItsPlace) {
  json contract = FullContract();
  contract["colour"] = 1;
  contract["fields"][0]["size"] = 1;
  contract["fields"][0]["shape"] = 1;
  const auto parsed = Parsed(contract);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(MistakesOf(parsed.error()),
              testing::IsSupersetOf({Pair("/", "has the unknown key 'colour'"),
                                     Pair("/fields/0", "has the unknown key 'size'"),
                                     Pair("/fields/0", "has the unknown key 'shape'")}));
}

TEST(ContractMistakeTest, AClkhashProfileWithPartsOfItsOwn) {
  const std::string text(ContractTemplate("clkhash"));
  json contract = json::parse(text);
  contract["filters"] = FullContract()["filters"];
  contract["clkhash"]["clkConfig"]["l"] = 0;
  const auto parsed = Parsed(contract);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(PlacesOf(parsed.error()), ElementsAre("/filters", "/clkhash/clkConfig/l"));
}

TEST(ContractMistakeTest, AClkhashSchemaForAnotherProfile) {
  json contract = FullContract();
  contract["clkhash"] = json::object();
  const auto parsed = Parsed(contract);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(PlacesOf(parsed.error()), ElementsAre("/clkhash"));
}

// FullContract() under the model that learns, without the numbers of the other model.
json LearnedContract() {
  json contract = FullContract();
  for (const char* key : {"weight", "floor", "penalty"}) contract["filters"][0].erase(key);
  contract["linkage"]["model"] = {{"kind", "fellegi_sunter"}, {"threshold", "0.5"}};
  return contract;
}

std::vector<std::pair<std::string, std::string>> LearnedMistakes(std::string_view at,
                                                                 const json& value) {
  json contract = LearnedContract();
  contract[json::json_pointer(std::string(at))] = value;
  const auto parsed = Parsed(contract);
  return parsed.ok() ? std::vector<std::pair<std::string, std::string>>()
                     : MistakesOf(parsed.error());
}

TEST(LearnedContractTest, TheContractOfTheseTestsHasNoMistake) {
  const auto parsed = Parsed(LearnedContract());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().plan().model, ModelKind::kFellegiSunter);
  EXPECT_EQ(Parsed(FullContract()).value().plan().model, ModelKind::kWeightedMean);
}

TEST(LearnedContractTest, NumbersOfTheOtherModel) {
  for (const char* key : {"floor", "penalty"}) {
    const std::string path = std::string("/filters/0/") + key;
    EXPECT_THAT(LearnedMistakes(path, "0.5"),
                ElementsAre(Pair(path, "is for the model weighted_mean")));
  }
  EXPECT_THAT(LearnedMistakes("/filters/1/weight", 2),
              ElementsAre(Pair("/filters/1/weight", "is for the model weighted_mean")));
  EXPECT_THAT(LearnedMistakes("/linkage/model/prior_weight", 1),
              ElementsAre(Pair("/linkage/model/prior_weight", "is for the model weighted_mean")));
  EXPECT_THAT(
      LearnedMistakes("/linkage/model/least_precision", "0.9"),
      ElementsAre(Pair("/linkage/model/least_precision", "is for the model weighted_mean")));
  for (const char* none : {"0", "1"}) {
    EXPECT_THAT(Mistakes("/linkage/model/least_precision", none),
                ElementsAre(Pair("/linkage/model/least_precision", "must be above 0 and below 1")));
  }
  const json match = {{{"name", "m"}, {"parts", {{{"field", "given_name"}}}}, {"weight", 2}}};
  EXPECT_THAT(LearnedMistakes("/match_tokens", match),
              ElementsAre(Pair("/match_tokens/0/weight", "is for the model weighted_mean")));
  EXPECT_THAT(Mistakes("/filters/0/levels", json::array({"0.5"})),
              ElementsAre(Pair("/filters/0/levels", "is for the model fellegi_sunter")));
}

TEST(LearnedContractTest, LevelsDescendBetweenOneAndZero) {
  const std::string path = "/filters/0/levels";
  EXPECT_THAT(LearnedMistakes(path, json::array({"0.9", "0.5", "0.25"})), ElementsAre());
  for (const json& wrong : {json::array({"0.5", "0.9"}), json::array({"0.5", "0.5"}),
                            json::array({"1", "0.5"}), json::array({"0.5", "0"})}) {
    EXPECT_THAT(LearnedMistakes(path, wrong),
                ElementsAre(Pair(path, "must descend from below 1 to above 0")));
  }
  EXPECT_THAT(LearnedMistakes(path, json::array()),
              ElementsAre(Pair(path, "holds nothing; leave it out")));
  json contract = LearnedContract();
  contract["filters"][0]["levels"] = {"0.9", "0.25"};
  EXPECT_THAT(Parsed(contract).value().filters()[0].levels,
              ElementsAre(Threshold{9, 10}, Threshold{1, 4}));
}

TEST(LearnedContractTest, AThresholdThatIsCertainty) {
  EXPECT_THAT(
      LearnedMistakes("/linkage/model/threshold", "1"),
      ElementsAre(Pair("/linkage/model/threshold", "is a chance here, and must be below 1")));
}

TEST(LearnedContractTest, TooManyOrTooFewComparisons) {
  const std::string what = "fellegi_sunter compares 2 to 16 filters and match tokens together";
  json contract = LearnedContract();
  contract["filters"].erase(1);
  EXPECT_THAT(MistakesOf(Parsed(contract).error()), ElementsAre(Pair("/linkage/model/kind", what)));
  contract = LearnedContract();
  for (int i = 2; i < 16; ++i) {
    contract["filters"].push_back(contract["filters"][1]);
    contract["filters"].back()["name"] = "f" + std::to_string(i);
  }
  EXPECT_TRUE(Parsed(contract).ok());
  contract["match_tokens"] = {{{"name", "m"}, {"parts", {{{"field", "given_name"}}}}}};
  EXPECT_THAT(MistakesOf(Parsed(contract).error()), ElementsAre(Pair("/linkage/model/kind", what)));
}

TEST(LearnedContractTest, AProfileOfOneFilter) {
  EXPECT_THAT(
      LearnedMistakes("/profile", "record"),
      testing::Contains(Pair("/linkage/model/kind", "fellegi_sunter is for the profile fields")));
}

}  // namespace
}  // namespace musubi
