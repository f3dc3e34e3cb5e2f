#include "core/project_id.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

namespace musubi {
namespace {

using Bytes13 = std::array<std::uint8_t, 13>;

// Crockford's symbols: the digits of base 32, and those of the check symbol beyond them.
constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kCheckSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
constexpr std::uint64_t kSeed = 20260102;

std::string RandomId(std::mt19937_64* random) {
  Bytes13 bytes;
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>((*random)());
  return FormatProjectId(bytes);
}

TEST(ProjectIdTest, OfZero) { EXPECT_EQ(FormatProjectId(Bytes13{}), "00000-00000-00000-00000-0"); }

// 2^100 - 1 modulo 37 is 11, for 2^36 = 1 and 2^28 = 12 modulo 37.
TEST(ProjectIdTest, OfAllOnes) {
  Bytes13 bytes;
  bytes.fill(0xFF);
  EXPECT_EQ(FormatProjectId(bytes), "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-B");
}

// 2^99 modulo 37 is 2^27, which is 6.
TEST(ProjectIdTest, BeginsWithTheHighestBitOfTheFirstByte) {
  EXPECT_EQ(FormatProjectId(Bytes13{0x80}), "G0000-00000-00000-00000-6");
}

TEST(ProjectIdTest, UsesTheCheckSymbolsBeyondTheDigits) {
  std::string symbols;
  for (std::uint8_t number = 32; number < 37; ++number) {
    Bytes13 bytes{};
    bytes[11] = static_cast<std::uint8_t>(number >> 4);
    bytes[12] = static_cast<std::uint8_t>(number << 4);
    symbols += FormatProjectId(bytes).back();
  }
  EXPECT_EQ(symbols, "*~$=U");
}

TEST(ProjectIdTest, TakesOneHundredBits) {
  Bytes13 bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xA0};
  const std::string id = FormatProjectId(bytes);
  bytes[12] = 0xAF;
  EXPECT_EQ(FormatProjectId(bytes), id);
  bytes[12] = 0xB0;
  EXPECT_NE(FormatProjectId(bytes), id);
}

TEST(ProjectIdTest, EveryBitCounts) {
  std::set<std::string> ids;
  for (std::size_t bit = 0; bit < kProjectIdBits; ++bit) {
    Bytes13 bytes{};
    bytes[bit / 8] = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    ids.insert(FormatProjectId(bytes).substr(0, 23));
  }
  EXPECT_EQ(ids.size(), kProjectIdBits);
}

TEST(ProjectIdTest, AcceptsWhatItWrites) {
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 1000; ++i) {
    const std::string id = RandomId(&random);
    EXPECT_TRUE(IsProjectId(id)) << id;
  }
}

TEST(ProjectIdTest, CatchesEverySubstitutionOfOneSymbol) {
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 50; ++i) {
    const std::string id = RandomId(&random);
    for (std::size_t at = 0; at < id.size(); ++at) {
      for (const char symbol : kCheckSymbols) {
        std::string other = id;
        other[at] = symbol;
        EXPECT_EQ(IsProjectId(other), other == id) << other;
      }
    }
  }
}

// The neighbour of a group's last symbol stands after the hyphen.
TEST(ProjectIdTest, CatchesEveryTranspositionOfNeighbours) {
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 500; ++i) {
    const std::string id = RandomId(&random);
    for (std::size_t at = 0; at + 1 < id.size(); ++at) {
      const std::size_t next = id[at + 1] == '-' ? at + 2 : at + 1;
      std::string other = id;
      std::swap(other[at], other[next]);
      EXPECT_EQ(IsProjectId(other), other == id) << other;
    }
  }
}

TEST(ProjectIdTest, RefusesLowerCase) {
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 100; ++i) {
    const std::string id = RandomId(&random);
    for (std::size_t at = 0; at < id.size(); ++at) {
      if (id[at] < 'A' || id[at] > 'Z') continue;
      std::string other = id;
      other[at] = static_cast<char>(other[at] - 'A' + 'a');
      EXPECT_FALSE(IsProjectId(other)) << other;
    }
  }
}

// Crockford's decoders read these as 1, 1 and 0; an id here is compared byte by byte.
TEST(ProjectIdTest, RefusesLookAlikes) {
  EXPECT_TRUE(IsProjectId("00000-00000-00000-00001-1"));
  for (const char symbol : {'I', 'L', 'O', 'o', 'i', 'l'}) {
    for (const std::size_t at : {0U, 22U, 24U}) {
      std::string id = "00000-00000-00000-00001-1";
      id[at] = symbol;
      EXPECT_FALSE(IsProjectId(id)) << id;
    }
  }
}

// These stand for a remainder only: as digits they would be beyond 31.
TEST(ProjectIdTest, RefusesCheckSymbolsAmongTheDigits) {
  for (const char symbol : kCheckSymbols.substr(kDigits.size())) {
    std::string id = "00000-00000-00000-00000-0";
    id[0] = symbol;
    for (const char check : kCheckSymbols) {
      id[24] = check;
      EXPECT_FALSE(IsProjectId(id)) << id;
    }
  }
}

TEST(ProjectIdTest, RefusesAnotherShape) {
  EXPECT_FALSE(IsProjectId(""));
  EXPECT_FALSE(IsProjectId("000000000000000000000"));
  EXPECT_FALSE(IsProjectId("00000-00000-00000-00000-"));
  EXPECT_FALSE(IsProjectId("00000-00000-00000-00000-00"));
  EXPECT_FALSE(IsProjectId(" 00000-00000-00000-00000-0"));
  EXPECT_FALSE(IsProjectId("00000-00000-00000-00000-0\n"));
  EXPECT_FALSE(IsProjectId("00000 00000 00000 00000 0"));
  EXPECT_FALSE(IsProjectId("0000-000000-00000-00000-0"));
  EXPECT_FALSE(IsProjectId(std::string("00000-00000-00000-00000-\0", 25)));
}

}  // namespace
}  // namespace musubi
