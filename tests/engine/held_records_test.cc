// Records held in memory: which rows are kept, what they are encoded to, and their tokens.
#include "engine/encode/held_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bloom/reference.h"
#include "tests/engine/csv_files.h"

namespace musubi::engine {
namespace {

using bloom::TestSecret;
using ::testing::ElementsAre;

// Two are the same person but for the id, one has a name in kanji, one no id and is rejected.
constexpr std::string_view kPeople =
    "id,given_name,surname,birth_date,sex,postcode\n"
    "1,ann,smith,1970-01-31,F,12345\n"
    "2,Ann,SMITH,31 January 1970,F,12345\n"
    ",bob,jones,1980-02-28,M,54321\n"
    "4,花子,山田,1990-03-01,F,\n";

Contract Template(std::string_view name) {
  auto contract = Contract::Parse(ContractTemplate(name));
  MUSUBI_CHECK(contract.ok());
  return std::move(contract).value();
}

class HeldRecordsTest : public ::testing::Test {
 protected:
  HeldRecords Read(const Contract& contract, std::string_view text = kPeople) {
    HeldRequest request;
    request.input = folder_.Write("people.csv", text);
    request.id_column = "id";
    auto held = HeldRecords::Read(request, contract, context_);
    MUSUBI_CHECK(held.ok());
    return std::move(held).value();
  }

  CsvFolder folder_;
  ExecContext context_;
};

TEST_F(HeldRecordsTest, KeepsTheRowsThatAreEncodedAndEncodesThemInAnyOrder) {
  const Contract contract = Template("record");
  const HeldRecords held = Read(contract);
  EXPECT_EQ(held.rows(), 3U);
  EXPECT_EQ(held.rejected(), 1U);
  const auto set = held.Encode(contract, TestSecret(), {2, 0, 1}, context_);
  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set.value().rows(), 3U);
  const FilterColumn& filter = set.value().filters[0];
  EXPECT_TRUE(std::ranges::equal(filter.bits.row(1), filter.bits.row(2)));
  EXPECT_FALSE(std::ranges::equal(filter.bits.row(0), filter.bits.row(1)));
  EXPECT_GT(filter.popcounts[0], 0U);
  EXPECT_EQ(set.value().tokens[0][1], set.value().tokens[0][2]);
  EXPECT_FALSE(set.value().tokens[0][1].is_none());
}

TEST_F(HeldRecordsTest, EncodesUnderAnotherContractOfTheSameFields) {
  const Contract contract = Template("record");
  const HeldRecords held = Read(contract);
  const auto set = held.Encode(Template("western"), TestSecret(), {0, 2}, context_);
  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set.value().filters.size(), 5U);
  EXPECT_THAT(set.value().filters[4].present, ElementsAre(1, 0));  // no postcode
}

// "_A AN NN N_", "_S SM MI IT TH H_", eight places of a date, a sex, five places of a postcode.
TEST_F(HeldRecordsTest, TokensAreThoseThatSetBits) {
  const Contract contract = Template("western");
  const ClearTokens tokens = Read(contract).Tokens(contract, {0, 1, 2});
  EXPECT_EQ(tokens.of[0].size(), 4U + 6 + 8 + 1 + 5);
  EXPECT_EQ(tokens.of[0], tokens.of[1]);
  std::vector<std::uint32_t> shared;
  std::ranges::set_intersection(tokens.of[0], tokens.of[2], std::back_inserter(shared));
  EXPECT_EQ(shared.size(), 5U + 1);  // 19.00..1 of the date, and F
  EXPECT_EQ(tokens.filter_of[tokens.of[0].front()], 0);
  EXPECT_EQ(tokens.filter_of[tokens.of[0].back()], 4);
  const std::vector<std::vector<std::uint32_t>> of_date = tokens.OfFilter(2);
  ASSERT_EQ(of_date.size(), 3U);
  EXPECT_EQ(of_date[0], std::vector(tokens.of[0].begin() + 10, tokens.of[0].begin() + 18));
  EXPECT_THAT(tokens.scripts, ElementsAre(Script::kLatin, Script::kLatin, Script::kHan));
}

