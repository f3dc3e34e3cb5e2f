#include "engine/compare/compare_rows.h"

#include "engine/compare/kernels.h"
#include "engine/compare/line_counter.h"

namespace musubi::engine {
namespace {

void ComparePortable(const FilterRows& rows, FilterRange range, std::uint32_t left,
                     std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  CompareRows<WordCounter>(rows, range, left, rights, counts);
}

std::vector<NamedKernel> FindKernels() {
  std::vector<NamedKernel> kernels = {{"portable", ComparePortable}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) kernels.push_back({"popcnt", ComparePopcnt});
  if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", CompareAvx2});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) {
    kernels.push_back({"avx512", CompareAvx512});
  }
#elif defined(__aarch64__)
  kernels.push_back({"neon", CompareNeon});
#endif
  return kernels;
}

}  // namespace

const std::vector<NamedKernel>& CompareKernels() {
  static const std::vector<NamedKernel> kernels = FindKernels();
  return kernels;
}

const NamedKernel& BestCompareKernel() { return CompareKernels().back(); }

}  // namespace musubi::engine
