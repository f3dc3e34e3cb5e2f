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

void FilterRows::Append(const EncodingSet& set) {
  MUSUBI_CHECK(set.filters.size() == filters());
  const std::size_t first = rows_;
  rows_ += set.rows();
  words_.resize(rows_ * row_words_);
  popcounts_.resize(rows_ * filters());
  std::size_t at = 0;  // words before the filter in a row
  for (std::size_t place = 0; place < filters(); ++place) {
    const FilterColumn& column = set.filters[order_[place]];
    MUSUBI_CHECK(column.bits.stride_words() == lines_[place] * kLineWords);
    for (std::size_t row = 0; row < set.rows(); ++row) {
      std::ranges::copy(column.bits.row(row), words_.data() + (first + row) * row_words_ + at);
      popcounts_[(first + row) * filters() + place] =
          column.present[row] == 0 ? std::uint16_t{0}
                                   : static_cast<std::uint16_t>(column.popcounts[row]);
    }
    at += lines_[place] * kLineWords;
  }
}

}  // namespace musubi::engine
