// Compiled with -mavx2 (blocking/CMakeLists.txt).
#include <immintrin.h>

#include "blocking/sliced_search.h"

namespace musubi::blocking {
namespace {

struct Avx2Lanes {
  using Vec = __m256i;
  static constexpr std::size_t kWords = 4;
  static Vec Load(const std::uint64_t* words) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(words));
  }
  static void Store(std::uint64_t* words, Vec a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), a);
  }
  static Vec Fill(bool set) { return _mm256_set1_epi64x(set ? -1 : 0); }
  static Vec And(Vec a, Vec b) { return _mm256_and_si256(a, b); }
  static Vec Or(Vec a, Vec b) { return _mm256_or_si256(a, b); }
  static Vec Xor(Vec a, Vec b) { return _mm256_xor_si256(a, b); }
  static Vec Xor3(Vec a, Vec b, Vec c) { return Xor(Xor(a, b), c); }
  static Vec Majority(Vec a, Vec b, Vec c) { return Or(And(a, b), And(Xor(a, b), c)); }
  static bool AllSet(Vec a) { return _mm256_testc_si256(a, Fill(true)) != 0; }
};

}  // namespace

constexpr SlicedKernel kSlicedKernelAvx2 = MakeKernel<Avx2Lanes>("avx2");

}  // namespace musubi::blocking
