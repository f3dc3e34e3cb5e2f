#include "engine/encode/slabs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace musubi::engine {
namespace {

// Pieces of all sizes, some larger than a block, keep what was written to them.
TEST(SlabsTest, PiecesAreAlignedAndStayWhereTheyAre) {
  constexpr std::size_t kLarge = std::size_t{5} << 20;
  Slabs slabs;
  std::vector<std::pair<std::byte*, std::size_t>> pieces;
  for (std::size_t i = 0; i < 3000; ++i) {
    const std::size_t bytes = i % 1000 == 999 ? kLarge : 1 + i % 257;
    std::byte* const piece = slabs.Allocate(bytes);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(piece) % alignof(std::uint64_t), 0U);
    std::memset(piece, static_cast<int>(i % 251), bytes);
    pieces.emplace_back(piece, bytes);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::vector<std::byte> expected(pieces[i].second, static_cast<std::byte>(i % 251));
    ASSERT_EQ(std::memcmp(pieces[i].first, expected.data(), expected.size()), 0) << i;
  }
}

}  // namespace
}  // namespace musubi::engine
