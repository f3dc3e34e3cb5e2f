// Counting patterns, and the logarithm that weighs them.
#include "engine/model/pattern_counts.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <map>
#include <random>

#include "engine/model/logarithm.h"

namespace musubi::engine {
namespace {

// Few bits, so that patterns repeat, among them the one of nothing but missing values.
Pattern SomePattern(std::mt19937_64& random) { return random() & 0xF00F'0000'0000'0F0FU; }

TEST(PatternCountsTest, CountsAsAMapDoes) {
  std::mt19937_64 random(1);
  std::map<Pattern, std::array<std::uint64_t, kPairKinds>> expected;
  PatternCounts counts;
  for (int i = 0; i < 100'000; ++i) {
    const Pattern pattern = SomePattern(random);
    const auto kind = static_cast<PairKind>(random() % kPairKinds);
    counts.Add(pattern, kind);
    ++expected[pattern][static_cast<std::size_t>(kind)];
  }
  const std::vector<PatternCount> sorted = counts.Sorted();
  ASSERT_EQ(sorted.size(), expected.size());
  std::size_t i = 0;
  for (const auto& [pattern, kinds] : expected) {
    EXPECT_EQ(sorted[i++], (PatternCount{pattern, kinds}));
  }
}

TEST(PatternCountsTest, SumsCommute) {
  std::mt19937_64 random(2);
  PatternCounts one;
  PatternCounts other;
  for (int i = 0; i < 20'000; ++i) {
    (i % 3 == 0 ? one : other).Add(SomePattern(random), PairKind::kCandidate);
  }
  PatternCounts forward;
  forward.Add(one);
  forward.Add(other);
  PatternCounts backward;
  backward.Add(other);
  backward.Add(one);
  EXPECT_EQ(forward.Sorted(), backward.Sorted());
}

TEST(LogarithmTest, IsThatOfTheLibraryToFourteenPlaces) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t exponent = 1 + random() % 2046;
    const auto x = std::bit_cast<double>(exponent << 52 | random() >> 12);
    EXPECT_NEAR(Log2(x), std::log2(x), 1e-14 + 4e-16 * std::abs(std::log2(x))) << x;
  }
  EXPECT_EQ(Log2(1), 0);
  EXPECT_EQ(Log2(1024), 10);
  EXPECT_EQ(Log2(0.125), -3);
}

// The very bits, so that a compiler that fuses operations or a library of its own is noticed.
TEST(LogarithmTest, HasTheSameBitsEverywhere) {
  EXPECT_EQ(std::bit_cast<std::uint64_t>(Log2(0.3)), 0xBFFBCA9C6F53897BU)
      << std::hex << std::bit_cast<std::uint64_t>(Log2(0.3));
  EXPECT_EQ(std::bit_cast<std::uint64_t>(Log2(1e-20)), 0xC0509C1165EC0627U)
      << std::hex << std::bit_cast<std::uint64_t>(Log2(1e-20));
}

}  // namespace
}  // namespace musubi::engine
