#include "blocking/sliced_kernel.h"

#include "blocking/sliced_search.h"

namespace musubi::blocking {
namespace {

// One machine word: runs anywhere.
struct WordLanes {
  using Vec = std::uint64_t;
  static constexpr std::size_t kWords = 1;
  static Vec Load(const std::uint64_t* words) { return *words; }
  static void Store(std::uint64_t* words, Vec a) { *words = a; }
  static Vec Fill(bool set) { return set ? ~Vec{0} : 0; }
  static Vec And(Vec a, Vec b) { return a & b; }
  static Vec Or(Vec a, Vec b) { return a | b; }
  static Vec Xor(Vec a, Vec b) { return a ^ b; }
  static Vec Xor3(Vec a, Vec b, Vec c) { return a ^ b ^ c; }
  static Vec Majority(Vec a, Vec b, Vec c) { return (a & b) | ((a ^ b) & c); }
  static bool AllSet(Vec a) { return a == ~Vec{0}; }
};

constexpr SlicedKernel kPortable = MakeKernel<WordLanes>("portable");

std::vector<const SlicedKernel*> FindKernels() {
  std::vector<const SlicedKernel*> kernels = {&kPortable};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) kernels.push_back(&kSlicedKernelAvx2);
  if (__builtin_cpu_supports("avx512f")) kernels.push_back(&kSlicedKernelAvx512);
#endif
  return kernels;
}

}  // namespace

const std::vector<const SlicedKernel*>& SlicedKernels() {
  static const std::vector<const SlicedKernel*> kernels = FindKernels();
  return kernels;
}

}  // namespace musubi::blocking
