// How fast each comparison kernel counts shared bits: pairs a second, by width.
#include <benchmark/benchmark.h>

#include <numeric>
#include <random>

#include "engine/compare/and_count.h"

namespace musubi::engine {
namespace {

constexpr std::uint32_t kRows = 1024;  // a tile's rows: the filters stay in cache

BitMatrix RandomRows(std::size_t bits) {
  BitMatrix matrix(bits, kRows);
  std::mt19937_64 random(1);
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::uint64_t& word : matrix.row(row)) word = random() & random();
  }
  return matrix;
}

void CountPairs(benchmark::State& state, const NamedKernel& kernel) {
  const BitMatrix matrix = RandomRows(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint32_t> rights(kRows);
  std::iota(rights.begin(), rights.end(), 0U);
  std::vector<std::uint32_t> counts(kRows);
  std::uint32_t left = 0;
  for (auto _ : state) {
    kernel.run(matrix, left, rights, counts.data());
    benchmark::DoNotOptimize(counts.data());
    left = (left + 1) % kRows;
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

}  // namespace
}  // namespace musubi::engine

int main(int argc, char** argv) {
  for (const auto& kernel : musubi::engine::AndCountKernels()) {
    benchmark::RegisterBenchmark(std::string(kernel.name).c_str(), musubi::engine::CountPairs,
                                 kernel)
        ->Arg(512)
        ->Arg(1024)
        ->Arg(4096);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
