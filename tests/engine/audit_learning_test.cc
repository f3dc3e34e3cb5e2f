// What is learnt from known pairs, and what stands out of coins, on encodings whose right answers
// are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/seeded_draws.h"
#include "engine/audit/frequency_divergence.h"
#include "engine/audit/learnt_decoding.h"
#include "engine/audit/token_net.h"
#include "engine/audit/visible_graph.h"
#include "tests/bloom/reference.h"
#include "tests/engine/csv_files.h"

namespace musubi::engine {
namespace {

using Eigen::Index;

constexpr std::uint64_t kSeed = 23;

// Bits of coins, as 1 and -1.
Matrix Coins(Index rows, Index bits, SeededDraws* draws) {
  Matrix coins(rows, bits);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < bits; ++j) coins(i, j) = draws->Below(2) == 0 ? -1.0F : 1.0F;
  }
  return coins;
}

Matrix Unit(Matrix rows) {
  rows.rowwise() -= rows.colwise().mean().eval();
  rows.rowwise().normalize();
  return rows;
}

// Records with each of 40 tokens in three cases of ten.
std::vector<Records> RandomTokens(std::size_t records, SeededDraws* draws) {
  std::vector<Records> tokens(records);
  for (Records& record : tokens) {
    for (std::uint32_t token = 0; token < 40; ++token) {
      if (draws->Percent(30)) record.push_back(token);
    }
  }
  return tokens;
}

// Each token sets four bits of its own.
Matrix PlainRows(const std::vector<Records>& tokens) {
  Matrix rows = Matrix::Zero(static_cast<Index>(tokens.size()), 160);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    for (const std::uint32_t token : tokens[i]) {
      rows.row(static_cast<Index>(i)).segment(Index{token} * 4, 4).setOnes();
    }
  }
  return Unit(std::move(rows));
}

Rate RightOf(const Decoding& decoding) {
  return {static_cast<std::uint64_t>(std::ranges::count(decoding.right, true)),
          decoding.right.size()};
}

Decoding Decode(const Matrix& rows, const std::vector<Records>& tokens, std::size_t first) {
  auto decoding =
      DecodeOthers(rows, tokens, first, 400, DrawSample(tokens.size() - 400, 10'000, kSeed), kSeed,
                   ExecContext{});
  EXPECT_TRUE(decoding.ok());
  return std::move(decoding).value();
}

// Of the first token each bit by itself tells nothing, of the second one bit all, of the third none
// anything.
TEST(TokenNetTest, LearnsWhatNoLinearRuleCan) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const Matrix bits = Coins(6000, 6, &draws);
  Matrix tokens(6000, 3);
  for (Index i = 0; i < 6000; ++i) {
    tokens.row(i) << (bits(i, 0) == bits(i, 1) ? 1.0F : 0.0F), (bits(i, 2) > 0 ? 1.0F : 0.0F),
        (draws.Below(2) == 0 ? 1.0F : 0.0F);
  }
  const auto net = TokenNet::Learn(bits.topRows(4000), tokens.topRows(4000), kSeed, ExecContext{});
  ASSERT_TRUE(net.ok());
  const Matrix evidence = net.value().Evidence(bits.bottomRows(2000));
  const auto right = ((evidence.array() > 0) == (tokens.bottomRows(2000).array() > 0));
  const Eigen::RowVectorXf shares = right.cast<float>().colwise().mean();
  EXPECT_GE(shares(0), 0.99);
  EXPECT_GE(shares(1), 0.99);
  EXPECT_NEAR(shares(2), 0.5, 0.05);
}

TEST(TokenNetTest, ThePriorIsTheShareOfAToken) {
  Matrix tokens = Matrix::Zero(9, 2);
  tokens.col(0).head(4).setOnes();
  const auto net = TokenNet::Learn(Matrix::Ones(9, 4), tokens, kSeed, ExecContext{});
  ASSERT_TRUE(net.ok());
  EXPECT_NEAR(net.value().prior()(0), std::log(0.45 / 0.55), 1e-5);
  EXPECT_NEAR(net.value().prior()(1), std::log(0.05 / 0.95), 1e-5);
}

