// How fast each comparison kernel counts shared bits: pairs of records a second, by the number of
// filters and their width.
#include <benchmark/benchmark.h>

#include <numeric>
#include <random>

#include "engine/compare/compare_rows.h"

namespace musubi::engine {
namespace {

constexpr std::uint32_t kRows = 1024;  // a tile's rows: the filters stay in cache

// Records of `filters` filters, a quarter of their bits set.
FilterRows RandomRows(std::size_t filters, std::uint32_t bits) {
  const std::vector<std::uint32_t> widths(filters, bits);
  EncodingSet set = MakeEncodingSet(widths, 0);
  set.Resize(kRows);
  std::mt19937_64 random(1);
  for (FilterColumn& filter : set.filters) {
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::uint64_t& word : filter.bits.row(row)) word = random() & random();
      filter.present[row] = 1;
    }
    filter.CountBits();
  }
  std::vector<std::size_t> order(filters);
  std::iota(order.begin(), order.end(), std::size_t{0});
  FilterRows rows(widths, order);
  rows.Append(set);
  return rows;
}

void CountPairs(benchmark::State& state, const NamedKernel& kernel) {
  const auto filters = static_cast<std::size_t>(state.range(0));
  const FilterRows rows = RandomRows(filters, static_cast<std::uint32_t>(state.range(1)));
  std::vector<std::uint32_t> rights(kRows);
  std::iota(rights.begin(), rights.end(), 0U);
  std::vector<std::uint32_t> counts(kRows * filters);
  std::uint32_t left = 0;
  for (auto _ : state) {
    kernel.run(rows, {0, filters}, left, rights, counts.data());
    benchmark::DoNotOptimize(counts.data());
    left = (left + 1) % kRows;
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

}  // namespace
}  // namespace musubi::engine

int main(int argc, char** argv) {
  for (const auto& kernel : musubi::engine::CompareKernels()) {
    benchmark::RegisterBenchmark(std::string(kernel.name).c_str(), musubi::engine::CountPairs,
                                 kernel)
        ->ArgNames({"filters", "bits"})
        ->Args({1, 512})
        ->Args({1, 1024})
        ->Args({1, 4096})
        ->Args({5, 512})
        ->Args({8, 512});
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
