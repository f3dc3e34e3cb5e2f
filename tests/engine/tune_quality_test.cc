// What links are said to be worth: of made-up people whose copies are as they are, and as they are
// written a second time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/seeded_draws.h"
#include "engine/tune/candidates.h"
#include "engine/tune/quality_trial.h"
#include "tests/bloom/reference.h"
#include "tests/engine/csv_files.h"

namespace musubi::engine {
namespace {

using bloom::TestSecret;
using Finds = QualityTrial::Finds;

constexpr std::size_t kPeople = 240;

Contract Template(std::string_view name) {
  auto contract = Contract::Parse(ContractTemplate(name));
  MUSUBI_CHECK(contract.ok());
  return std::move(contract).value();
}

// People with names and dates of their own, by a seed.
std::string PeopleOf(std::uint64_t seed) {
  SeededDraws draws(seed);
  std::string text = "id,given_name,surname,birth_date,sex,postcode\n";
  const auto word = [&] {
    std::string letters;
    for (int i = 0; i < 6; ++i) letters.push_back(static_cast<char>('a' + draws.Below(26)));
    return letters;
  };
  for (std::size_t i = 0; i < kPeople; ++i) {
    const std::string month = std::to_string(1 + draws.Below(9));
    const std::string day = std::to_string(10 + draws.Below(18));
    text += std::to_string(i) + "," + word() + "," + word() + "," +
            std::to_string(1930 + draws.Below(80)) + "-0" + month + "-" + day + "," +
            (draws.Below(2) == 0 ? "F" : "M") + "," + std::to_string(10'000 + draws.Below(80'000)) +
            "\n";
  }
  return text;
}

class QualityTrialTest : public ::testing::Test {
 protected:
  QualityTrialTest() : held_(Read()), trial_(Prepare(1)) {}

  HeldRecords Read() {
    constexpr std::uint64_t kSeed = 5;
    HeldRequest request;
    request.input = folder_.Write("people.csv", PeopleOf(kSeed));
    request.id_column = "id";
    auto held = HeldRecords::Read(request, given_, {});
    MUSUBI_CHECK(held.ok());
    return std::move(held).value();
  }

  QualityTrial Prepare(std::uint64_t seed) {
    auto trial = QualityTrial::Prepare(held_, seed, {});
    MUSUBI_CHECK(trial.ok());
    return std::move(trial).value();
  }

  Quality Measure(const QualityTrial& trial, const Contract& contract, Finds finds = Finds::kBest,
                  int threads = 1) {
    ExecContext context;
    context.threads = threads;
    auto quality = trial.Measure(contract, TestSecret(), finds, context);
    MUSUBI_CHECK(quality.ok());
    return std::move(quality).value();
  }

