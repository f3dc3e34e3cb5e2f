#include "engine/compare/compare_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <ostream>
#include <random>

namespace musubi::engine {

inline void PrintTo(const NamedKernel& kernel, std::ostream* out) { *out << kernel.name; }

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

// The matrix as the only filter of its records.
FilterRows RowsOf(const BitMatrix& matrix) {
  const std::vector<std::uint32_t> widths = {static_cast<std::uint32_t>(matrix.bits())};
  EncodingSet set = MakeEncodingSet(widths, 0);
  set.Resize(matrix.rows());
  set.filters[0].bits = matrix;
  set.filters[0].present.assign(matrix.rows(), 1);
  set.filters[0].CountBits();
  FilterRows rows(widths, {0});
  rows.Append(set);
  return rows;
}

class CompareRowsTest : public testing::TestWithParam<NamedKernel> {
 protected:
  static std::vector<std::uint32_t> Count(const BitMatrix& matrix, std::uint32_t left,
                                          const std::vector<std::uint32_t>& rights) {
    std::vector<std::uint32_t> counts(rights.size(), 0xAAAAAAAA);
    GetParam().run(RowsOf(matrix), {0, 1}, left, rights, counts.data());
    return counts;
  }

  // Compares every row with every row.
  static void ExpectAsTheOracle(const BitMatrix& matrix) {
    const FilterRows rows = RowsOf(matrix);
    std::vector<std::uint32_t> rights(matrix.rows());
    std::iota(rights.begin(), rights.end(), 0U);
    std::vector<std::uint32_t> counts(rights.size());
    for (std::uint32_t left = 0; left < matrix.rows(); ++left) {
      GetParam().run(rows, {0, 1}, left, rights, counts.data());
      for (const std::uint32_t right : rights) {
        ASSERT_EQ(counts[right], SharedBits(matrix, left, right))
            << matrix.bits() << " bits, rows " << left << " and " << right;
      }
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Kernels, CompareRowsTest, testing::ValuesIn(CompareKernels()),
                         [](const auto& kernel) { return std::string(kernel.param.name); });

TEST_P(CompareRowsTest, CountsRandomRowsOfAnyDensity) {
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
TEST_P(CompareRowsTest, CountsExtremeRows) {
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
TEST_P(CompareRowsTest, SeesEverySingleBit) {
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

TEST_P(CompareRowsTest, CountsRightsInTheirOrderRepeatsToo) {
  BitMatrix matrix(512, 4);
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t bit = 0; bit < 10 * (row + 1); ++bit) matrix.Set(row, bit);
  }
  EXPECT_THAT(Count(matrix, 3, {2, 0, 2, 3, 1, 0}), ElementsAre(30U, 10U, 30U, 40U, 20U, 10U));
}

TEST_P(CompareRowsTest, NoRightsWriteNothing) {
  const FilterRows rows = RowsOf(BitMatrix(512, 1));
  std::uint32_t untouched = 7;
  GetParam().run(rows, {0, 1}, 0, {}, &untouched);
  EXPECT_EQ(untouched, 7U);
}

TEST_P(CompareRowsTest, WritesNoMoreThanTheRights) {
  const FilterRows rows = RowsOf(BitMatrix(512, 2));
  std::vector<std::uint32_t> counts(4, 7);
  GetParam().run(rows, {0, 1}, 0, std::vector<std::uint32_t>{0, 1, 0}, counts.data());
  EXPECT_THAT(counts, ElementsAre(0U, 0U, 0U, 7U));
}

// Filters of unlike widths, some absent: each is counted for itself, and popcounts tell which are
// there.
TEST_P(CompareRowsTest, CountsEachOfSeveralFilters) {
  constexpr std::uint64_t kSeed = 20260711;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  const std::vector<std::uint32_t> widths = {64, 512, 576, 8192, 1024};
  EncodingSet set = MakeEncodingSet(widths, 0);
  constexpr std::uint32_t kRecords = 20;
  set.Resize(kRecords);
  for (FilterColumn& filter : set.filters) {
    for (std::uint32_t row = 0; row < kRecords; ++row) {
      filter.present[row] = random() % 5 == 0 ? 0 : 1;
      for (std::size_t bit = 0; bit < filter.bits.bits() && filter.present[row] == 1; ++bit) {
        if (random() % 3 == 0) filter.bits.Set(row, bit);
      }
    }
    filter.CountBits();
  }
  const std::vector<std::size_t> order = {3, 0, 4, 1, 2};
  FilterRows rows(widths, order);
  rows.Append(set);
  const FilterRows from = rows;
  std::vector<std::uint32_t> all(kRecords);
  std::iota(all.begin(), all.end(), 0U);
  rows.Append(from, all);  // behind the first
  ASSERT_EQ(rows.rows(), 2 * kRecords);
  std::vector<std::uint32_t> rights(2 * kRecords);
  std::iota(rights.begin(), rights.end(), 0U);
  for (const FilterRange range : {FilterRange{0, 5}, FilterRange{0, 2}, FilterRange{2, 5}}) {
    std::vector<std::uint32_t> counts(rights.size() * range.size());
    for (std::uint32_t left = 0; left < rows.rows(); ++left) {
      GetParam().run(rows, range, left, rights, counts.data());
      for (const std::uint32_t right : rights) {
        for (std::size_t place = range.begin; place < range.end; ++place) {
          const FilterColumn& filter = set.filters[order[place]];
          ASSERT_EQ(counts[right * range.size() + place - range.begin],
                    SharedBits(filter.bits, left % kRecords, right % kRecords));
          ASSERT_EQ(rows.popcount(right, place), filter.popcounts[right % kRecords]);
        }
      }
    }
  }
}

TEST(CompareKernelsTest, PortableIsAlwaysTheFirst) {
  EXPECT_EQ(CompareKernels().front().name, "portable");
}

TEST(CompareKernelsTest, TheBestIsTheLast) {
  EXPECT_EQ(BestCompareKernel().name, CompareKernels().back().name);
  EXPECT_EQ(BestCompareKernel().run, CompareKernels().back().run);
}

#if defined(__x86_64__)
TEST(CompareKernelsTest, OffersWhatTheProcessorHas) {
  const std::size_t expected = 1 + (__builtin_cpu_supports("popcnt") ? 1 : 0) +
                               (__builtin_cpu_supports("avx2") ? 1 : 0) +
                               (__builtin_cpu_supports("avx512vpopcntdq") ? 1 : 0);
  EXPECT_EQ(CompareKernels().size(), expected);
}
#endif

}  // namespace
}  // namespace musubi::engine
