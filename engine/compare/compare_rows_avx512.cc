// Compiled with -mavx512f -mavx512vpopcntdq (engine/CMakeLists.txt).
#include <immintrin.h>

#include "engine/compare/kernels.h"
#include "engine/compare/line_counter.h"

namespace musubi::engine {
namespace {

// A line is one register.
struct Avx512Counter {
  __m512i sums = _mm512_setzero_si512();

  void AddLine(const std::uint64_t* a, const std::uint64_t* b) {
    const __m512i both = _mm512_and_si512(_mm512_load_si512(a), _mm512_load_si512(b));
    sums = _mm512_add_epi64(sums, _mm512_popcnt_epi64(both));
  }
  std::uint32_t Total() const { return static_cast<std::uint32_t>(_mm512_reduce_add_epi64(sums)); }
};

}  // namespace

void CompareAvx512(const FilterRows& rows, FilterRange range, std::uint32_t left,
                   std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  CompareRows<Avx512Counter>(rows, range, left, rights, counts);
}

}  // namespace musubi::engine
