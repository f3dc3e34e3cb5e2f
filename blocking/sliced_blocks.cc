#include "blocking/sliced_blocks.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace musubi::blocking {
namespace {

// Turns a square of 64 by 64 bits on its side, by swapping ever smaller squares inside it.
// Source: Warren, Hacker's Delight, 2nd ed., 7-3.
template <std::size_t kSide>
void Transpose(std::span<std::uint64_t, 64> square, std::uint64_t mask) {
  for (std::size_t top = 0; top < 64; top += 2 * kSide) {
    for (std::size_t row = top; row < top + kSide; ++row) {
      const std::uint64_t swap = ((square[row] >> kSide) ^ square[row + kSide]) & mask;
      square[row] ^= swap << kSide;
      square[row + kSide] ^= swap;
    }
  }
  if constexpr (kSide > 1) Transpose<kSide / 2>(square, mask ^ mask << kSide / 2);
}

}  // namespace

void SliceRows(const BitMatrix& matrix, std::span<const std::uint32_t> rows, std::size_t word,
               std::span<std::uint64_t, 64> slices) {
  for (std::size_t i = 0; i < rows.size(); ++i) slices[i] = matrix.row(rows[i])[word];
  for (std::size_t i = rows.size(); i < 64; ++i) slices[i] = 0;
  Transpose<32>(slices, 0x00000000ffffffff);
}

SlicedBlocks::SlicedBlocks(const BitMatrix& matrix, std::span<const std::uint32_t> rows,
                           std::size_t lanes, const ExecContext& context)
    : lanes_(lanes),
      blocks_((rows.size() + lanes - 1) / lanes),
      block_words_((matrix.bits() + 1) * (lanes / 64)),
      slices_(blocks_ * block_words_),
      group_order_((rows.size() + kGroupRecords - 1) / kGroupRecords) {
  tbb::parallel_for(std::size_t{0}, group_order_.size(), [&](std::size_t group) {
    if (context.stopped()) return;
    const std::size_t first = group * kGroupRecords;
    SliceGroup(matrix, rows.subspan(first, std::min(kGroupRecords, rows.size() - first)), group);
  });
}

// Calls use(first row, position, slice of 64 rows) for all rows and positions.
template <typename Use>
void SlicedBlocks::ForEachSlice(const BitMatrix& matrix, std::span<const std::uint32_t> rows,
                                Use use) {
  std::array<std::uint64_t, 64> slices;
  for (std::size_t first = 0; first < rows.size(); first += 64) {
    const auto part = rows.subspan(first, std::min<std::size_t>(64, rows.size() - first));
    for (std::size_t bit = 0; bit < matrix.bits(); bit += 64) {
      SliceRows(matrix, part, bit / 64, slices);
      const std::size_t end = std::min<std::size_t>(64, matrix.bits() - bit);
      for (std::size_t b = 0; b < end; ++b) use(first, bit + b, slices[b]);
    }
  }
}

void SlicedBlocks::SliceGroup(const BitMatrix& matrix, std::span<const std::uint32_t> rows,
                              std::size_t group) {
  std::vector<std::uint32_t> having(matrix.bits());
  ForEachSlice(matrix, rows, [&](std::size_t /*first*/, std::size_t bit, std::uint64_t slice) {
    having[bit] += CountBits({&slice, 1});
  });
  std::vector<std::uint16_t>& order = group_order_[group];
  order.resize(matrix.bits());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::ranges::stable_sort(order, {}, [&](std::uint16_t bit) { return having[bit]; });
  std::vector<std::size_t> rank(matrix.bits());
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  ForEachSlice(matrix, rows, [&](std::size_t first, std::size_t bit, std::uint64_t slice) {
    const std::size_t row = group * kGroupRecords + first;
    slices_[row / lanes_ * block_words_ + rank[bit] * words_per_slice() + row % lanes_ / 64] =
        ~slice;
  });
}

}  // namespace musubi::blocking
