// Compiled on AArch64, where every processor has NEON.
#include <arm_neon.h>

#include "engine/compare/kernels.h"
#include "engine/compare/line_counter.h"

namespace musubi::engine {
namespace {

// A line is four registers, whose bytes count to at most 8 each.
struct NeonCounter {
  std::uint32_t count = 0;

  void AddLine(const std::uint64_t* a, const std::uint64_t* b) {
    uint8x16_t bytes = vdupq_n_u8(0);
    for (int w = 0; w < static_cast<int>(FilterRows::kLineWords); w += 2) {
      const uint64x2_t both = vandq_u64(vld1q_u64(a + w), vld1q_u64(b + w));
      bytes = vaddq_u8(bytes, vcntq_u8(vreinterpretq_u8_u64(both)));
    }
    count += vaddlvq_u8(bytes);
  }
  std::uint32_t Total() const { return count; }
};

}  // namespace

void CompareNeon(const FilterRows& rows, FilterRange range, std::uint32_t left,
                 std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  CompareRows<NeonCounter>(rows, range, left, rights, counts);
}

}  // namespace musubi::engine
