#include "crypto/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/crypto/bytes.h"

namespace musubi::crypto {
namespace {

TEST(SystemRandomTest, NeverGivesTheSameBytesTwice) {
  SystemRandom random;
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes(16);
    ASSERT_TRUE(random.Fill(bytes).ok());
    seen.insert(bytes);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

// A byte that stays 0 in 64 draws is one that Fill does not reach (2^-512 otherwise).
TEST(SystemRandomTest, FillsEveryByte) {
  SystemRandom random;
  for (const std::size_t size : {1U, 2U, 31U, 32U, 33U, 5000U}) {
    Bytes combined(size);
    for (int draw = 0; draw < 64; ++draw) {
      Bytes bytes(size);
      ASSERT_TRUE(random.Fill(bytes).ok());
      for (std::size_t i = 0; i < size; ++i) combined[i] |= bytes[i];
    }
    EXPECT_EQ(std::count(combined.begin(), combined.end(), 0), 0) << size << " bytes";
  }
}

TEST(SystemRandomTest, TouchesNothingBeyondItsSpan) {
  SystemRandom random;
  for (int draw = 0; draw < 64; ++draw) {
    Bytes bytes = Repeat(24, 0x5a);
    ASSERT_TRUE(random.Fill(std::span(bytes).subspan(8, 8)).ok());
    EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 8), Repeat(8, 0x5a));
    EXPECT_EQ(Bytes(bytes.begin() + 16, bytes.end()), Repeat(8, 0x5a));
  }
}

TEST(SystemRandomTest, FillsNothingAtAll) { EXPECT_TRUE(SystemRandom().Fill({}).ok()); }

}  // namespace
}  // namespace musubi::crypto
