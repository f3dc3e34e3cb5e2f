// Compiled with -mavx2 (engine/CMakeLists.txt).
#include <immintrin.h>

#include "engine/compare/kernels.h"
#include "engine/compare/line_counter.h"

namespace musubi::engine {
namespace {

// The bits set in each byte, by looking up its two halves in a table of sixteen.
// Source: Mula, Kurz, Lemire, "Faster population counts using AVX2 instructions",
// The Computer Journal 61(1), 2018.
__m256i ByteCounts(__m256i bits) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low_half = _mm256_set1_epi8(15);
  const __m256i low = _mm256_and_si256(bits, low_half);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(bits, 4), low_half);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high));
}

__m256i Load(const std::uint64_t* words) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(words));
}

std::uint32_t SumOfLanes(__m256i sums) {
  const __m128i halves =
      _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si64(halves) + _mm_extract_epi64(halves, 1));
}

// A line is two registers.
struct Avx2Counter {
  __m256i sums = _mm256_setzero_si256();

  void AddLine(const std::uint64_t* a, const std::uint64_t* b) {
    const __m256i first = ByteCounts(_mm256_and_si256(Load(a), Load(b)));
    const __m256i second = ByteCounts(_mm256_and_si256(Load(a + 4), Load(b + 4)));
    // A byte holds at most 16 here, so the sum of both cannot overflow.
    sums = _mm256_add_epi64(
        sums, _mm256_sad_epu8(_mm256_add_epi8(first, second), _mm256_setzero_si256()));
  }
  std::uint32_t Total() const { return SumOfLanes(sums); }
};

}  // namespace

void CompareAvx2(const FilterRows& rows, FilterRange range, std::uint32_t left,
                 std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  CompareRows<Avx2Counter>(rows, range, left, rights, counts);
}

}  // namespace musubi::engine
