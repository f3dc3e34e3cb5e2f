#include "core/bit_matrix.h"

#include <bit>

namespace musubi {

BitMatrix::BitMatrix(std::size_t bits, std::size_t rows) : bits_(bits) {
  MUSUBI_CHECK(bits > 0);
  constexpr std::size_t kBitsPerLine = kRowAlignment * 8;
  stride_words_ = (bits + kBitsPerLine - 1) / kBitsPerLine * (kBitsPerLine / 64);
  Resize(rows);
}

void BitMatrix::Resize(std::size_t rows) {
  words_.resize(rows * stride_words_, 0);
  rows_ = rows;
}

std::uint32_t BitMatrix::Popcount(std::size_t row) const {
  std::uint32_t count = 0;
  for (const std::uint64_t word : this->row(row)) {
    count += static_cast<std::uint32_t>(std::popcount(word));
  }
  return count;
}

bool BitMatrix::PaddingIsZero() const {
  const std::size_t whole_words = bits_ / 64;
  const std::uint64_t tail_mask = bits_ % 64 == 0 ? 0 : ~std::uint64_t{0} << (bits_ % 64);
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto words = row(r);
    for (std::size_t w = whole_words; w < stride_words_; ++w) {
      const bool is_tail = w == whole_words && bits_ % 64 != 0;
      if ((words[w] & (is_tail ? tail_mask : ~std::uint64_t{0})) != 0) return false;
    }
  }
  return true;
}

}  // namespace musubi
