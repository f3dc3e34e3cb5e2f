// Planted copies: what a holder's file says of its records stays what it is, and what is planted
// follows from the rows and the seed alone.
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Different people: no two share a name.
std::string People(int rows) {
  std::string csv = "id,given_name,surname,birth_date,sex,postcode\n";
  for (int i = 0; i < rows; ++i) {
    const std::string letters = {static_cast<char>('A' + i % 26),
                                 static_cast<char>('a' + i / 26 % 26),
                                 static_cast<char>('a' + i / 676)};
    csv += std::to_string(i) + "," + letters + "nna," + letters + "wood,19" +
           std::to_string(10 + i % 80) + "-0" + std::to_string(1 + i % 9) + "-" +
           std::to_string(10 + i % 18) + "," + (i % 2 == 0 ? "F" : "M") + "," +
           std::to_string(10'000 + 7 * i) + "\n";
  }
  return csv;
}

struct Encoded {
  engine::EncodeReceipt receipt;
  storage::EncodingFile file;
  std::string refs;
};

Encoded EncodePeople(const std::string& csv, std::uint64_t plant, std::uint64_t seed = 5,
                     int threads = 2, std::string_view contract = ContractTemplate("western"),
                     std::optional<identity::Charset> charset = identity::Charset::kUtf8) {
  const MainJob job(contract, threads, 1);
  engine::EncodeRequest request = job.RequestFor("a", csv);
  request.charset = charset;
  request.plant = plant;
  if (plant > 0) request.plant_seed = seed;
  auto receipt = job.TryEncode(request);
  EXPECT_TRUE(receipt.ok()) << receipt.error().message;
  auto file = storage::ReadEncodingFile(request.output, job.contract());
  EXPECT_TRUE(file.ok());
  return {std::move(receipt).value(), std::move(file).value(), BytesOf(request.refs)};
}

bool SameRow(const EncodingSet& a, std::size_t row, const EncodingSet& b, std::size_t other) {
  for (std::size_t f = 0; f < a.filters.size(); ++f) {
    if (!std::ranges::equal(a.filters[f].bits.row(row), b.filters[f].bits.row(other))) return false;
  }
  return std::ranges::all_of(a.tokens, [&](const auto& pass) {
    return pass[row] == b.tokens[static_cast<std::size_t>(&pass - a.tokens.data())][other];
  });
}

bool Same(const EncodingSet& a, const EncodingSet& b) {
  if (a.refs != b.refs) return false;
  for (std::size_t row = 0; row < a.rows(); ++row) {
    if (!SameRow(a, row, b, row)) return false;
  }
  return true;
}

std::size_t OriginalOf(const storage::EncodingFile& file, std::size_t copy) {
  const auto found = std::ranges::lower_bound(file.records.refs, file.planted.refs[copy]);
  return static_cast<std::size_t>(found - file.records.refs.begin());
}

TEST(PlantTest, ChangesNothingOfTheRecords) {
  const std::string csv = People(700);
  const Encoded with = EncodePeople(csv, 100);
  const Encoded without = EncodePeople(csv, 0);
  EXPECT_TRUE(Same(with.file.records, without.file.records));
  EXPECT_EQ(with.refs, without.refs);
  EXPECT_EQ(with.receipt.rows, without.receipt.rows);
  EXPECT_EQ(with.receipt.fields[0].present, without.receipt.fields[0].present);
  EXPECT_FALSE(without.receipt.planted);
  EXPECT_EQ(without.file.planted.rows(), 0U);
}

TEST(PlantTest, CopiesDifferWhereErrorsWereMade) {
  const Encoded encoded = EncodePeople(People(700), 300);
  ASSERT_TRUE(encoded.receipt.planted);
  const engine::PlantReceipt& receipt = *encoded.receipt.planted;
  EXPECT_EQ(receipt.copies, 300U);
  EXPECT_EQ(receipt.seed, 5U);
  EXPECT_EQ(std::accumulate(receipt.with_errors.begin(), receipt.with_errors.end(), 0ULL), 300U);
  const storage::EncodingFile& file = encoded.file;
  ASSERT_EQ(file.planted.rows(), 300U);
  std::uint64_t same = 0;
  for (std::size_t copy = 0; copy < 300; ++copy) {
    same += SameRow(file.planted, copy, file.records, OriginalOf(file, copy)) ? 1 : 0;
  }
  // No error was made in half of them. An error may make no difference, as a third n in a row makes
  // none to the set of a name's grams.
  EXPECT_GE(same, receipt.with_errors[0]);
  EXPECT_LE(same, receipt.with_errors[0] + 10);
  EXPECT_NEAR(static_cast<double>(receipt.with_errors[0]), 150, 30);
}

TEST(PlantTest, FollowsFromTheSeedAtAnyNumberOfThreads) {
  const std::string csv = People(1500);  // six batches
  const Encoded one = EncodePeople(csv, 200, 5, 1);
  for (const int threads : {2, 8}) {
    EXPECT_TRUE(Same(EncodePeople(csv, 200, 5, threads).file.planted, one.file.planted)) << threads;
  }
  EXPECT_FALSE(Same(EncodePeople(csv, 200, 6, 1).file.planted, one.file.planted));
}

TEST(PlantTest, DrawsASeedWhereNoneIsGiven) {
  MainJob job(ContractTemplate("western"), 1, 1);
  engine::EncodeRequest request = job.RequestFor("a", People(100));
  request.plant = 10;
  const std::uint64_t first = job.TryEncode(request).value().planted->seed;
  request.overwrite = storage::Overwrite::kReplace;
  EXPECT_NE(job.TryEncode(request).value().planted->seed, first);
  EXPECT_LT(first, std::uint64_t{1} << 48);
}

TEST(PlantTest, PlantsEachRowOnceWhereThereAreFewer) {
  const Encoded encoded = EncodePeople(People(30), 1000);
  EXPECT_EQ(encoded.file.planted.refs, encoded.file.records.refs);
  EXPECT_EQ(EncodePeople(People(1), 3).file.planted.rows(), 1U);
}

// Every row is as likely an original as another, wherever it stands: 100 rows of 1,000, chosen 60
// times, are in each tenth of the file 600 times, within four deviations.
TEST(PlantTest, ChoosesRowsFromAllOverTheFile) {
  std::vector<int> chosen(10);
  const std::string csv = People(1000);
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Encoded encoded = EncodePeople(csv, 100, seed);
    for (const RecordRef& ref : encoded.file.planted.refs) {
      const std::size_t line = encoded.refs.find(ToHex(ref));
      const std::string id = encoded.refs.substr(line + 35, 4);  // behind the reference and ",a,"
      ++chosen[static_cast<std::size_t>(std::stoi(id)) / 100];
    }
  }
  for (const int times : chosen) EXPECT_NEAR(times, 600, 90);
}