// A salt makes other tokens of the same value.
TEST_F(HeldRecordsTest, ASaltIsPartOfATokenAndNeeded) {
  std::string json(ContractTemplate("western"));
  const std::string feature = R"({"field": "surname", "tokens")";
  json.replace(json.find(feature), feature.size(),
               R"({"field": "surname", "salt": {"field": "birth_date", "form": "year"}, "tokens")");
  const auto contract = Contract::Parse(json);
  ASSERT_TRUE(contract.ok()) << contract.error().message;
  const HeldRecords held = Read(contract.value(),
                                "id,given_name,surname,birth_date,sex,postcode\n"
                                "1,,smith,1970-01-31,,\n2,,smith,1970-11-30,,\n"
                                "3,,smith,1971-01-31,,\n4,ann,smith,,,\n");
  const auto salted = held.Tokens(contract.value(), {0, 1, 2, 3}).OfFilter(1);
  EXPECT_EQ(salted[0].size(), 6U);
  EXPECT_EQ(salted[0], salted[1]);
  EXPECT_NE(salted[0], salted[2]);
  EXPECT_TRUE(salted[3].empty());
  const auto plain = held.Tokens(Template("western"), {0, 1, 2, 3}).OfFilter(1);
  EXPECT_EQ(plain[0], plain[2]);
  EXPECT_EQ(plain[0], plain[3]);
}

// The chosen records are read under the other contract: its filters are what tokens are of.
TEST_F(HeldRecordsTest, ChosenRecordsAreThoseOfAnotherContract) {
  const Contract fields = Template("western");
  const Contract record = Template("record");
  const HeldRecords chosen = Read(fields).Chosen(record, {2, 0});
  EXPECT_EQ(chosen.rows(), 2U);
  const ClearTokens tokens = chosen.Tokens(record, {0, 1});
  EXPECT_THAT(tokens.scripts, ElementsAre(Script::kHan, Script::kLatin));
  EXPECT_EQ(*std::ranges::max_element(tokens.filter_of), 0);
}

// Originals come first and as they are, though they are in another charset; copies behind them, of
// which about half have errors, and the same ones at each call.
TEST_F(HeldRecordsTest, CopiesStandBehindTheirOriginals) {
  std::string text = "id,given_name,surname,birth_date,sex,postcode\n";
  constexpr std::uint32_t kPeopleMade = 200;
  for (std::uint32_t i = 0; i < kPeopleMade; ++i) {
    text += std::to_string(i) + ",\x8e\x52" + std::string(1, static_cast<char>('a' + i % 26)) +
            ",smith,19" + std::to_string(10 + i % 90) + "-01-31,F,12345\n";
  }
  const Contract contract = Template("record");
  HeldRequest request;
  request.input = folder_.Write("people.csv", text);
  request.id_column = "id";
  request.charset = identity::Charset::kCp932;
  const auto held = HeldRecords::Read(request, contract, context_);
  ASSERT_TRUE(held.ok()) << held.error().message;
  std::vector<std::uint32_t> rows(kPeopleMade);
  std::iota(rows.rbegin(), rows.rend(), 0U);
  const auto set_of = [&](const HeldRecords& records, const std::vector<std::uint32_t>& of) {
    auto set = records.Encode(contract, TestSecret(), of, context_);
    MUSUBI_CHECK(set.ok());
    return std::move(set).value().filters[0].bits;
  };
  const auto both = held.value().WithCopies(rows, 7, context_);
  ASSERT_TRUE(both.ok());
  ASSERT_EQ(both.value().rows(), 2 * kPeopleMade);
  std::vector<std::uint32_t> all(2 * kPeopleMade);
  std::iota(all.begin(), all.end(), 0U);
  const BitMatrix before = set_of(held.value(), rows);
  const BitMatrix after = set_of(both.value(), all);
  std::uint32_t same = 0;
  for (std::uint32_t i = 0; i < kPeopleMade; ++i) {
    EXPECT_TRUE(std::ranges::equal(before.row(i), after.row(i))) << i;
    same += std::ranges::equal(after.row(i), after.row(kPeopleMade + i)) ? 1 : 0;
  }
  EXPECT_GT(same, kPeopleMade / 4);
  EXPECT_LT(same, kPeopleMade * 3 / 4);
  const auto again = held.value().WithCopies(rows, 7, context_);
  const auto other = held.value().WithCopies(rows, 8, context_);
  ASSERT_TRUE(again.ok() && other.ok());
  const auto equals = [&](const HeldRecords& records) {
    const BitMatrix bits = set_of(records, all);
    return std::equal(bits.data(), bits.data() + all.size() * bits.stride_words(), after.data());
  };
  EXPECT_TRUE(equals(again.value()));
  EXPECT_FALSE(equals(other.value()));
}

}  // namespace
}  // namespace musubi::engine
