// SAUL against its text, one step a line.
#include "bloom/saul.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "crypto/shake256.h"
#include "tests/bloom/reference.h"

namespace musubi::bloom {
namespace {

constexpr std::uint32_t kTerms = 4;
constexpr std::uint32_t kBits = 1024;

using Row = std::vector<std::uint64_t>;

bool Bit(std::span<const std::uint64_t> row, std::size_t bit) {
  return (row[bit / 64] >> (bit % 64) & 1) != 0;
}

Row Encode(const std::vector<std::string>& tokens, SaulVotes* votes, std::uint32_t terms = kTerms,
           std::uint32_t bits = kBits) {
  SaulCounter counter(terms, bits);
  counter.Clear();
  for (const std::string& token : tokens) counter.Add(votes->Of(token));
  Row row(bits / 64);
  counter.Finish(row);
  return row;
}

// The definition: who votes, what they vote for, and the majorities' exclusive or.
Row Reference(std::vector<std::string> tokens, std::string_view key) {
  crypto::Hmac prf = TestPrf(key);
  const auto labelled = [&](const std::string& label, const std::string& token) {
    return prf(crypto::Text(label + token));
  };
  if (tokens.size() % 2 == 0) {
    const auto lowest = std::ranges::min_element(tokens, {}, [&](const std::string& token) {
      const auto digest = labelled("rank1", token);
      return std::vector<std::uint8_t>(digest.begin(), digest.begin() + 8);
    });
    tokens.erase(lowest);
  }
  std::vector<std::size_t> count(kTerms * kBits);
  for (const std::string& token : tokens) {
    std::vector<std::uint8_t> bytes(count.size() / 8);
    crypto::Shake256(labelled("saul1", token), bytes);
    for (std::size_t bit = 0; bit < count.size(); ++bit)
      count[bit] += bytes[bit / 8] >> (bit % 8) & 1;
  }
  Row row(kBits / 64);
  for (std::size_t bit = 0; bit < count.size(); ++bit) {
    const std::uint64_t most = count[bit] > tokens.size() / 2 ? 1 : 0;
    row[bit % kBits / 64] ^= most << (bit % 64);
  }
  return row;
}

std::vector<std::string> SomeTokens(std::size_t count, const std::string& of = "token ") {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < count; ++i) tokens.push_back(of + std::to_string(i));
  return tokens;
}

double Alike(const Row& a, const Row& b) {
  std::size_t alike = 0;
  for (std::size_t bit = 0; bit < kBits; ++bit) alike += Bit(a, bit) == Bit(b, bit) ? 1 : 0;
  return static_cast<double>(alike) / kBits;
}

TEST(SaulTest, IsWhatItsTextSays) {
  SaulVotes votes(TestPrf(), kTerms * kBits);
  for (std::size_t tokens = 1; tokens <= 40; ++tokens) {
    EXPECT_EQ(Encode(SomeTokens(tokens), &votes), Reference(SomeTokens(tokens), "a key for tests"))
        << tokens;
  }
}

TEST(SaulTest, TheOrderOfTokensDoesNotMatter) {
  SaulVotes votes(TestPrf(), kTerms * kBits);
  for (const std::size_t count : {11U, 12U}) {
    std::vector<std::string> tokens = SomeTokens(count);
    const Row row = Encode(tokens, &votes);
    std::ranges::reverse(tokens);
    EXPECT_EQ(Encode(tokens, &votes), row);
    std::ranges::rotate(tokens, tokens.begin() + 5);
    EXPECT_EQ(Encode(tokens, &votes), row);
  }
}

TEST(SaulTest, ATokenThatIsNoLongerRememberedVotesTheSame) {
  SaulVotes few(TestPrf(), 64);
  SaulVotes::Token first = few.Of("first");
  const std::uint64_t votes = first.votes[0];
  const std::uint64_t rank = first.rank;
  for (std::size_t i = 0; i < SaulVotes::kMaxRemembered + 10; ++i) few.Of(std::to_string(i));
  EXPECT_EQ(few.Of("first").votes[0], votes);
  EXPECT_EQ(few.Of("first").rank, rank);
  SaulVotes fresh(TestPrf(), 64);
  EXPECT_EQ(few.Of("last of all").votes[0], fresh.Of("last of all").votes[0]);
}

// Without the rule for even numbers, ties count as "no" in all terms alike, and of two tokens three
// bits in four would be set or not together.
TEST(SaulTest, HalfOfTheBitsAreSetForAnyNumberOfTokens) {
  SaulVotes votes(TestPrf(), kTerms * kBits);
  for (const std::size_t count : {1U, 2U, 3U, 10U, 11U, 30U, 31U}) {
    std::size_t set = 0;
    constexpr std::size_t kRecords = 40;
    for (std::size_t record = 0; record < kRecords; ++record) {
      const Row row = Encode(SomeTokens(count, std::to_string(record) + "/"), &votes);
      for (std::size_t bit = 0; bit < kBits; ++bit) set += Bit(row, bit) ? 1 : 0;
    }
    const double all = double{kBits} * kRecords;
    EXPECT_NEAR(static_cast<double>(set), all / 2, 5 * std::sqrt(all) / 2) << count;
  }
}

TEST(SaulTest, AnotherKeyGivesUnrelatedBits) {
  SaulVotes votes(TestPrf(), kTerms * kBits);
  SaulVotes others(TestPrf("another key"), kTerms * kBits);
  const double alike = Alike(Encode(SomeTokens(30), &votes), Encode(SomeTokens(30), &others));
  EXPECT_NEAR(alike, 0.5, 5 * 0.5 / std::sqrt(kBits));
}

// The less two records share, the nearer they are to strangers: with four terms a record that has
// changed a third of its tokens is hardly more alike than one that shares none.
TEST(SaulTest, SimilarityFallsFasterThanThatOfTokens) {
  SaulVotes votes(TestPrf(), kTerms * kBits);
  const auto with_changes = [&](std::size_t changes) {
    double sum = 0;
    constexpr std::size_t kRecords = 30;
    for (std::size_t record = 0; record < kRecords; ++record) {
      std::vector<std::string> tokens = SomeTokens(31, std::to_string(record) + "/");
      const Row before = Encode(tokens, &votes);
      for (std::size_t i = 0; i < changes; ++i) tokens[i] += "'";
      sum += Alike(before, Encode(tokens, &votes));
    }
    return sum / kRecords;
  };
  EXPECT_EQ(with_changes(0), 1.0);
  EXPECT_GT(with_changes(1), 0.70);
  EXPECT_GT(with_changes(1), with_changes(4));
  EXPECT_LT(with_changes(10), 0.56);
}

TEST(SaulTest, NoBitFollowsFromASingleToken) {
  SaulVotes votes(TestPrf(), kTerms * kBits);
  const std::vector<std::string> base = SomeTokens(20);
  std::vector<int> agree(kBits, 0);
  constexpr int kRecords = 200;
  for (int record = 0; record < kRecords; ++record) {
    std::vector<std::string> tokens = SomeTokens(20, std::to_string(record) + "/");
    tokens.push_back("always");
    const Row row = Encode(tokens, &votes);
    for (std::size_t bit = 0; bit < kBits; ++bit) agree[bit] += Bit(row, bit) ? 1 : 0;
  }
  // Five standard deviations of a fair coin, thrown 200 times, with 1024 such coins.
  for (const int set : agree) EXPECT_NEAR(set, kRecords / 2, 5 * std::sqrt(kRecords) / 2);
}

TEST(SaulTest, Vector) {
  SaulVotes votes(TestPrf(), 2 * 64);
  const Row row = Encode({"_a", "ab", "b_"}, &votes, 2, 64);
  EXPECT_EQ(row[0], 0x4aaafb54b4dcfbbfU) << std::hex << row[0];
}

}  // namespace
}  // namespace musubi::bloom
