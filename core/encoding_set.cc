#include "core/encoding_set.h"

#include <algorithm>

namespace musubi {

void FilterColumn::CountBits() {
  popcounts.resize(bits.rows());
  for (std::size_t row = 0; row < bits.rows(); ++row) popcounts[row] = bits.Popcount(row);
}

void EncodingSet::Resize(std::size_t rows) {
  refs.resize(rows);
  for (FilterColumn& filter : filters) {
    filter.bits.Resize(rows);
    filter.popcounts.resize(rows);
    filter.present.resize(rows);
  }
  for (auto& pass : tokens) pass.resize(rows);
}

namespace {

template <typename T>
void ReorderVector(std::span<const std::uint32_t> order, RowVector<T>* values) {
  RowVector<T> ordered;
  ordered.reserve(values->size());
  for (const std::uint32_t row : order) ordered.push_back((*values)[row]);
  *values = std::move(ordered);
}

}  // namespace

void EncodingSet::Reorder(std::span<const std::uint32_t> order) {
  MUSUBI_CHECK(order.size() == rows());
  ReorderVector(order, &refs);
  BitMatrix scratch;
  for (FilterColumn& filter : filters) {
    filter.bits.Reorder(order, &scratch);
    ReorderVector(order, &filter.popcounts);
    ReorderVector(order, &filter.present);
  }
  for (auto& pass : tokens) ReorderVector(order, &pass);
}

EncodingSet MakeEncodingSet(const std::vector<std::uint32_t>& filter_bits, std::size_t passes) {
  EncodingSet set;
  for (const std::uint32_t bits : filter_bits) {
    set.filters.push_back(FilterColumn{BitMatrix(bits), {}, {}});
  }
  set.tokens.resize(passes);
  return set;
}

}  // namespace musubi
