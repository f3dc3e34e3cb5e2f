#include "core/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/contract_text.h"

namespace musubi {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(ContractTemplateTest, AreNamedInTheOrderOfHelp) {
  EXPECT_THAT(ContractTemplateNames(), ElementsAre("western", "japan-hospital", "japan-claims",
                                                   "record", "saul", "clkhash"));
}

TEST(ContractTemplateTest, EachIsAContractOfItsName) {
  for (const std::string_view name : ContractTemplateNames()) {
    const auto contract = Contract::Parse(ContractTemplate(name));
    ASSERT_TRUE(contract.ok()) << contract.error().message;
    std::string expected(name);
    std::ranges::replace(expected, '-', '_');  // a contract's name has no hyphens
    EXPECT_EQ(contract.value().name(), expected);
  }
}

TEST(ContractTemplateTest, RecordHasOneFilterAPerson) {
  const auto contract = Contract::Parse(ContractTemplate("record"));
  EXPECT_EQ(contract.value().profile(), Profile::kRecord);
  EXPECT_EQ(contract.value().filters().size(), 1U);
}

TEST(ContractTemplateTest, AnUnknownNameHasNone) {
  EXPECT_TRUE(ContractTemplate("").empty());
  EXPECT_TRUE(ContractTemplate("Western").empty());
}

TEST(ContractTest, ReadsEveryPartOfAField) {
  const Contract contract = Parsed(FullContract()).value();
  EXPECT_EQ(contract.name(), "full");
  EXPECT_EQ(contract.profile(), Profile::kFields);
  ASSERT_EQ(contract.fields().size(), 2U);
  const Field& name = contract.fields()[0];
  EXPECT_EQ(name.name, "given_name");
  EXPECT_THAT(name.columns, ElementsAre("First name"));
  EXPECT_EQ(name.kind, FieldKind::kName);
  const Field& date = contract.fields()[1];
  EXPECT_THAT(date.columns, ElementsAre("birth_date"));
  EXPECT_EQ(date.kind, FieldKind::kDate);
  EXPECT_EQ(date.date_order, DateOrder::kDayFirst);
  EXPECT_EQ(date.on_invalid, InvalidPolicy::kKeep);
}

TEST(ContractTest, ReadsEveryPartOfAFilter) {
  const Contract contract = Parsed(FullContract()).value();
  ASSERT_EQ(contract.filters().size(), 2U);
  const Filter& filter = contract.filters()[0];
  EXPECT_EQ(filter.name, "given_name");
  EXPECT_EQ(filter.bits, 512U);
  EXPECT_EQ(filter.weight, 7U);
  EXPECT_EQ(filter.floor, (Threshold{1, 4}));
  EXPECT_EQ(filter.penalty, (Threshold{1, 2}));
  ASSERT_EQ(filter.features.size(), 1U);
  EXPECT_EQ(filter.features[0].field, 0U);
  EXPECT_EQ(filter.features[0].positions, 10U);
  EXPECT_EQ(filter.features[0].tokens.kind, TokenKind::kQGram);
  EXPECT_EQ(filter.features[0].tokens.q, 3U);
  EXPECT_FALSE(filter.features[0].tokens.padded);
  EXPECT_TRUE(filter.features[0].tokens.positional);
  EXPECT_EQ(contract.filters()[1].features[0].field, 1U);
  EXPECT_EQ(contract.filters()[1].features[0].tokens.kind, TokenKind::kExact);
  EXPECT_THAT(contract.filter_bits(), ElementsAre(512U, 1024U));
}

TEST(ContractTest, ReadsEveryPartOfABlockRule) {
  const Contract contract = Parsed(FullContract()).value();
  ASSERT_EQ(contract.block_rules().size(), 2U);
  EXPECT_EQ(contract.block_rules()[0].name, "start_year");
  const auto& parts = contract.block_rules()[0].parts;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].field, 0U);
  EXPECT_EQ(parts[0].form, PartForm::kPrefix);
  EXPECT_EQ(parts[0].length, 3U);
  EXPECT_EQ(parts[1].field, 1U);
  EXPECT_EQ(parts[1].form, PartForm::kYear);
  EXPECT_EQ(contract.block_rules()[1].parts[0].form, PartForm::kFull);
  EXPECT_EQ(contract.block_rules()[1].max_records, 0U);
  const auto limited = Parsed(FullWith("/block_tokens/1/max_records", 100));
  EXPECT_EQ(limited.value().block_rules()[1].max_records, 100U);
  EXPECT_EQ(limited.value().block_rules()[0].max_records, 0U);
}

