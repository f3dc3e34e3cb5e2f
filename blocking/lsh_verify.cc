#include "blocking/lsh_verify.h"

#include <algorithm>
#include <bit>

namespace musubi::blocking {
namespace {

constexpr std::uint32_t kMostClasses = 1024;  // 2 MiB

// How the least number of common bits is looked up for one left record.
struct LeastCommonRow {
  const std::uint16_t* of_class;
  std::uint32_t lightest;
  std::uint32_t shift;
};

// Inlined into a function for each instruction set.
[[gnu::always_inline]] inline std::size_t KeepHeads(const FilterHead& left, const FilterHead* heads,
                                                    std::uint32_t begin, std::uint32_t end,
                                                    const LeastCommonRow& least,
                                                    std::uint32_t* kept) {
  std::size_t count = 0;
  for (std::uint32_t i = begin; i < end; ++i) {
    const FilterHead& right = heads[i];
    std::uint32_t common = std::min(left.tail_bits, right.tail_bits);
    for (std::size_t w = 0; w < FilterHead::kFirstWords; ++w) {
      common += static_cast<std::uint32_t>(std::popcount(left.words[w] & right.words[w]));
    }
    kept[count] = i;
    count += common >= least.of_class[(right.bits - least.lightest) >> least.shift] ? 1 : 0;
  }
  return count;
}

[[gnu::always_inline]] inline std::uint32_t CountAnd(const std::uint64_t* a, const std::uint64_t* b,
                                                     std::size_t words) {
  std::uint32_t count = 0;
  for (std::size_t w = 0; w < words; ++w) {
    count += static_cast<std::uint32_t>(std::popcount(a[w] & b[w]));
  }
  return count;
}

struct Kernels {
  std::size_t (*keep_heads)(const FilterHead&, const FilterHead*, std::uint32_t, std::uint32_t,
                            const LeastCommonRow&, std::uint32_t*);
  std::uint32_t (*count_and)(const std::uint64_t*, const std::uint64_t*, std::size_t);
};

std::size_t KeepHeadsPortable(const FilterHead& left, const FilterHead* heads, std::uint32_t begin,
                              std::uint32_t end, const LeastCommonRow& least, std::uint32_t* kept) {
  return KeepHeads(left, heads, begin, end, least, kept);
}

std::uint32_t CountAndPortable(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  return CountAnd(a, b, words);
}

// The same with the processor's own instruction, which the least x86-64 lacks.
#if defined(__x86_64__)
__attribute__((target("popcnt"))) std::size_t KeepHeadsHardware(
    const FilterHead& left, const FilterHead* heads, std::uint32_t begin, std::uint32_t end,
    const LeastCommonRow& least, std::uint32_t* kept) {
  return KeepHeads(left, heads, begin, end, least, kept);
}

__attribute__((target("popcnt"))) std::uint32_t CountAndHardware(const std::uint64_t* a,
                                                                 const std::uint64_t* b,
                                                                 std::size_t words) {
  return CountAnd(a, b, words);
}

const Kernels kKernels = __builtin_cpu_supports("popcnt") != 0
                             ? Kernels{KeepHeadsHardware, CountAndHardware}
                             : Kernels{KeepHeadsPortable, CountAndPortable};
#else
constexpr Kernels kKernels{KeepHeadsPortable, CountAndPortable};
#endif

}  // namespace

FilterVerifier::FilterVerifier(const FilterColumn& column, const SimilarityRule& rule)
    : column_(column), rule_(rule) {
  std::uint32_t heaviest = 0;
  lightest_ = ~std::uint32_t{0};
  for (std::size_t row = 0; row < column.popcounts.size(); ++row) {
    if (column.present[row] == 0) continue;
    const auto bits = std::min<std::uint32_t>(column.popcounts[row], FilterHead::kMostBits);
    lightest_ = std::min(lightest_, bits);
    heaviest = std::max(heaviest, bits);
  }
  if (lightest_ > heaviest) return;  // no record has the filter
  while ((heaviest - lightest_) >> class_shift_ >= kMostClasses) ++class_shift_;
  classes_ = ((heaviest - lightest_) >> class_shift_) + 1;
  least_.resize(std::size_t{classes_} * classes_);
  for (std::uint32_t i = 0; i < classes_; ++i) {
    for (std::uint32_t j = 0; j < classes_; ++j) {
      const std::uint32_t least =
          rule.LeastCommon(lightest_ + (i << class_shift_), lightest_ + (j << class_shift_));
      least_[std::size_t{i} * classes_ + j] =
          static_cast<std::uint16_t>(std::min<std::uint32_t>(least, 0xFFFF));
    }
  }
}

std::size_t FilterVerifier::KeepPossible(const FilterHead& left, const FilterHead* heads,
                                         std::uint32_t begin, std::uint32_t end,
                                         std::uint32_t* kept) const {
  const std::size_t left_class = (left.bits - lightest_) >> class_shift_;
  return kKernels.keep_heads(left, heads, begin, end,
                             {least_.data() + left_class * classes_, lightest_, class_shift_},
                             kept);
}

bool FilterVerifier::AreSimilar(const FilterHead& a, const FilterHead& b) const {
  const auto popcount = [&](const FilterHead& head) {
    return head.bits < FilterHead::kMostBits ? head.bits : column_.popcounts[head.row];
  };
  const std::uint32_t common = kKernels.count_and(
      column_.bits.row(a.row).data(), column_.bits.row(b.row).data(), column_.bits.stride_words());
  return common >= rule_.LeastCommon(popcount(a), popcount(b));
}

}  // namespace musubi::blocking
