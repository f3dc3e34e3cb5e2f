// Filters that are more than the bits of values side by side, against the pieces they are made of.
#include "engine/encode/record_filters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "bloom/keyed_draws.h"
#include "bloom/tokens.h"
#include "engine/encode/batch_encoder.h"
#include "tests/bloom/reference.h"

namespace musubi::engine {
namespace {

using bloom::TestSecret;
using nlohmann::json;

using Cells = std::vector<std::string>;  // given_name, surname, birth_date, sex, postcode
using Row = std::vector<std::uint64_t>;

const Cells kAnn = {"ann marie", "SMITH", "19700131", "F", "12345"};

// The normalised forms of the above, which the tests do not want to be about.
const Cells kNormalAnn = {"ANNMARIE", "SMITH", "19700131", "F", "12345"};

json Western() { return json::parse(ContractTemplate("western")); }

json Record() {
  json contract = json::parse(ContractTemplate("record"));
  contract["filters"][0]["bits"] = 512;
  return contract;
}

Contract Parsed(const json& contract) {
  auto parsed = Contract::Parse(contract.dump());
  if (!parsed.ok()) throw std::runtime_error(parsed.error().message);
  return std::move(parsed).value();
}

// Filter `filter` of each record; empty where it is absent.
std::vector<Row> Encoded(const Contract& contract, const std::vector<Cells>& records,
                         std::size_t filter = 0) {
  ColumnPlan plan;
  plan.id = 0;
  plan.names = {"id"};
  for (const Field& field : contract.fields()) {
    plan.fields.push_back({plan.names.size()});
    plan.names.push_back(field.name);
  }
  BatchEncoder encoder({contract, plan, identity::Charset::kUtf8,
                        bloom::DeriveEncodingKeys(TestSecret(), contract)});
  EncodeBatch batch = MakeEncodeBatch(contract, records.size());
  for (std::size_t row = 0; row < records.size(); ++row) {
    batch.rows[row].Clear(row + 2);
    batch.rows[row].Add("id" + std::to_string(row));
    for (const std::string& cell : records[row]) batch.rows[row].Add(cell);
  }
  batch.used = records.size();
  encoder.Encode(&batch);
  EXPECT_TRUE(batch.rejects.empty());
  std::vector<Row> rows;
  const BatchFilter& made = batch.filters[filter];
  for (std::size_t row = 0; row < records.size(); ++row) {
    const std::uint64_t* const words = made.words[row];
    rows.push_back(words == nullptr ? Row() : Row(words, words + made.made.stride_words()));
  }
  return rows;
}

// What the features of a filter set, one after the other, with a salt each or none.
Row BitsOf(const Contract& contract, const Cells& values, const std::string& salt = "") {
  bloom::EncodingKeys keys = bloom::DeriveEncodingKeys(TestSecret(), contract);
  const Filter& filter = contract.filters()[0];
  BitMatrix row(filter.made_bits, 1);
  std::string part;
  if (!salt.empty()) bloom::AppendTokenPart(salt, &part);
  for (std::size_t i = 0; i < filter.features.size(); ++i) {
    const Feature& feature = filter.features[i];
    bloom::FeatureEncoder encoder(feature, contract.fields()[feature.field].kind, filter.made_bits,
                                  std::move(keys.features[0][i]));
    encoder.SetBits(values[feature.field], row.row(0), part);
  }
  return {row.row(0).begin(), row.row(0).end()};
}

TEST(RecordFiltersTest, AHardenedFilterIsItsBitsHardened) {
  json contract = Western();
  contract["filters"][0]["hardening"] = json::parse(R"([{"kind": "balance"}, {"kind": "rule90"}])");
  const Contract parsed = Parsed(contract);
  bloom::EncodingKeys keys = bloom::DeriveEncodingKeys(TestSecret(), parsed);
  bloom::Hardening chain(parsed.filters()[0], std::move(keys.hardening[0]));
  Row expected(1024 / 64);
  chain.Apply(BitsOf(parsed, kNormalAnn), {}, expected);
  EXPECT_EQ(Encoded(parsed, {kAnn})[0], expected);
}

TEST(RecordFiltersTest, AMissingValueHasNoHardenedFilter) {
  json contract = Western();
  contract["filters"][0]["hardening"] = json::parse(R"([{"kind": "balance"}])");
  const auto rows = Encoded(Parsed(contract), {kAnn, {"", "SMITH", "19700131", "F", "12345"}});
  EXPECT_FALSE(rows[0].empty());
  EXPECT_TRUE(rows[1].empty());
}

TEST(RecordFiltersTest, ASaltGoesBeforeEachToken) {
  json contract = Western();
  contract["filters"][0]["features"][0]["salt"] = {{"field", "birth_date"}, {"form", "year"}};
  const Contract parsed = Parsed(contract);
  const auto rows = Encoded(parsed, {kAnn,
                                     {"ANN MARIE", "JONES", "19700131", "F", "1"},
                                     {"ANN MARIE", "SMITH", "19710131", "F", "12345"},
                                     {"ANN MARIE", "SMITH", "", "F", "12345"}});
  EXPECT_EQ(rows[0], BitsOf(parsed, kNormalAnn, "1970"));
  EXPECT_EQ(rows[1], rows[0]);
  EXPECT_NE(rows[2], rows[0]);
  EXPECT_TRUE(rows[3].empty());  // without its salt a value gives nothing
}

// One program's weighted sample writes each bit of a field to one place: its weights do nothing.
TEST(RecordFiltersTest, AFieldGivesAsManyBitsAsItsSampleSays) {
  json contract = Record();
  json& features = contract["filters"][0]["features"];
  const std::vector<unsigned> bits = {128, 192, 96, 32, 64};
  for (std::size_t i = 0; i < bits.size(); ++i) {
    features[i]["positions"] = 64;
    features[i]["sample"] = {{"own_bits", 256}, {"bits", bits[i]}};
  }
  const Contract parsed = Parsed(contract);
  // Many values of one field, the others missing: together they set every bit of its sample.
  std::vector<Cells> names;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) names.push_back({"", std::string{a, b, a}, "", "", ""});
  }
  Row all(512 / 64);
  for (const Row& row : Encoded(parsed, names)) {
    for (std::size_t word = 0; word < all.size(); ++word) all[word] |= row[word];
  }
  EXPECT_EQ(CountBits(all), 192U);
  // A keyed order keeps the fields' places apart from one another.
  EXPECT_NE(all[0], 0U);
  EXPECT_NE(all[7], 0U);
}

