#include "core/encoding_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musubi {
namespace {

using testing::ElementsAre;

template <typename Id>
Id IdOf(std::uint8_t byte) {
  Id id;
  id.bytes[0] = byte;
  return id;
}

// A set of 64- and 128-bit filters and one pass, with one record for each number. Record n has the
// bits 0 to n-1 of the second filter, and misses the first.
EncodingSet SetOf(std::initializer_list<std::uint8_t> numbers) {
  EncodingSet set = MakeEncodingSet({64, 128}, 1);
  set.Resize(numbers.size());
  std::size_t row = 0;
  for (const std::uint8_t number : numbers) {
    set.refs[row] = IdOf<RecordRef>(number);
    set.tokens[0][row] = IdOf<BlockToken>(number);
    for (std::size_t bit = 0; bit < number; ++bit) set.filters[1].bits.Set(row, bit);
    set.filters[1].present[row] = 1;
    ++row;
  }
  set.filters[1].CountBits();
  return set;
}

TEST(EncodingSetTest, StartsEmptyWithItsColumns) {
  const EncodingSet set = MakeEncodingSet({64, 1024}, 3);
  EXPECT_EQ(set.rows(), 0U);
  ASSERT_EQ(set.filters.size(), 2U);
  EXPECT_EQ(set.filters[0].bits.bits(), 64U);
  EXPECT_EQ(set.filters[1].bits.bits(), 1024U);
  EXPECT_EQ(set.tokens.size(), 3U);
}

TEST(EncodingSetTest, ResizeAddsAbsentRecords) {
  EncodingSet set = MakeEncodingSet({64}, 2);
  set.Resize(2);
  EXPECT_EQ(set.rows(), 2U);
  EXPECT_TRUE(set.refs[1].is_none());
  EXPECT_EQ(set.filters[0].bits.rows(), 2U);
  EXPECT_THAT(set.filters[0].popcounts, ElementsAre(0U, 0U));
  EXPECT_THAT(set.filters[0].present, ElementsAre(0, 0));
  EXPECT_TRUE(set.tokens[1][1].is_none());
}

TEST(EncodingSetTest, ResizeKeepsTheFirstRecords) {
  EncodingSet set = SetOf({3, 5});
  set.Resize(1);
  EXPECT_THAT(set.refs, ElementsAre(IdOf<RecordRef>(3)));
  EXPECT_THAT(set.filters[1].popcounts, ElementsAre(3U));
  EXPECT_THAT(set.filters[1].present, ElementsAre(1));
  EXPECT_THAT(set.tokens[0], ElementsAre(IdOf<BlockToken>(3)));
  EXPECT_EQ(set.filters[1].bits.rows(), 1U);
}

TEST(EncodingSetTest, CountBitsCountsEveryRow) {
  FilterColumn column{BitMatrix(128, 2), {}, {}};
  column.bits.Set(1, 0);
  column.bits.Set(1, 127);
  column.CountBits();
  EXPECT_THAT(column.popcounts, ElementsAre(0U, 2U));
}

}  // namespace
}  // namespace musubi
