// Tokens to positions: the same remembered or not.
#include "clkhash/positions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/clkhash/samples.h"

namespace musubi::clkhash {
namespace {

using testing::ElementsAre;

std::vector<std::uint32_t> Of(PositionSource* source, std::string_view token, std::uint32_t count) {
  std::vector<std::uint32_t> positions;
  EXPECT_TRUE(source->Of(token, count, &positions));
  return positions;
}

PositionSource Source(HashKind kind, std::uint32_t bits) {
  return {kind, Secure("first key"), Secure("second key"), bits};
}

// A token of a long value is inserted less often than of a short one.
TEST(ClkhashPositionsTest, FewerPositionsAreTheFirstOfMore) {
  for (const HashKind kind : {HashKind::kBlake, HashKind::kDouble, HashKind::kDoubleNonSingular}) {
    PositionSource source = Source(kind, 1024);
    PositionSource fresh = Source(kind, 1024);
    const auto many = Of(&fresh, "token", 150);
    for (const std::uint32_t count : {5U, 0U, 33U, 150U, 64U, 5U}) {
      const auto some = Of(&source, "token", count);
      EXPECT_EQ(some, std::vector<std::uint32_t>(many.begin(), many.begin() + count));
    }
  }
}

TEST(ClkhashPositionsTest, BlakeSetsNoBitFrom65536On) {
  PositionSource source = Source(HashKind::kBlake, 1 << 20);
  for (int i = 0; i < 100; ++i) {
    for (const std::uint32_t position : Of(&source, std::to_string(i), 64)) {
      EXPECT_LT(position, 65536U);
    }
  }
}

// From the definition with Python's hmac: of 0, 1, ... the first token whose second hash is 0
// modulo 64 under these keys, with and without the remedy.
TEST(ClkhashPositionsTest, OneBitPerTokenIsAvoidedWhereAskedFor) {
  PositionSource singular = Source(HashKind::kDouble, 64);
  PositionSource avoided = Source(HashKind::kDoubleNonSingular, 64);
  std::string token;
  for (int i = 0; token.empty(); ++i) {
    const auto positions = Of(&singular, std::to_string(i), 2);
    if (positions[0] == positions[1]) token = std::to_string(i);
  }
  EXPECT_EQ(token, "97");
  EXPECT_THAT(Of(&singular, token, 3), ElementsAre(10, 10, 10));
  EXPECT_THAT(Of(&avoided, token, 3), ElementsAre(10, 33, 56));
}

// More than is remembered: what comes later is derived again each time.
TEST(ClkhashPositionsTest, AreTheSameBeyondWhatIsRemembered) {
  PositionSource source = Source(HashKind::kBlake, 1024);
  constexpr int kTokens = 60'000;  // of 160 bytes and more
  for (int i = 0; i < kTokens; ++i) Of(&source, std::to_string(i), 20);
  PositionSource fresh = Source(HashKind::kBlake, 1024);
  for (const int i : {0, 1, 40'000, 55'000, kTokens - 1}) {
    const auto expected = Of(&fresh, std::to_string(i), 20);
    EXPECT_EQ(Of(&source, std::to_string(i), 20), expected);
    EXPECT_EQ(Of(&source, std::to_string(i), 20), expected);
  }
}

}  // namespace
}  // namespace musubi::clkhash
