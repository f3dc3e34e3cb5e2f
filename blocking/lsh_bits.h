// Bits of many records gathered from chosen positions. Private to blocking.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace musubi::blocking {

// Holds the words of a block of records transposed, so that the compiler gathers a bit of several
// records in one instruction, and so that they stay in the first-level cache for one gathering
// after another.
//
// Threads: one at a time.
class BitGatherer {
 public:
  static constexpr std::size_t kBlock = 64;  // records
  using Gathered = std::array<std::uint32_t, kBlock>;

  // For records of `words` words.
  explicit BitGatherer(std::size_t words) : words_(words), halves_(2 * words * kBlock) {}

  // Replaces record `i` of the block. Requires: i < kBlock.
  void Load(std::size_t i, const std::uint64_t* words);

  // Bit i of (*gathered)[r] becomes bit positions[i] of the block's record r.
  // Requires: at most 32 positions.
  void Gather(std::span<const std::uint32_t> positions, Gathered* gathered) const;

 private:
  std::size_t words_;
  std::vector<std::uint32_t> halves_;  // [h * kBlock + r]: bits 32h to 32h+31 of record r
};

}  // namespace musubi::blocking
