#include "storage/npy.h"

#include <gtest/gtest.h>

#include <cstring>

namespace musubi::storage {
namespace {

// Byte for byte as in NumPy Enhancement Proposal 1.
TEST(NpyHeaderTest, IsTheSpecifiedBytes) {
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);  // 0x76: the 118 bytes that follow
  expected += "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 16), }";
  expected.append(127 - expected.size(), ' ');
  expected += '\n';
  EXPECT_EQ(NpyHeader({3, 16}), expected);
}

TEST(NpyHeaderTest, WritesThreeDimensions) {
  EXPECT_NE(NpyHeader({7, 2, 16}).find("'shape': (7, 2, 16), }"), std::string::npos);
}

// The data that follow must start on a 64-byte boundary, and the length must count what is there.
TEST(NpyHeaderTest, IsPaddedForEveryShape) {
  for (std::uint64_t rows = 1; rows < std::uint64_t{1} << 62; rows = rows * 3 + 1) {
    const std::string header = NpyHeader({rows, 16, rows});
    EXPECT_EQ(header.size() % 64, 0U);
    EXPECT_EQ(header.back(), '\n');
    const auto low = static_cast<std::uint8_t>(header[8]);
    const auto high = static_cast<std::uint8_t>(header[9]);
    EXPECT_EQ(10U + low + high * 256U, header.size());
  }
}

}  // namespace
}  // namespace musubi::storage