TEST(ContractTest, ReadsThePlan) {
  const Contract contract = Parsed(FullContract()).value();
  EXPECT_EQ(contract.plan().candidates, CandidateMethod::kBlocks);
  EXPECT_EQ(contract.plan().all_pairs_up_to, 1000U);
  EXPECT_EQ(contract.plan().threshold, (Threshold{17, 20}));
  EXPECT_EQ(contract.plan().prior_weight, 4U);
  EXPECT_EQ(contract.plan().least_precision, (Threshold{99, 100}));
  EXPECT_EQ(contract.plan().resolution, ResolutionKind::kOptimal);
}

TEST(ContractTest, FillsInWhatIsLeftOut) {
  const auto parsed = Parsed(LeastContract());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Contract& contract = parsed.value();
  EXPECT_THAT(contract.fields()[0].columns, ElementsAre("id"));
  EXPECT_EQ(contract.fields()[0].on_invalid, InvalidPolicy::kMissing);
  EXPECT_EQ(contract.filters()[0].weight, 1U);
  EXPECT_EQ(contract.filters()[0].floor, (Threshold{0, 1}));
  EXPECT_EQ(contract.filters()[0].penalty, (Threshold{0, 1}));
  EXPECT_TRUE(contract.block_rules().empty());
  EXPECT_EQ(contract.plan().candidates, CandidateMethod::kAuto);
  EXPECT_EQ(contract.plan().all_pairs_up_to, 100'000'000U);
  EXPECT_EQ(contract.plan().prior_weight, 0U);
  EXPECT_FALSE(contract.plan().least_precision);
  EXPECT_EQ(contract.plan().resolution, ResolutionKind::kGreedy);
}

TEST(ContractTest, QGramsArePaddedBigramsByDefault) {
  const auto parsed = Parsed(FullWith("/filters/0/features/0/tokens", {{"kind", "qgram"}}));
  const TokenRule& rule = parsed.value().filters()[0].features[0].tokens;
  EXPECT_EQ(rule.q, 2U);
  EXPECT_TRUE(rule.padded);
  EXPECT_FALSE(rule.positional);
}

