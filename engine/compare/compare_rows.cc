#include "engine/compare/and_count.h"

#include "engine/compare/and_count_rows.h"
#include "engine/compare/kernels.h"

namespace musubi::engine {
namespace {

void CountPortable(const BitMatrix& matrix, std::uint32_t left,
                   std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  AndCountRows(matrix, left, rights, counts);
}

std::vector<NamedKernel> FindKernels() {
  std::vector<NamedKernel> kernels = {{"portable", CountPortable}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) kernels.push_back({"popcnt", AndCountPopcnt});
  if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", AndCountAvx2});
#endif
  return kernels;
}

}  // namespace

const std::vector<NamedKernel>& AndCountKernels() {
  static const std::vector<NamedKernel> kernels = FindKernels();
  return kernels;
}

const NamedKernel& BestAndCountKernel() { return AndCountKernels().back(); }

}  // namespace musubi::engine
