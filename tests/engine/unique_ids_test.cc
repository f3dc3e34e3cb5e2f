#include "engine/encode/unique_ids.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace musubi::engine {
namespace {

using Rows = std::pair<std::uint64_t, std::uint64_t>;

// Rows are numbered as in a file: 2, 3, ...
std::optional<Rows> FirstRepeat(const std::vector<std::string>& ids) {
  UniqueIds unique;
  for (std::size_t i = 0; i < ids.size(); ++i) unique.Add(ids[i], i + 2);
  return unique.FirstRepeat();
}

TEST(UniqueIdsTest, NoneRepeatsAmongNone) { EXPECT_EQ(FirstRepeat({}), std::nullopt); }

TEST(UniqueIdsTest, DifferentIdsDoNotRepeat) {
  EXPECT_EQ(FirstRepeat({"1", "2", "01", "1 ", " 1", "", "a", "A"}), std::nullopt);
}

TEST(UniqueIdsTest, GivesBothRowsTheEarlierFirst) {
  EXPECT_EQ(FirstRepeat({"a", "b", "c", "b"}), Rows(3, 5));
}

TEST(UniqueIdsTest, GivesTheFirstRowThatRepeats) {
  EXPECT_EQ(FirstRepeat({"a", "b", "c", "c", "b", "a"}), Rows(4, 5));
}

TEST(UniqueIdsTest, OfThreeTheFirstTwo) {
  EXPECT_EQ(FirstRepeat({"x", "a", "x", "x"}), Rows(2, 4));
}

TEST(UniqueIdsTest, TheEmptyIdRepeatsToo) { EXPECT_EQ(FirstRepeat({"", "a", ""}), Rows(2, 4)); }

// Batches come in any order when rows are read in parallel.
TEST(UniqueIdsTest, TheOrderOfAddingDoesNotMatter) {
  UniqueIds unique;
  for (const std::uint64_t row : {9U, 4U, 7U, 2U, 8U}) {
    unique.Add(row == 4 || row == 8 ? "same" : std::to_string(row), row);
  }
  EXPECT_EQ(unique.FirstRepeat(), Rows(4, 8));
}

TEST(UniqueIdsTest, OneRepeatAmongManyIsFound) {
  constexpr std::uint64_t kSeed = 20260107;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t earlier = random() % 5000;
    const std::uint64_t later = 5000 + random() % 5000;
    UniqueIds unique;
    for (std::uint64_t row = 0; row < 10'000; ++row) {
      unique.Add("id" + std::to_string(row == later ? earlier : row), row);
    }
    EXPECT_EQ(unique.FirstRepeat(), Rows(earlier, later));
  }
}

}  // namespace
}  // namespace musubi::engine
