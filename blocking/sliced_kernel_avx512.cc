// Compiled with -mavx512f (blocking/CMakeLists.txt).
#include <immintrin.h>

#include "blocking/sliced_search.h"

namespace musubi::blocking {
namespace {

struct Avx512Lanes {
  using Vec = __m512i;
  static constexpr std::size_t kWords = 8;
  static Vec Load(const std::uint64_t* words) { return _mm512_loadu_si512(words); }
  static void Store(std::uint64_t* words, Vec a) { _mm512_storeu_si512(words, a); }
  static Vec Fill(bool set) { return _mm512_set1_epi64(set ? -1 : 0); }
  static Vec And(Vec a, Vec b) { return _mm512_and_si512(a, b); }
  static Vec Or(Vec a, Vec b) { return _mm512_or_si512(a, b); }
  static Vec Xor(Vec a, Vec b) { return _mm512_xor_si512(a, b); }
  // One instruction for any function of three bits, by its table of truth.
  static Vec Xor3(Vec a, Vec b, Vec c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
  static Vec Majority(Vec a, Vec b, Vec c) { return _mm512_ternarylogic_epi64(a, b, c, 0xe8); }
  static bool AllSet(Vec a) { return _mm512_cmpneq_epi64_mask(a, Fill(true)) == 0; }
};

}  // namespace

constexpr SlicedKernel kSlicedKernelAvx512 = MakeKernel<Avx512Lanes>("avx512");

}  // namespace musubi::blocking
