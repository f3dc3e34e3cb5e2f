#include "core/bit_matrix.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <bit>

namespace musubi {

namespace {

constexpr std::size_t kHugePage = std::size_t{1} << 21;

// From here on an allocation is worth whole huge pages, even if it leaves most of the last unused.
constexpr std::size_t kLeastHuge = kHugePage / 4;

struct Extent {
  std::size_t bytes;
  std::align_val_t alignment;
};

Extent ExtentOf(std::size_t bytes) {
  if (bytes < kLeastHuge) return {bytes, std::align_val_t{kRowAlignment}};
  return {(bytes + kHugePage - 1) / kHugePage * kHugePage, std::align_val_t{kHugePage}};
}

std::uint32_t CountPortable(std::span<const std::uint64_t> words) {
  std::uint32_t count = 0;
  for (const std::uint64_t word : words) count += static_cast<std::uint32_t>(std::popcount(word));
  return count;
}

// The same in the processor's own instruction, which the least x86-64 lacks.
#if defined(__x86_64__)
__attribute__((target("popcnt"))) std::uint32_t CountHardware(
    std::span<const std::uint64_t> words) {
  std::uint32_t count = 0;
  for (const std::uint64_t word : words) count += static_cast<std::uint32_t>(std::popcount(word));
  return count;
}

const auto kCount = __builtin_cpu_supports("popcnt") != 0 ? CountHardware : CountPortable;
#else
constexpr auto kCount = CountPortable;
#endif

}  // namespace

void* AllocateRows(std::size_t bytes) {
  const Extent extent = ExtentOf(bytes);
  void* const rows = ::operator new(extent.bytes, extent.alignment);
#if defined(__linux__)
  // Where it is refused, the pages are small ones.
  if (bytes >= kLeastHuge) madvise(rows, extent.bytes, MADV_HUGEPAGE);
#endif
  return rows;
}

void FreeRows(void* rows, std::size_t bytes) { ::operator delete(rows, ExtentOf(bytes).alignment); }

std::uint32_t CountBits(std::span<const std::uint64_t> words) { return kCount(words); }

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

std::uint32_t BitMatrix::Popcount(std::size_t row) const { return CountBits(this->row(row)); }

bool BitMatrix::HasBits(std::size_t row) const {
  return std::ranges::any_of(this->row(row), [](std::uint64_t word) { return word != 0; });
}

void BitMatrix::Reorder(std::span<const std::uint32_t> order, BitMatrix* scratch) {
  MUSUBI_CHECK(order.size() == rows_);
  if (scratch->bits_ != bits_) *scratch = BitMatrix(bits_);
  scratch->Resize(rows_);
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::ranges::copy(row(order[i]), scratch->row(i).begin());
  }
  std::swap(*this, *scratch);
}

bool BitMatrix::PaddingIsZero() const {
  if (bits_ == stride_words_ * 64) return true;  // there is none
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
