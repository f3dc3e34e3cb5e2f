#include "core/ids.h"

#include <gtest/gtest.h>

#include <random>
#include <type_traits>
#include <unordered_set>

namespace musubi {
namespace {

// One id cannot be taken for another, nor compared with it.
static_assert(!std::is_convertible_v<RecordRef, LinkageKey>);
static_assert(!std::is_constructible_v<LinkageKey, RecordRef>);
static_assert(!std::is_assignable_v<BlockToken&, RecordRef>);
static_assert(!std::equality_comparable_with<RecordRef, LinkageKey>);
static_assert(sizeof(RecordRef) == 16);

constexpr std::string_view kHex = "000102030405060708090a0bf0fdfeff";

RecordRef RandomRef(std::mt19937_64* random) {
  RecordRef ref;
  for (auto& byte : ref.bytes) byte = static_cast<std::uint8_t>((*random)());
  return ref;
}

TEST(IdsTest, HexSpellsTheBytesInOrder) {
  const RecordRef ref{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xF0, 0xFD, 0xFE, 0xFF}};
  EXPECT_EQ(ToHex(ref), kHex);
  EXPECT_EQ(ParseId<RecordRef>(kHex), ref);
}

TEST(IdsTest, RandomIdsSurviveHex) {
  constexpr std::uint64_t kSeed = 20260101;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 1000; ++i) {
    const RecordRef ref = RandomRef(&random);
    EXPECT_EQ(ParseId<RecordRef>(ToHex(ref)), ref);
  }
}

TEST(IdsTest, ReadsUpperCase) {
  EXPECT_EQ(ParseId<RecordRef>("000102030405060708090A0BF0FDFEFF"), ParseId<RecordRef>(kHex));
}

TEST(IdsTest, RefusesAnyOtherLength) {
  const std::string hex(kHex);
  EXPECT_FALSE(ParseId<RecordRef>(""));
  EXPECT_FALSE(ParseId<RecordRef>(hex.substr(1)));
  EXPECT_FALSE(ParseId<RecordRef>(hex.substr(2)));
  EXPECT_FALSE(ParseId<RecordRef>(hex + "0"));
  EXPECT_FALSE(ParseId<RecordRef>(hex + "00"));
  EXPECT_FALSE(ParseId<RecordRef>(hex + '\n'));
}

// Of all 256 bytes, only the 22 digits are digits, wherever they stand.
TEST(IdsTest, RefusesEveryOtherCharacter) {
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool is_digit = kDigits.find(c) != std::string_view::npos;
    for (std::size_t at = 0; at < kHex.size(); ++at) {
      std::string hex(kHex);
      hex[at] = c;
      EXPECT_EQ(ParseId<RecordRef>(hex).has_value(), is_digit) << byte << " at " << at;
    }
  }
}

TEST(IdsTest, OnlyAllZeroIsNone) {
  RecordRef ref;
  EXPECT_TRUE(ref.is_none());
  for (auto& byte : ref.bytes) {
    byte = 0x80;
    EXPECT_FALSE(ref.is_none());
    byte = 0;
  }
}

TEST(IdsTest, OrdersAsUnsignedBytesFromTheFirst) {
  const auto low = *ParseId<RecordRef>("01ffffffffffffffffffffffffffffff");
  const auto high = *ParseId<RecordRef>("80000000000000000000000000000000");
  EXPECT_LT(low, high);
  EXPECT_LT(*ParseId<RecordRef>("80000000000000000000000000000000"),
            *ParseId<RecordRef>("80000000000000000000000000000001"));
}

TEST(IdsTest, HashesAsKeysOfASet) {
  constexpr std::uint64_t kSeed = 7;
  std::mt19937_64 random(kSeed);
  std::unordered_set<RecordRef, Id128Hash> refs;
  for (int i = 0; i < 1000; ++i) refs.insert(RandomRef(&random));
  EXPECT_EQ(refs.size(), 1000U);
  std::mt19937_64 again(kSeed);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(refs.contains(RandomRef(&again)));
}

}  // namespace
}  // namespace musubi
