#include "engine/compare/and_count.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace musubi::engine {
namespace {

using testing::ElementsAre;

// Every width that the contract allows at a boundary of words, vectors or lines.
constexpr std::size_t kWidths[] = {64, 128, 192, 256, 448, 512, 576, 1024, 1536, 4096, 8128, 8192};

// Bit by bit.
std::uint32_t SharedBits(const BitMatrix& matrix, std::size_t left, std::size_t right) {
  std::uint32_t count = 0;
  for (std::size_t bit = 0; bit < matrix.bits(); ++bit) {
    count += matrix.Get(left, bit) && matrix.Get(right, bit) ? 1 : 0;
  }
  return count;
}

class AndCountTest : public testing::TestWithParam<NamedKernel> {
 protected:
  static std::vector<std::uint32_t> Count(const BitMatrix& matrix, std::uint32_t left,
                                          const std::vector<std::uint32_t>& rights) {
    std::vector<std::uint32_t> counts(rights.size(), 0xAAAAAAAA);
    GetParam().run(matrix, left, rights, counts.data());
    return counts;
  }

  // Compares every row with every row.
  static void ExpectAsTheOracle(const BitMatrix& matrix) {
    std::vector<std::uint32_t> rights(matrix.rows());
    std::iota(rights.begin(), rights.end(), 0U);
    for (std::uint32_t left = 0; left < matrix.rows(); ++left) {
      const auto counts = Count(matrix, left, rights);
      for (const std::uint32_t right : rights) {
        ASSERT_EQ(counts[right], SharedBits(matrix, left, right))
            << matrix.bits() << " bits, rows " << left << " and " << right;
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Kernels, AndCountTest, testing::ValuesIn(AndCountKernels()),
                         [](const auto& kernel) { return std::string(kernel.param.name); });

TEST_P(AndCountTest, CountsRandomRowsOfAnyDensity) {
  constexpr std::uint64_t kSeed = 20260103;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (const std::size_t bits : kWidths) {
    BitMatrix matrix(bits, 12);
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
      const std::uint64_t percent = row * 9;
      for (std::size_t bit = 0; bit < bits; ++bit) {
        if (random() % 100 < percent) matrix.Set(row, bit);
      }
    }
    ExpectAsTheOracle(matrix);
  }
}

// Full rows are what an overflow of a byte's counter would show in.
TEST_P(AndCountTest, CountsExtremeRows) {
  for (const std::size_t bits : kWidths) {
    BitMatrix matrix(bits, 8);
    for (std::size_t bit = 0; bit < bits; ++bit) {
      matrix.Set(1, bit);
      if (bit % 2 == 0) matrix.Set(2, bit);
      if (bit % 2 == 1) matrix.Set(3, bit);
      if (bit % 64 == 63) matrix.Set(4, bit);
      if (bit / 8 % 2 == 0) matrix.Set(5, bit);
    }
    matrix.Set(6, 0);
    matrix.Set(7, bits - 1);
    ExpectAsTheOracle(matrix);
  }
}

// A kernel that skips a word, or counts one twice, fails at that word's bits.
TEST_P(AndCountTest, SeesEverySingleBit) {
  for (const std::size_t bits : {64U, 512U, 1024U, 8192U}) {
    BitMatrix matrix(bits, 2);
    for (std::size_t bit = 0; bit < bits; ++bit) {
      for (const std::size_t row : {0U, 1U})
        matrix.row(row)[bit / 64] = std::uint64_t{1} << (bit % 64);
      ASSERT_THAT(Count(matrix, 0, {1}), ElementsAre(1U)) << bit;
      for (const std::size_t row : {0U, 1U}) matrix.row(row)[bit / 64] = 0;
    }
  }
}

TEST_P(AndCountTest, CountsRightsInTheirOrderRepeatsToo) {
  BitMatrix matrix(512, 4);
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t bit = 0; bit < 10 * (row + 1); ++bit) matrix.Set(row, bit);
  }
  EXPECT_THAT(Count(matrix, 3, {2, 0, 2, 3, 1, 0}), ElementsAre(30U, 10U, 30U, 40U, 20U, 10U));
}

TEST_P(AndCountTest, NoRightsWriteNothing) {
  const BitMatrix matrix(512, 1);
  std::uint32_t untouched = 7;
  GetParam().run(matrix, 0, {}, &untouched);
  EXPECT_EQ(untouched, 7U);
}

TEST_P(AndCountTest, WritesNoMoreThanTheRights) {
  const BitMatrix matrix(512, 2);
  std::vector<std::uint32_t> counts(4, 7);
  GetParam().run(matrix, 0, std::vector<std::uint32_t>{0, 1, 0}, counts.data());
  EXPECT_THAT(counts, ElementsAre(0U, 0U, 0U, 7U));
}

TEST(AndCountKernelsTest, PortableIsAlwaysTheFirst) {
  EXPECT_EQ(AndCountKernels().front().name, "portable");
}

TEST(AndCountKernelsTest, TheBestIsTheLast) {
  EXPECT_EQ(BestAndCountKernel().name, AndCountKernels().back().name);
  EXPECT_EQ(BestAndCountKernel().run, AndCountKernels().back().run);
}

#if defined(__x86_64__)
TEST(AndCountKernelsTest, OffersWhatTheProcessorHas) {
  const std::size_t expected =
      1 + (__builtin_cpu_supports("popcnt") ? 1 : 0) + (__builtin_cpu_supports("avx2") ? 1 : 0);
  EXPECT_EQ(AndCountKernels().size(), expected);
}
#endif

}  // namespace
}  // namespace musubi::engine
