// Rows of bits, laid out for vector loads: what filters are compared as.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

#include "core/check.h"

namespace musubi {

inline constexpr std::size_t kRowAlignment = 64;  // bytes; one cache line, one AVX-512 register

// `bytes` of memory, aligned to kRowAlignment; much of it comes in huge pages where the system has
// them, since a matrix of gigabytes would wait for a quarter of a million small ones.
void* AllocateRows(std::size_t bytes);
void FreeRows(void* rows, std::size_t bytes);

// Allocates rows.
template <typename T>
struct RowAllocator {
  using value_type = T;
  RowAllocator() = default;
  template <typename U>
  explicit RowAllocator(const RowAllocator<U>& /*other*/) {}
  T* allocate(std::size_t n) { return static_cast<T*>(AllocateRows(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) { FreeRows(p, n * sizeof(T)); }
  bool operator==(const RowAllocator&) const { return true; }
};

// A column of values beside a matrix's rows.
template <typename T>
using RowVector = std::vector<T, RowAllocator<T>>;

// The number of bits set.
std::uint32_t CountBits(std::span<const std::uint64_t> words);

// A matrix of `rows()` rows of `bits()` bits. Bit i of a row is bit i%64 of its word i/64 (so bit
// i%8 of byte i/8 on a little-endian machine). A row starts on a 64-byte boundary; the padding
// after the last bit is zero, so whole words can be counted.
//
// Threads: safe to read from any number while no one writes.
class BitMatrix {
 public:
  BitMatrix() = default;

  // Requires: bits > 0.
  explicit BitMatrix(std::size_t bits, std::size_t rows = 0);

  std::size_t bits() const { return bits_; }
  std::size_t rows() const { return rows_; }
  std::size_t stride_words() const { return stride_words_; }
  std::size_t stride_bytes() const { return stride_words_ * sizeof(std::uint64_t); }

  // Borrowed until the next Resize. Requires: row < rows().
  std::span<const std::uint64_t> row(std::size_t row) const {
    return {words_.data() + row * stride_words_, stride_words_};
  }
  std::span<std::uint64_t> row(std::size_t row) {
    return {words_.data() + row * stride_words_, stride_words_};
  }

  const std::uint64_t* data() const { return words_.data(); }

  void Set(std::size_t row, std::size_t bit) {
    words_[row * stride_words_ + bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  bool Get(std::size_t row, std::size_t bit) const {
    return (words_[row * stride_words_ + bit / 64] >> (bit % 64) & 1) != 0;
  }

  // Keeps the first `rows` rows; new rows are zero.
  void Resize(std::size_t rows);

  // Makes room for `rows` rows without changing how many there are.
  void Reserve(std::size_t rows) { words_.reserve(rows * stride_words_); }

  // The number of bits set in a row, and whether there is any.
  std::uint32_t Popcount(std::size_t row) const;
  bool HasBits(std::size_t row) const;

  // Puts row order[i] in place i. Requires: `order` has each row once. `*scratch` is what the rows
  // are copied to, and then what they were in: give it to the next matrix, to spare memory.
  void Reorder(std::span<const std::uint32_t> order, BitMatrix* scratch);

  // True when no bit beyond bits() is set in any row: what a file's reader must ask.
  bool PaddingIsZero() const;

 private:
  std::size_t bits_ = 0;
  std::size_t rows_ = 0;
  std::size_t stride_words_ = 0;
  RowVector<std::uint64_t> words_;
};

}  // namespace musubi