TEST(TokenNetTest, StopsWhenItIsToldTo) {
  const std::atomic<bool> stop = true;
  ExecContext context;
  context.stop = &stop;
  const auto net = TokenNet::Learn(Matrix::Ones(9, 4), Matrix::Ones(9, 2), kSeed, context);
  ASSERT_FALSE(net.ok());
  EXPECT_EQ(net.error().code, ErrorCode::kInterrupted);
}

TEST(LearntDecodingTest, ReadsPlainFiltersAndNothingInCoins) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const std::vector<Records> tokens = RandomTokens(1000, &draws);
  const Decoding plain = Decode(PlainRows(tokens), tokens, 0);
  EXPECT_GE(RightOf(plain).value(), 0.98);
  EXPECT_GE(plain.dice, plain.prior_dice + 0.3);
  const Decoding coins = Decode(Unit(Coins(1000, 160, &draws)), tokens, 0);
  EXPECT_LE(RightOf(coins).value(), 0.02);
  EXPECT_NEAR(coins.dice, coins.prior_dice, 0.05);
}

// From a record near the end, the known ones go on at the beginning.
TEST(LearntDecodingTest, ReadsWhoComesAfterTheKnown) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const std::vector<Records> tokens = RandomTokens(1000, &draws);
  const Decoding turn = Decode(PlainRows(tokens), tokens, 800);
  ASSERT_EQ(turn.targets.size(), 600U);
  EXPECT_EQ(turn.targets.front(), 200U);
  EXPECT_EQ(turn.targets.back(), 799U);
  EXPECT_GE(RightOf(turn).value(), 0.98);
}

TEST(LearntDecodingTest, IsTheSameAtAnyNumberOfThreads) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const std::vector<Records> tokens = RandomTokens(1000, &draws);
  const Matrix rows = PlainRows(tokens);
  std::vector<Decoding> decodings;
  for (const std::size_t threads : {1, 4}) {
    const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, threads);
    decodings.push_back(Decode(rows, tokens, 0));
  }
  EXPECT_EQ(decodings[0].right, decodings[1].right);
  EXPECT_EQ(decodings[0].dice, decodings[1].dice);
}

// A thousand people whose names are put together of few syllables.
std::string RandomPeople(SeededDraws* draws) {
  const std::vector<std::string> syllables = {"an", "ber", "cor", "da", "el", "fi", "gus", "hol"};
  const auto name = [&] {
    std::string text;
    for (int i = 0; i < 3; ++i) text += syllables[draws->Below(syllables.size())];
    return text;
  };
  const auto number = [&](std::uint64_t least, std::uint64_t most) {
    return std::to_string(least + draws->Below(most - least + 1));
  };
  std::string text = "id,given_name,surname,birth_date,sex,postcode\n";
  for (int id = 0; id < 1000; ++id) {
    text += std::to_string(id) + "," + name() + "," + name() + "," + number(1930, 1999) + "-" +
            number(10, 12) + "-" + number(10, 28) + ",F," + number(10'000, 99'999) + "\n";
  }
  return text;
}