TEST(ContractTest, AcceptsTheBoundsOfEveryNumber) {
  struct Range {
    const char* at;
    std::int64_t least;
    std::int64_t most;
  };
  for (const Range& range :
       {Range{"/filters/0/bits", 64, 8192}, Range{"/filters/0/weight", 1, 1000},
        Range{"/filters/0/features/0/positions", 1, 64},
        Range{"/filters/0/features/0/tokens/q", 1, 4},
        Range{"/block_tokens/0/parts/0/length", 1, 64},
        Range{"/linkage/candidates/all_pairs_up_to", 0, 1'000'000'000'000},
        Range{"/linkage/model/prior_weight", 0, 64'000}}) {
    EXPECT_TRUE(Parsed(FullWith(range.at, range.least)).ok()) << range.at;
    EXPECT_TRUE(Parsed(FullWith(range.at, range.most)).ok()) << range.at;
  }
}

TEST(ContractTest, AcceptsFortyEightCharactersOfAName) {
  EXPECT_TRUE(Parsed(FullWith("/name", "a" + std::string(47, '_'))).ok());
}

// The order of each list of names in the code is that of the enum; a swap would go unnoticed.
TEST(ContractEnumTest, EveryKindIsReadAsItself) {
  const std::vector<std::pair<const char*, FieldKind>> kinds = {
      {"name", FieldKind::kName},         {"date", FieldKind::kDate},
      {"sex", FieldKind::kSex},           {"digits", FieldKind::kDigits},
      {"postcode", FieldKind::kPostcode}, {"text", FieldKind::kText}};
  for (const auto& [name, kind] : kinds) {
    json contract = LeastContract();
    contract["fields"][0]["kind"] = name;
    EXPECT_EQ(Parsed(contract).value().fields()[0].kind, kind) << name;
  }
}

TEST(ContractEnumTest, EveryDateOrderIsReadAsItself) {
  const auto read = [](const char* order) {
    return Parsed(FullWith("/fields/1/date_order", order)).value().fields()[1].date_order;
  };
  EXPECT_EQ(read("year_first"), DateOrder::kYearFirst);
  EXPECT_EQ(read("day_first"), DateOrder::kDayFirst);
  EXPECT_EQ(read("month_first"), DateOrder::kMonthFirst);
}

TEST(ContractEnumTest, EveryInvalidPolicyIsReadAsItself) {
  const auto read = [](const char* policy) {
    return Parsed(FullWith("/fields/1/on_invalid", policy)).value().fields()[1].on_invalid;
  };
  EXPECT_EQ(read("missing"), InvalidPolicy::kMissing);
  EXPECT_EQ(read("keep"), InvalidPolicy::kKeep);
  EXPECT_EQ(read("reject"), InvalidPolicy::kReject);
}

TEST(ContractEnumTest, EveryPartFormIsReadAsItself) {
  const auto read = [](int field, const char* form) {
    const json part = {{"field", field == 0 ? "given_name" : "birth_date"}, {"form", form}};
    return Parsed(FullWith("/block_tokens/1/parts/0", part)).value().block_rules()[1].parts[0].form;
  };
  EXPECT_EQ(read(0, "full"), PartForm::kFull);
  EXPECT_EQ(read(1, "year"), PartForm::kYear);
  EXPECT_EQ(read(1, "month_day"), PartForm::kMonthDay);
  EXPECT_EQ(read(0, "soundex"), PartForm::kSoundex);
}

TEST(ContractEnumTest, EveryMethodIsReadAsItself) {
  const auto read = [](const char* method) {
    return Parsed(FullWith("/linkage/candidates/method", method)).value().plan().candidates;
  };
  EXPECT_EQ(read("auto"), CandidateMethod::kAuto);
  EXPECT_EQ(read("all_pairs"), CandidateMethod::kAllPairs);
  EXPECT_EQ(read("blocks"), CandidateMethod::kBlocks);
  for (const auto& [name, method] :
       {std::pair("join", CandidateMethod::kJoin), std::pair("lsh", CandidateMethod::kLsh)}) {
    const json candidates = {
        {"method", name}, {"filter", FullContract()["filters"][0]["name"]}, {"similarity", "0.5"}};
    EXPECT_EQ(Parsed(FullWith("/linkage/candidates", candidates)).value().plan().candidates,
              method);
  }
}

// Each enum of the schema, and a contract in which any of its names may stand.
struct EnumPlace {
  std::string in_schema;
  json contract;
  json::json_pointer in_contract;
};

std::vector<EnumPlace> EnumPlaces() {
  const std::string items = "/items/properties";
  const json prefix = FullWithout("/block_tokens/0/parts/0/length");
  return {
      {"/properties/profile", LeastContract(), json::json_pointer("/profile")},
      {"/properties/fields" + items + "/kind", LeastContract(),
       json::json_pointer("/fields/0/kind")},
      {"/properties/fields" + items + "/date_order", FullContract(),
       json::json_pointer("/fields/1/date_order")},
      {"/properties/fields" + items + "/on_invalid", FullContract(),
       json::json_pointer("/fields/1/on_invalid")},
      {"/properties/fields" + items + "/part", LeastContract(),
       json::json_pointer("/fields/0/part")},
      {"/definitions/level", LeastContract(), json::json_pointer("/filters/0/features/0/level")},
      {"/definitions/part/properties/form", prefix,
       json::json_pointer("/block_tokens/0/parts/0/form")},
      {"/properties/linkage/properties/candidates/properties/method", FullContract(),
       json::json_pointer("/linkage/candidates/method")},
      {"/properties/linkage/properties/model/properties/kind", FullContract(),
       json::json_pointer("/linkage/model/kind")},
      {"/properties/linkage/properties/resolution", FullContract(),
       json::json_pointer("/linkage/resolution")},
      {"/properties/linkage/properties/model/properties/combine", LeastContract(),
       json::json_pointer("/linkage/model/combine")},
      {"/properties/filters" + items + "/similarity", LeastContract(),
       json::json_pointer("/filters/0/similarity")},
      {"/properties/filters" + items + "/hardening" + items + "/kind",
       FullWith("/filters/0/hardening", json::parse(R"([{"kind": "fold"}])")),
       json::json_pointer("/filters/0/hardening/0/kind")},
      {"/definitions/tokens/properties/kind", LeastContract(),
       json::json_pointer("/filters/0/features/0/tokens/kind")},
  };
}

// A name that the schema lets through and the code does not know would end the program.
TEST(ContractEnumTest, TheCodeKnowsEveryNameOfTheSchema) {
  const json schema = json::parse(ContractSchema());
  for (EnumPlace& place : EnumPlaces()) {
    for (const json& name : schema.at(json::json_pointer(place.in_schema + "/enum"))) {
      place.contract[place.in_contract] = name;
      const auto parsed = Parsed(place.contract);
      if (parsed.ok()) continue;
      // A name may not go with the rest of the contract, but it is known.
      for (const auto& [where, what] : MistakesOf(parsed.error())) {
        EXPECT_EQ(what.find("enum"), std::string::npos) << where << ": " << what;
      }
    }
  }
}

std::size_t CountEnumsOfNames(const json& node) {
  std::size_t count = node.is_object() && node.contains("enum") && node["enum"][0].is_string();
  for (const json& child : node) {
    if (child.is_structured()) count += CountEnumsOfNames(child);
  }
  return count;
}

TEST(ContractEnumTest, TheTestAboveKnowsEveryEnumOfTheSchema) {
  EXPECT_EQ(CountEnumsOfNames(json::parse(ContractSchema())), EnumPlaces().size());
}

}  // namespace
}  // namespace musubi
