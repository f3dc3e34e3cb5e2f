#include "core/seeded_draws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
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

}  // namespace
}  // namespace musubi
