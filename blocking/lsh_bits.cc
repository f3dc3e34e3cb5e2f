#include "blocking/lsh_bits.h"

namespace musubi::blocking {

void BitGatherer::Load(std::size_t i, const std::uint64_t* words) {
  for (std::size_t w = 0; w < words_; ++w) {
    halves_[2 * w * kBlock + i] = static_cast<std::uint32_t>(words[w]);
    halves_[(2 * w + 1) * kBlock + i] = static_cast<std::uint32_t>(words[w] >> 32);
  }
}

void BitGatherer::Gather(std::span<const std::uint32_t> positions, Gathered* gathered) const {
  Gathered bits{};  // of this function alone, so that the compiler may keep it in registers
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    const std::uint32_t* half = halves_.data() + positions[i] / 32 * kBlock;
    const std::uint32_t shift = positions[i] % 32;
    for (std::size_t r = 0; r < kBlock; ++r) bits[r] |= (half[r] >> shift & 1U) << i;
  }
  *gathered = bits;
}

}  // namespace musubi::blocking
