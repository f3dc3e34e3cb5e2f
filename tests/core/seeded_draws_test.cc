#include "core/seeded_draws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace musubi {
namespace {

// Vectors: what this seed gives on every machine.
TEST(SeededDrawsTest, GivesTheSameNumbersEverywhere) {
  SeededDraws draws(2026);
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 8; ++i) numbers.push_back(draws.Below(1000));
  EXPECT_THAT(numbers, testing::ElementsAre(317, 654, 484, 759, 255, 691, 290, 924));
}

TEST(SeededDrawsTest, DrawsEachNumberAboutAsOften) {
  SeededDraws draws(1);
  std::array<int, 7> times{};
  for (int i = 0; i < 70'000; ++i) ++times[draws.Below(times.size())];
  for (const int often : times) EXPECT_NEAR(often, 10'000, 300);  // three deviations are 278
}

TEST(SeededDrawsTest, PercentIsNeverAt0AndAlwaysAt100) {
  SeededDraws draws(1);
  int half = 0;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(draws.Percent(0));
    EXPECT_TRUE(draws.Percent(100));
    half += draws.Percent(50) ? 1 : 0;
  }
  EXPECT_NEAR(half, 500, 50);
}

// Each number once, in another order than before; fewer are the first of all.
TEST(SeededDrawsTest, ShufflesNumbers) {
  SeededDraws draws(3);
  const std::vector<std::uint32_t> all = Shuffled(50, 50, &draws);
  std::vector<std::uint32_t> sorted = all;
  std::ranges::sort(sorted);
  for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(sorted[i], i);
  EXPECT_NE(all, sorted);
  SeededDraws again(3);
  EXPECT_THAT(Shuffled(50, 7, &again), testing::ElementsAreArray(all.begin(), all.begin() + 7));
}

}  // namespace
}  // namespace musubi