// A row that the contract rejects is no original, and a copy that it would reject is made again.
TEST(PlantTest, KeepsToWhatTheContractAsksFor) {
  std::string contract(ContractTemplate("western"));
  const std::string_view surname = R"({"name": "surname", "kind": "name")";
  contract.replace(contract.find(surname), surname.size(),
                   std::string(surname) + R"(, "required": true)");
  const Encoded encoded =
      EncodePeople(People(200) + "200,Anna,,1970-01-31,F,12345\n", 200, 5, 1, contract);
  EXPECT_EQ(encoded.receipt.rejected, 1U);
  EXPECT_EQ(encoded.file.planted.rows(), 200U);
  for (const std::uint8_t present : encoded.file.planted.filters[1].present) EXPECT_EQ(present, 1);
}

// A copy is made of what a cell says, whatever the file's charset.
TEST(PlantTest, PlantsTheSameInAnyCharset) {
  const auto csv = [](const std::string& given, const std::string& family) {
    std::string text = "id,given_name,surname,birth_date,sex,postcode\n";
    for (int i = 0; i < 40; ++i) {
      text += std::to_string(i) + "," + given + "," + family + ",1970-01-" +
              std::to_string(10 + i % 20) + ",F," + std::to_string(10'000 + i) + "\n";
    }
    return text;
  };
  const Encoded utf8 = EncodePeople(csv("タロウ", "ヤマダ"), 40);
  const Encoded cp932 =
      EncodePeople(csv("\x83\x5E\x83\x8D\x83\x45", "\x83\x84\x83\x7D\x83\x5F"), 40, 5, 2,
                   ContractTemplate("western"), identity::Charset::kCp932);
  EXPECT_TRUE(Same(utf8.file.planted, cp932.file.planted));
}

TEST(PlantTest, RefusesMoreCopiesThanItMakes) {
  const MainJob job(ContractTemplate("western"), 1, 1);
  engine::EncodeRequest request = job.RequestFor("a", People(3));
  request.plant = engine::kMostPlanted + 1;
  const auto refused = job.TryEncode(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("1000000"));
}

}  // namespace
}  // namespace musubi::flows
