#include "core/bit_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace musubi {
namespace {

bool AllZero(std::span<const std::uint64_t> words) {
  return std::ranges::all_of(words, [](std::uint64_t word) { return word == 0; });
}

class BitMatrixTest : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(Bits, BitMatrixTest,
                         testing::Values(1, 63, 64, 65, 511, 512, 513, 1000, 1024, 8192));

TEST_P(BitMatrixTest, PadsRowsToWholeLines) {
  const BitMatrix matrix(GetParam(), 3);
  EXPECT_EQ(matrix.bits(), GetParam());
  EXPECT_EQ(matrix.rows(), 3U);
  EXPECT_EQ(matrix.stride_bytes(), (GetParam() + 511) / 512 * 64);
  EXPECT_EQ(matrix.stride_words() * 8, matrix.stride_bytes());
}

TEST_P(BitMatrixTest, StartsEveryRowOnALine) {
  const BitMatrix matrix(GetParam(), 5);
  for (std::size_t row = 0; row < 5; ++row) {
    const std::uint64_t* begin = matrix.row(row).data();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(begin) % kRowAlignment, 0U);
    EXPECT_EQ(begin, matrix.data() + row * matrix.stride_words());
    EXPECT_EQ(matrix.row(row).size(), matrix.stride_words());
  }
}

TEST_P(BitMatrixTest, SetsOneBitAndNoOther) {
  const std::size_t bits = GetParam();
  for (const std::size_t bit : std::set<std::size_t>{0, bits / 2, bits - 1}) {
    BitMatrix matrix(bits, 3);
    matrix.Set(1, bit);
    for (std::size_t other = 0; other < bits; ++other) {
      EXPECT_EQ(matrix.Get(1, other), other == bit);
    }
    EXPECT_EQ(matrix.row(1)[bit / 64], std::uint64_t{1} << (bit % 64));
    EXPECT_EQ(matrix.Popcount(1), 1U);
    EXPECT_TRUE(AllZero(matrix.row(0)) && AllZero(matrix.row(2)));
    EXPECT_TRUE(matrix.PaddingIsZero());
  }
}

TEST_P(BitMatrixTest, CountsAFullRow) {
  BitMatrix matrix(GetParam(), 2);
  for (std::size_t bit = 0; bit < GetParam(); ++bit) matrix.Set(0, bit);
  EXPECT_EQ(matrix.Popcount(0), GetParam());
  EXPECT_EQ(matrix.Popcount(1), 0U);
  EXPECT_TRUE(matrix.PaddingIsZero());
}

// What a damaged file could hold: any one bit of the padding, in any row.
TEST_P(BitMatrixTest, FindsEveryPaddingBit) {
  BitMatrix matrix(GetParam(), 3);
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t bit = GetParam(); bit < matrix.stride_words() * 64; ++bit) {
      std::uint64_t& word = matrix.row(row)[bit / 64];
      word = std::uint64_t{1} << (bit % 64);
      EXPECT_FALSE(matrix.PaddingIsZero()) << "row " << row << " bit " << bit;
      word = 0;
    }
  }
  EXPECT_TRUE(matrix.PaddingIsZero());
}

TEST_P(BitMatrixTest, GrowsByZeroRows) {
  BitMatrix matrix(GetParam(), 1);
  matrix.Set(0, GetParam() - 1);
  matrix.Resize(100);
  EXPECT_EQ(matrix.rows(), 100U);
  EXPECT_TRUE(matrix.Get(0, GetParam() - 1));
  for (std::size_t row = 1; row < 100; ++row) EXPECT_TRUE(AllZero(matrix.row(row)));
}

// A row that was cut off must not come back with its old bits.
TEST_P(BitMatrixTest, ForgetsRowsCutOff) {
  BitMatrix matrix(GetParam(), 2);
  matrix.Set(0, 0);
  matrix.Set(1, 0);
  matrix.Resize(1);
  matrix.Resize(2);
  EXPECT_TRUE(matrix.Get(0, 0));
  EXPECT_FALSE(matrix.Get(1, 0));
}

// Files hold rows as bytes: bit i is bit i%8 of byte i/8.
TEST(BitMatrixBytesTest, LiesAsLittleEndianBytes) {
  BitMatrix matrix(128, 1);
  matrix.Set(0, 0);
  matrix.Set(0, 15);
  matrix.Set(0, 66);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), matrix.data(), bytes.size());
  const std::array<std::uint8_t, 16> expected = {1, 0x80, 0, 0, 0, 0, 0, 0, 4};
  EXPECT_EQ(bytes, expected);
}

TEST(BitMatrixReserveTest, KeepsTheRows) {
  BitMatrix matrix(64);
  matrix.Reserve(10);
  EXPECT_EQ(matrix.rows(), 0U);
  matrix.Resize(10);
  EXPECT_EQ(matrix.rows(), 10U);
}

TEST(BitMatrixReserveTest, AReservedMatrixGrowsInPlace) {
  BitMatrix matrix(64, 1);
  matrix.Reserve(10);
  const std::uint64_t* before = matrix.data();
  matrix.Resize(10);
  EXPECT_EQ(matrix.data(), before);
}

TEST(BitMatrixDeathTest, HasAtLeastOneBit) { EXPECT_DEATH(BitMatrix(0, 1), "bits > 0"); }

}  // namespace
}  // namespace musubi
