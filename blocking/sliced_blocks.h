// Filters turned on their side: for each bit position, one slice of a bit a record.
// Private to blocking.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/bit_matrix.h"
#include "core/exec_context.h"

namespace musubi::blocking {

// Writes bits 64 * word to 64 * word + 63 of up to 64 rows to `slices`: bit i of slices[b] is bit
// 64 * word + b of row rows[i], and 0 where there is no row i.
void SliceRows(const BitMatrix& matrix, std::span<const std::uint32_t> rows, std::size_t word,
               std::span<std::uint64_t, 64> slices);

// Rows of a matrix in blocks of `lanes`, each block one slice for each bit position, in the order
// of order_of_group, and a slice of zeros after the last. A slice has a bit set where the record
// lacks the position's bit, since that is what is counted. The last block may have lanes without a
// record.
//
// Threads: safe to read from any number.
class SlicedBlocks {
 public:
  // Records of a group, about: blocks that share an order of the positions. A group's slices of
  // 1,024 positions are 2 MiB.
  static constexpr std::size_t kGroupRecords = 16'384;

  // Slices rows[0], rows[1], ... in parallel; of no use once `context` was stopped. Requires: lanes
  // divides kGroupRecords.
  // Memory: as the filters.
  SlicedBlocks(const BitMatrix& matrix, std::span<const std::uint32_t> rows, std::size_t lanes,
               const ExecContext& context);

  std::size_t lanes() const { return lanes_; }
  std::size_t blocks() const { return blocks_; }
  std::size_t groups() const { return group_order_.size(); }
  static std::size_t BlocksOfGroup(std::size_t lanes) { return kGroupRecords / lanes; }

  const std::uint64_t* block(std::size_t block) const {
    return slices_.data() + block * block_words_;
  }
  std::size_t words_per_slice() const { return lanes_ / 64; }

  // The positions in the order of how many of a group's records lack them, most first: so many
  // misses are counted early, in slices that lie together.
  std::span<const std::uint16_t> order_of_group(std::size_t group) const {
    return group_order_[group];
  }

 private:
  template <typename Use>
  static void ForEachSlice(const BitMatrix& matrix, std::span<const std::uint32_t> rows, Use use);
  void SliceGroup(const BitMatrix& matrix, std::span<const std::uint32_t> rows, std::size_t group);

  std::size_t lanes_;
  std::size_t blocks_;
  std::size_t block_words_;
  std::vector<std::uint64_t, RowAllocator<std::uint64_t>> slices_;
  std::vector<std::vector<std::uint16_t>> group_order_;
};

}  // namespace musubi::blocking