TEST(RecordFiltersTest, SaulIsTheVotesOfTheDistinctTokens) {
  json contract = Record();
  json& filter = contract["filters"][0];
  filter["saul"] = {{"terms", 3}};
  for (json& feature : filter["features"]) feature.erase("positions");
  const Contract parsed = Parsed(contract);
  bloom::EncodingKeys keys = bloom::DeriveEncodingKeys(TestSecret(), parsed);
  bloom::SaulCounter counter(3, 512);
  counter.Clear();
  for (std::size_t i = 0; i < parsed.filters()[0].features.size(); ++i) {
    const Feature& feature = parsed.filters()[0].features[i];
    bloom::SaulVotes votes(std::move(keys.features[0][i]), 3 * 512);
    auto tokens = bloom::TokensOf(feature.tokens, kNormalAnn[feature.field]);
    std::ranges::sort(tokens);
    tokens.erase(std::ranges::unique(tokens).begin(), tokens.end());
    for (const std::string& token : tokens) counter.Add(votes.Of(token));
  }
  Row expected(512 / 64);
  counter.Finish(expected);
  EXPECT_EQ(Encoded(parsed, {kAnn})[0], expected);
}

TEST(RecordFiltersTest, OfTooFewTokensOrFieldsThereIsNoSaul) {
  json contract = Record();
  json& filter = contract["filters"][0];
  filter["saul"] = {{"terms", 4}, {"least_tokens", 10}, {"least_fields", 3}};
  for (json& feature : filter["features"]) feature.erase("positions");
  const auto rows = Encoded(Parsed(contract), {kAnn,
                                               {"ann marie", "smithson", "", "", ""},
                                               {"a", "", "", "F", "12345"},
                                               {"", "smith", "", "F", "12345"}});
  EXPECT_FALSE(rows[0].empty());
  EXPECT_TRUE(rows[1].empty()) << "two fields";
  EXPECT_TRUE(rows[2].empty()) << "eight tokens";
  EXPECT_FALSE(rows[3].empty()) << "twelve tokens of three fields";
}

// The noise of a name is that of the person: who shares the name alone has other noise.
TEST(RecordFiltersTest, NoiseIsOfTheWholeRecord) {
  json contract = Western();
  contract["filters"][0]["hardening"] = json::parse(R"([{"kind": "blip", "flip": "0.2"}])");
  const Contract parsed = Parsed(contract);
  const auto rows = Encoded(parsed, {kAnn, kAnn, {"ANN MARIE", "JONES", "19700131", "F", "12345"}});
  EXPECT_EQ(rows[0], rows[1]);
  EXPECT_NE(rows[0], rows[2]);
  EXPECT_NE(rows[0], BitsOf(parsed, kNormalAnn));
}

}  // namespace
}  // namespace musubi::engine