// A narrow filter is soon learnt; its control is as wide as any.
TEST(LearntDecodingTest, EveryRecordIsTriedEightTimesAndControlled) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const CsvFolder folder;
  std::string text(ContractTemplate("saul"));
  text.replace(text.find("\"bits\": 1024"), 12, "\"bits\": 128");
  const auto contract = Contract::Parse(text);
  ASSERT_TRUE(contract.ok());
  const ExecContext context;
  HeldRequest request;
  request.input = folder.Write("people.csv", RandomPeople(&draws));
  request.id_column = "id";
  auto held = HeldRecords::Read(request, contract.value(), context);
  ASSERT_TRUE(held.ok()) << held.error().message;
  const crypto::LinkageSecret secret = bloom::TestSecret();
  People people(std::move(held).value(), contract.value(), secret, context);
  ASSERT_TRUE(people.Prepare(1000, kSeed).ok());
  std::vector<Finding> findings;
  ASSERT_TRUE(AddLearntDecoding(people, AuditPolicy(), &findings).ok());

  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].test, "learnt_decoding");
  EXPECT_EQ(findings[0].rate->trials, 8000U);
  EXPECT_EQ(findings[0].chance, 1.0 / 800);
  EXPECT_GE(findings[0].control, 0.9);
  EXPECT_LE(findings[0].value, 0.02);
  EXPECT_EQ(findings[0].limit, 1.0 / 800 + AuditPolicy().learnt_decoding);
  EXPECT_EQ(findings[1].about, "a fifth known, rarest tenth");
  EXPECT_EQ(findings[1].rate->trials, 800U);
  EXPECT_EQ(findings[2].test, "learnt_tokens");
  EXPECT_LE(findings[2].value, *findings[2].chance + 0.02);
  EXPECT_GE(*findings[2].control, *findings[2].chance + 0.2);
}

// Each of 700 rows of coins is there twice: one other is visible, and none besides.
TEST(VisibleGraphTest, IsOfRowsThatAreAlike) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const Matrix coins = Coins(700, 256, &draws);
  EXPECT_LE(MeanVisible(Unit(coins)), 0.05);
  Matrix twice(1400, 256);
  twice << coins, coins;
  EXPECT_GE(MeanVisible(Unit(twice)), 1);
  EXPECT_LE(MeanVisible(Unit(twice)), 2.1);  // as many may be of chance as not
}

TEST(VisibleGraphTest, EqualRowsTellNothing) { EXPECT_EQ(MeanVisible(Matrix::Zero(10, 8)), 0); }

// Bits that are set in `share` percent of the records.
FilterColumn Filter(unsigned share, SeededDraws* draws) {
  FilterColumn column;
  column.bits = BitMatrix(512, 800);
  column.present.assign(800, 1);
  for (std::size_t row = 0; row < 800; ++row) {
    for (std::size_t bit = 0; bit < 512; ++bit) {
      if (draws->Percent(share)) column.bits.Set(row, bit);
    }
  }
  return column;
}

TEST(FrequencyDivergenceTest, TellsCoinsFromOtherBits) {
  SCOPED_TRACE(kSeed);
  SeededDraws draws(kSeed);
  const FrequencyDivergence coins = DivergenceFromCoins(Filter(50, &draws), kSeed);
  EXPECT_LE(coins.distance, coins.of_coins);
  const FrequencyDivergence others = DivergenceFromCoins(Filter(45, &draws), kSeed);
  EXPECT_GE(others.distance, 2 * others.of_coins);
  EXPECT_EQ(others.of_coins, coins.of_coins);
}

// All bits in one of 32 ranges: of p = (1, 0, ...) and q = (1/32, ...) the divergence is the mean
// of log2(64/33) and (log2(2/33) + 31) / 32.
TEST(FrequencyDivergenceTest, IsJensensAndShannons) {
  FilterColumn column;
  column.bits = BitMatrix(64, 4000);
  column.present.assign(4000, 1);
  const double wanted = (std::log2(64.0 / 33) + (std::log2(2.0 / 33) + 31) / 32) / 2;
  EXPECT_NEAR(DivergenceFromCoins(column, kSeed).distance, std::sqrt(wanted), 0.005);
}

TEST(FrequencyDivergenceTest, OfNoRecordIsNone) {
  FilterColumn column;
  column.bits = BitMatrix(64, 1);
  column.present.assign(1, 0);
  EXPECT_EQ(DivergenceFromCoins(column, kSeed).distance, 0);
}

}  // namespace
}  // namespace musubi::engine
