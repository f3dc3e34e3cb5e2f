#include "bloom/positions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "tests/bloom/reference.h"

namespace musubi::bloom {
namespace {

using testing::ElementsAre;

std::vector<std::uint16_t> Positions(PositionCache* cache, std::string_view token) {
  const auto positions = cache->Of(token);
  return {positions.begin(), positions.end()};
}

struct Shape {
  std::uint32_t bits;
  std::uint32_t count;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.count << "_of_" << shape.bits; }

class PositionsTest : public testing::TestWithParam<Shape> {};

// 64 of 64 needs every position once; 8128 leaves an incomplete last span of 512 words.
INSTANTIATE_TEST_SUITE_P(Shapes, PositionsTest,
                         testing::Values(Shape{64, 1}, Shape{64, 64}, Shape{192, 10},
                                         Shape{512, 10}, Shape{960, 30}, Shape{1024, 20},
                                         Shape{8128, 64}, Shape{8192, 64}));

TEST_P(PositionsTest, AreDistinctAndInRange) {
  PositionCache cache(TestPrf(), GetParam().bits, GetParam().count);
  for (int i = 0; i < 200; ++i) {
    const auto positions = Positions(&cache, std::to_string(i));
    ASSERT_EQ(positions.size(), GetParam().count);
    const std::set<std::uint16_t> distinct(positions.begin(), positions.end());
    EXPECT_EQ(distinct.size(), GetParam().count);
    EXPECT_LT(*distinct.rbegin(), GetParam().bits);
  }
}

TEST_P(PositionsTest, AreThoseOfTheDefinition) {
  PositionCache cache(TestPrf(), GetParam().bits, GetParam().count);
  crypto::Hmac prf = TestPrf();
  for (const std::string_view token : {"an", " a", "3 19", "\xE3\x83\xA4", "x"}) {
    EXPECT_EQ(Positions(&cache, token),
              ReferencePositions(&prf, token, GetParam().bits, GetParam().count));
  }
}

TEST_P(PositionsTest, AreTheSameWhenRemembered) {
  PositionCache cache(TestPrf(), GetParam().bits, GetParam().count);
  std::vector<std::vector<std::uint16_t>> first;
  for (int i = 0; i < 100; ++i) first.push_back(Positions(&cache, std::to_string(i)));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Positions(&cache, std::to_string(i)), first[static_cast<std::size_t>(i)]);
  }
}

// Computed by a program of another language from the definition.
TEST(PositionsGoldenTest, OfFixedKeys) {
  PositionCache cache(TestPrf("musubi"), 512, 10);
  EXPECT_THAT(Positions(&cache, "an"),
              ElementsAre(127, 423, 427, 249, 487, 316, 223, 55, 247, 174));
  EXPECT_THAT(Positions(&cache, ""), ElementsAre(256, 408, 492, 306, 117, 130, 406, 265, 386, 0));
  PositionCache wide(TestPrf("musubi"), 8128, 20);
  EXPECT_THAT(Positions(&wide, "\xE3\x83\xA4\xE3\x83\x9E"),
              ElementsAre(6215, 5659, 5709, 3126, 4915, 6367, 5653, 3568, 863, 176, 4495, 2201,
                          6491, 7655, 2462, 3275, 5010, 2442, 3435, 7388));
}

TEST(PositionsKeyTest, DependOnTheKey) {
  PositionCache one(TestPrf("one"), 512, 10);
  PositionCache two(TestPrf("two"), 512, 10);
  EXPECT_NE(Positions(&one, "an"), Positions(&two, "an"));
}

// A token that another begins with must not share its positions.
TEST(PositionsKeyTest, DependOnTheWholeToken) {
  PositionCache cache(TestPrf(), 512, 10);
  const auto positions = Positions(&cache, "an");
  EXPECT_NE(Positions(&cache, "ann"), positions);
  EXPECT_NE(Positions(&cache, "a"), positions);
  EXPECT_NE(Positions(&cache, std::string_view("an\0", 3)), positions);
}

// More tokens than are remembered, as addresses could have: the rest is derived again each time.
TEST(PositionsMemoryTest, AreTheSameBeyondWhatIsRemembered) {
  PositionCache cache(TestPrf(), 64, 2);
  constexpr std::size_t kTokens = PositionCache::kMaxRemembered + 10;
  for (std::size_t i = 0; i < kTokens; ++i) cache.Of(std::to_string(i));
  crypto::Hmac prf = TestPrf();
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}, kTokens - 12, kTokens - 11,
                              kTokens - 10, kTokens - 2, kTokens - 1, kTokens}) {
    const auto expected = ReferencePositions(&prf, std::to_string(i), 64, 2);
    EXPECT_EQ(Positions(&cache, std::to_string(i)), expected) << i;
    EXPECT_EQ(Positions(&cache, std::to_string(i)), expected) << i;
  }
}

// Chi-square over all positions of `tokens` tokens, times their expected number.
// With n positions in b bits it is sum((o*b - n)^2) / (n*b).
std::uint64_t ChiSquare(std::uint32_t bits, std::uint32_t count, std::uint64_t tokens) {
  PositionCache cache(TestPrf("uniform"), bits, count);
  std::vector<std::uint64_t> observed(bits);
  for (std::uint64_t i = 0; i < tokens; ++i) {
    for (const std::uint16_t position : cache.Of(std::to_string(i))) ++observed[position];
  }
  const std::uint64_t n = tokens * count;
  std::uint64_t sum = 0;
  for (const std::uint64_t o : observed) {
    const std::uint64_t distance = o * bits > n ? o * bits - n : n - o * bits;
    sum += distance * distance / bits;
  }
  return sum / n;
}

// Mean 511, standard deviation 32: within five of them on either side.
TEST(PositionsUniformTest, EveryBitIsAsLikely) {
  const std::uint64_t chi_square = ChiSquare(512, 10, 20'000);
  EXPECT_GT(chi_square, 351U);
  EXPECT_LT(chi_square, 671U);
}

// Mean 8127, standard deviation 127. Reducing every word modulo 8,128 would make the first 512
// positions an eighth more likely, which adds some 1,800.
TEST(PositionsUniformTest, TheIncompleteLastSpanIsPassedOver) {
  const std::uint64_t chi_square = ChiSquare(8128, 64, 32'000);
  EXPECT_GT(chi_square, 7490U);
  EXPECT_LT(chi_square, 8765U);
}

// Under double hashing position i+1 less position i is the same for all i. Here the difference of
// the first two says nothing of the next.
TEST(PositionsUniformTest, ThereAreNoLinesOfPositions) {
  PositionCache cache(TestPrf(), 512, 3);
  int lines = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto p = cache.Of(std::to_string(i));
    lines += (p[1] - p[0] + 512) % 512 == (p[2] - p[1] + 512) % 512 ? 1 : 0;
  }
  // 10,000 / 510 = 19.6 by chance, standard deviation 4.4.
  EXPECT_LT(lines, 45);
}

TEST(PositionsDeathTest, RefusesShapesOutsideTheContract) {
  EXPECT_DEATH(PositionCache(TestPrf(), 512, 0), "internal error");
  EXPECT_DEATH(PositionCache(TestPrf(), 512, 65), "internal error");
  EXPECT_DEATH(PositionCache(TestPrf(), 32, 1), "internal error");
  EXPECT_DEATH(PositionCache(TestPrf(), 16384, 1), "internal error");
}

}  // namespace
}  // namespace musubi::bloom
