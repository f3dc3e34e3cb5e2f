// The loop of every kernel, around an instruction set's way to count a line. Private to
// engine/compare.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/compare/compare_rows.h"

namespace musubi::engine {
namespace {

// In an unnamed namespace on purpose: each file that includes this compiles its own copy for its
// own instruction set, and the linker must not merge them.

// Counts word by word.
struct WordCounter {
  std::uint32_t count = 0;

  void AddLine(const std::uint64_t* a, const std::uint64_t* b) {
    for (std::size_t w = 0; w < FilterRows::kLineWords; ++w) {
      count += static_cast<std::uint32_t>(std::popcount(a[w] & b[w]));
    }
  }
  std::uint32_t Total() const { return count; }
};

[[maybe_unused]] void PrefetchRow(const FilterRows& rows, std::uint32_t row) {
  // The processor's own prefetching takes over in longer rows.
  constexpr std::size_t kMostWords = 8 * FilterRows::kLineWords;
  const std::uint64_t* const words = rows.row(row);
  const std::size_t end = rows.row_words() < kMostWords ? rows.row_words() : kMostWords;
  for (std::size_t w = 0; w < end; w += FilterRows::kLineWords) __builtin_prefetch(words + w);
  rows.PrefetchPopcounts(row);
}

// Counter has AddLine(a, b), which adds the bits shared by two lines, and Total().
template <typename Counter>
[[maybe_unused]] void CompareRows(const FilterRows& rows, FilterRange range, std::uint32_t left,
                                  std::span<const std::uint32_t> rights, std::uint32_t* counts) {
  constexpr std::size_t kAhead = 4;  // pairs; some hundred cycles, as long as memory takes
  const std::span lines = rows.lines().subspan(range.begin, range.size());
  const bool fetch = range.begin == 0;  // else the rows were read for the filters before
  std::size_t first_word = 0;
  for (std::size_t place = 0; place < range.begin; ++place) {
    first_word += rows.lines()[place] * FilterRows::kLineWords;
  }
  for (std::size_t i = 0; i < rights.size(); ++i) {
    if (fetch && i + kAhead < rights.size()) PrefetchRow(rows, rights[i + kAhead]);
    const std::uint64_t* a = rows.row(left) + first_word;
    const std::uint64_t* b = rows.row(rights[i]) + first_word;
    for (const std::uint32_t filter_lines : lines) {
      Counter counter;
      for (std::uint32_t line = 0; line < filter_lines; ++line) {
        counter.AddLine(a, b);
        a += FilterRows::kLineWords;
        b += FilterRows::kLineWords;
      }
      *counts++ = counter.Total();
    }
  }
}

}  // namespace
}  // namespace musubi::engine