  CsvFolder folder_;
  const Contract given_ = Template("western");
  const Contract record_ = Template("record");
  HeldRecords held_;
  QualityTrial trial_;
};

TEST_F(QualityTrialTest, TwoOfThreeRecordsHaveAPartner) {
  EXPECT_EQ(trial_.people(), kPeople);
  EXPECT_EQ(trial_.pairs(), kPeople / 2);
}

// Two names of six letters, eight places of a date, a sex and five places of a postcode; a
// pair of letters may come twice.
TEST_F(QualityTrialTest, CountsTheTokensOfARecord) {
  EXPECT_NEAR(trial_.MeanTokens(record_), 7 + 7 + 8 + 1 + 5, 0.1);
}

// At a high threshold nobody else is; at one that copies with errors reach, a stranger may be taken
// for a person who has no copy.
TEST_F(QualityTrialTest, IdenticalCopiesAreAllFound) {
  for (const char* name : {"record", "saul"}) {
    const Contract strict = WithThreshold(Template(name), {9, 10});
    EXPECT_EQ(Measure(trial_, strict, Finds::kGiven).clean.f1(), 1) << name;
    const Quality found = Measure(trial_, Template(name));
    EXPECT_EQ(found.clean.right, kPeople / 2) << name;
    EXPECT_GT(found.clean.f1(), 0.98) << name;
  }
  const auto clear = trial_.MeasureClearText(record_, TestSecret(), {});
  ASSERT_TRUE(clear.ok());
  EXPECT_EQ(clear.value().clean.missed, 0U);
  EXPECT_GT(clear.value().clean.f1(), 0.98);
}

TEST_F(QualityTrialTest, ErrorsCostSaulMoreThanClearText) {
  const Quality saul = Measure(trial_, Template("saul"));
  EXPECT_LT(saul.usual.f1(), 0.97);
  EXPECT_GT(saul.usual.f1(), 0.6);
  EXPECT_EQ(saul.usual.right + saul.usual.missed, kPeople / 2);
  const auto clear = trial_.MeasureClearText(record_, TestSecret(), {});
  ASSERT_TRUE(clear.ok());
  EXPECT_GT(clear.value().usual.f1(), saul.usual.f1());
}

TEST_F(QualityTrialTest, AGivenThresholdStays) {
  const Contract strict = WithThreshold(record_, {1, 1});
  const Quality given = Measure(trial_, strict, Finds::kGiven);
  EXPECT_EQ(given.threshold, strict.plan().threshold);
  EXPECT_EQ(given.clean.f1(), 1);
  const Quality found = Measure(trial_, strict);
  EXPECT_LT(found.threshold.numerator, found.threshold.denominator);
  EXPECT_GT(found.usual.f1(), given.usual.f1());
}

// Where the unit would compare the pairs of blocks alone, those of no block are not found: here of
// people whose names are the same.
TEST_F(QualityTrialTest, PairsComeFromBlocksWhereTheUnitsWould) {
  auto json = nlohmann::json::parse(ContractTemplate("record"));
  json["block_tokens"] = {{{"name", "names"}, {"parts", {{{"field", "given_name"}}}}}};
  json["linkage"]["candidates"] = {{"method", "blocks"}};
  const auto by_names = Contract::Parse(json.dump());
  ASSERT_TRUE(by_names.ok()) << by_names.error().message;
  const Quality blocks = Measure(trial_, by_names.value());
  EXPECT_LT(blocks.usual.right, Measure(trial_, record_).usual.right);
  EXPECT_EQ(blocks.clean.f1(), 1);
}

// So few people may be too few to learn from; then nobody is linked, and it is said.
TEST_F(QualityTrialTest, AModelThatLearnsSaysWhatItLearnt) {
  const Quality quality = Measure(trial_, given_);
  EXPECT_EQ(quality.refusal.empty(), quality.usual.right > 0) << quality.refusal;
  EXPECT_EQ(quality.threshold, given_.plan().threshold);
}

TEST_F(QualityTrialTest, IsTheSameAtAnyNumberOfThreadsAndFollowsTheSeed) {
  const auto counts = [](const Quality& quality) {
    return std::tuple(quality.usual.right, quality.usual.wrong, quality.clean.right,
                      quality.threshold.numerator);
  };
  const Contract saul = Template("saul");
  const Quality one = Measure(trial_, saul);
  EXPECT_EQ(counts(one), counts(Measure(trial_, saul, Finds::kBest, 3)));
  EXPECT_EQ(counts(one), counts(Measure(Prepare(1), saul)));
  EXPECT_NE(counts(one), counts(Measure(Prepare(2), saul)));
}

// F* of 90, 5 and 5 is 0.9, so F1 is 1.8 / 1.9; its bounds are those of 90 of 100.
TEST(PairCountsTest, F1IsOfTheShareThatIsRight) {
  const PairCounts counts{90, 5, 5};
  EXPECT_DOUBLE_EQ(counts.f1(), 1.8 / 1.9);
  const double least = Rate{90, 100}.lower();
  EXPECT_DOUBLE_EQ(counts.lower(), 2 * least / (1 + least));
  EXPECT_GT(counts.upper(), counts.f1());
  EXPECT_EQ(PairCounts().f1(), 0);
  EXPECT_EQ((PairCounts{10, 0, 0}).f1(), 1);
}

}  // namespace
}  // namespace musubi::engine
