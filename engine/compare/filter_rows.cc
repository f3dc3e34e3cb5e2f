#include "engine/compare/filter_rows.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace musubi::engine {

FilterRows::FilterRows(const std::vector<std::uint32_t>& filter_bits,
                       std::vector<std::size_t> order)
    : order_(std::move(order)) {
  MUSUBI_CHECK(!filter_bits.empty() && order_.size() == filter_bits.size());
  for (const std::size_t f : order_) {
    lines_.push_back(
        static_cast<std::uint32_t>(BitMatrix(filter_bits[f]).stride_words() / kLineWords));
    row_words_ += lines_.back() * kLineWords;
  }
}

void FilterRows::Reserve(std::size_t rows) {
  words_.reserve(rows * row_words_);
  popcounts_.reserve(rows * filters());
}

void FilterRows::Resize(std::size_t rows) {
  rows_ = rows;
  words_.resize(rows * row_words_);
  popcounts_.resize(rows * filters());
  if (rows > 0) return;
  words_.shrink_to_fit();
  popcounts_.shrink_to_fit();
}

void FilterRows::Put(std::size_t filter, std::size_t first, const FilterColumn& column) {
  const auto place = static_cast<std::size_t>(std::ranges::find(order_, filter) - order_.begin());
  MUSUBI_CHECK(place < filters() && first + column.bits.rows() <= rows_);
  MUSUBI_CHECK(column.bits.stride_words() == lines_[place] * kLineWords);
  std::size_t at = 0;  // words before the filter in a row
  for (std::size_t before = 0; before < place; ++before) at += lines_[before] * kLineWords;
  for (std::size_t row = 0; row < column.bits.rows(); ++row) {
    std::ranges::copy(column.bits.row(row), words_.data() + (first + row) * row_words_ + at);
    popcounts_[(first + row) * filters() + place] =
        column.present[row] == 0 ? std::uint16_t{0}
                                 : static_cast<std::uint16_t>(column.popcounts[row]);
  }
}

void FilterRows::Append(const EncodingSet& set) {
  MUSUBI_CHECK(set.filters.size() == filters());
  const std::size_t first = rows_;
  Resize(rows_ + set.rows());
  for (std::size_t f = 0; f < filters(); ++f) Put(f, first, set.filters[f]);
}

void FilterRows::Append(const FilterRows& from, std::span<const std::uint32_t> rows) {
  MUSUBI_CHECK(from.order_ == order_ && from.lines_ == lines_);
  std::size_t to = rows_;
  Resize(rows_ + rows.size());
  for (const std::uint32_t row : rows) {
    std::copy_n(from.row(row), row_words_, words_.data() + to * row_words_);
    for (std::size_t place = 0; place < filters(); ++place) {
      popcounts_[to * filters() + place] = from.popcounts_[row * filters() + place];
    }
    ++to;
  }
}

}  // namespace musubi::engine
