// All filters of a record side by side in memory, so that a pair is compared in one pass over two
// rows instead of two rows of each filter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/bit_matrix.h"
#include "core/encoding_set.h"

namespace musubi::engine {

// Row i holds the filters of record i, each from a 64-byte line on, in an order of the caller's:
// those that tell most come first, because the rest of a row is often not needed.
//
// Threads: safe to read from any number while no one writes.
class FilterRows {
 public:
  static constexpr std::size_t kLineWords = 8;

  // `order` has the index of each filter of `filter_bits` once: the filter that comes first in a
  // row, the second, ...
  //
  // Requires: at least one filter, each of more than 0 bits.
  FilterRows(const std::vector<std::uint32_t>& filter_bits, std::vector<std::size_t> order);

  std::size_t rows() const { return rows_; }
  std::size_t filters() const { return lines_.size(); }

  // The filters in a row's order, by their index in the contract. Everything below is in this
  // order.
  const std::vector<std::size_t>& order() const { return order_; }

  // The lines of each filter.
  std::span<const std::uint32_t> lines() const { return lines_; }
  std::size_t row_words() const { return row_words_; }

  // Borrowed until the number of rows changes. Requires: row < rows().
  const std::uint64_t* row(std::size_t row) const { return words_.data() + row * row_words_; }

  // The bits set in the filter at `place`; 0 where it is absent.
  std::uint32_t popcount(std::size_t row, std::size_t place) const {
    return popcounts_[row * filters() + place];
  }

  // Has the popcounts of a row fetched meanwhile.
  void PrefetchPopcounts(std::size_t row) const {
    __builtin_prefetch(&popcounts_[row * filters()]);
  }

  // Makes room for `rows` rows without changing how many there are.
  void Reserve(std::size_t rows);

  // Keeps the first `rows` rows; new rows are zero, and their filters absent. None give their
  // memory back.
  void Resize(std::size_t rows);

  // Puts filter `filter` (its index in the contract) of `column`, popcounts counted, into the rows
  // from `first` on.
  //
  // Requires: the filter's width; first + column.bits.rows() <= rows().
  // Threads:  safe beside other calls of other filters or rows.
  void Put(std::size_t filter, std::size_t first, const FilterColumn& column);

  // Appends the filters of `set`. Requires: it has these filters; popcounts are those of the bits.
  void Append(const EncodingSet& set);

  // Appends rows of `from`, which has the same filters in the same order.
  void Append(const FilterRows& from, std::span<const std::uint32_t> rows);

 private:
  std::size_t rows_ = 0;
  std::size_t row_words_ = 0;
  std::vector<std::size_t> order_;
  std::vector<std::uint32_t> lines_;
  RowVector<std::uint64_t> words_;
  RowVector<std::uint16_t> popcounts_;
};

}  // namespace musubi::engine
