// Each step of the hardening against its text, and the defects that others' programs have in it.
#include "bloom/hardening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "bloom/keyed_draws.h"
#include "tests/bloom/reference.h"

namespace musubi::bloom {
namespace {

using Bits = std::vector<int>;
using Words = std::vector<std::uint64_t>;

Words WordsOf(const Bits& bits) {
  Words words((bits.size() + 63) / 64);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    words[i / 64] |= static_cast<std::uint64_t>(bits[i]) << (i % 64);
  }
  return words;
}

Bits BitsOf(std::span<const std::uint64_t> words, std::size_t count) {
  Bits bits(count);
  for (std::size_t i = 0; i < count; ++i) bits[i] = static_cast<int>(words[i / 64] >> (i % 64) & 1);
  return bits;
}

Bits RandomBits(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bits bits(count);
  for (int& bit : bits) bit = static_cast<int>(random() & 1);
  return bits;
}

Filter FilterOf(std::uint32_t made_bits, std::uint32_t bits, std::vector<HardeningStep> steps) {
  Filter filter;
  filter.made_bits = made_bits;
  filter.bits = bits;
  filter.hardening = std::move(steps);
  return filter;
}

Hardening ChainOf(const Filter& filter, std::string_view key = "a key for tests") {
  std::vector<crypto::Hmac> keys;
  for (std::size_t i = 0; i < filter.hardening.size(); ++i) {
    keys.push_back(TestPrf(std::string(key) + std::to_string(i)));
  }
  return Hardening(filter, std::move(keys));
}

Bits Apply(Hardening* chain, const Bits& made, const crypto::Digest256& record = {}) {
  Words out((chain->bits() + 63) / 64);
  chain->Apply(WordsOf(made), record, out);
  return BitsOf(out, chain->bits());
}

// Of a permutation in which every one is equally likely, about one place in n stays: one that takes
// each place from those before it (Sattolo's) leaves none, and can be told from it.
TEST(KeyedOrderTest, EveryOrderComesAndPlacesMayStay) {
  std::map<std::vector<std::uint16_t>, int> seen;
  constexpr int kOrders = 6000;
  for (int i = 0; i < kOrders; ++i) ++seen[KeyedOrder(3, TestPrf("order " + std::to_string(i)))];
  ASSERT_EQ(seen.size(), 6U);
  // Five standard deviations of a binomial of 6000 and 1/6 are 144.
  for (const auto& [order, times] : seen) EXPECT_NEAR(times, kOrders / 6, 145);
}

TEST(KeyedOrderTest, IsAPermutationOfTheKeyAlone) {
  const auto order = KeyedOrder(8192, TestPrf());
  std::vector<std::uint16_t> sorted = order;
  std::ranges::sort(sorted);
  std::vector<std::uint16_t> all(8192);
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  EXPECT_EQ(sorted, all);
  EXPECT_EQ(order, KeyedOrder(8192, TestPrf()));
  EXPECT_NE(order, KeyedOrder(8192, TestPrf("another key")));
}

TEST(KeyedOrderTest, Vector) {
  EXPECT_THAT(KeyedOrder(8, TestPrf()), testing::ElementsAre(2, 7, 5, 1, 4, 0, 6, 3));
}

// One of the programs in use shifts the right half by one and loses its last bit.
TEST(FoldTest, IsTheExclusiveOrOfBothHalvesBitByBit) {
  for (const std::uint32_t bits : {128U, 512U, 1024U, 8192U}) {
    const Bits from = RandomBits(bits, bits);
    Bits expected(bits / 2);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = from[i] ^ from[bits / 2 + i];
    Words to(bits / 128);
    Fold(WordsOf(from), bits, to);
    EXPECT_EQ(BitsOf(to, bits / 2), expected);
  }
}

TEST(Rule90Test, IsTheExclusiveOrOfTheNeighboursRoundTheEnds) {
  for (const std::uint32_t bits : {64U, 128U, 512U, 1024U}) {
    const Bits from = RandomBits(bits, bits);
    Bits expected(bits);
    for (std::size_t i = 0; i < bits; ++i) {
      expected[i] = from[(i + bits - 1) % bits] ^ from[(i + 1) % bits];
    }
    Words to(bits / 64);
    Rule90(WordsOf(from), bits, to);
    EXPECT_EQ(BitsOf(to, bits), expected);
  }
}

TEST(TakeBitsTest, PutsTheBitsWhereTheyAreWanted) {
  const Words from = WordsOf({0, 1, 0, 0, 1, 1});
  const std::vector<std::uint16_t> order = {5, 0, 1};
  Words to(1);
  TakeBits(from, order, to, 2);
  EXPECT_EQ(BitsOf(to, 6), Bits({0, 0, 1, 0, 1, 0}));
}

// Others' balancing leaves out the permutation: half of the bits are then the filter itself.
TEST(BalanceTest, HasAsManyOnesAsZerosInAKeyedOrder) {
  const Filter filter = FilterOf(512, 1024, {{HardeningKind::kBalance}});
  Hardening chain = ChainOf(filter);
  Hardening other = ChainOf(filter, "another key");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Bits made = RandomBits(512, seed);
    const Bits balanced = Apply(&chain, made);
    EXPECT_EQ(std::accumulate(balanced.begin(), balanced.end(), 0), 512);
    EXPECT_NE(Bits(balanced.begin(), balanced.begin() + 512), made);
    EXPECT_NE(balanced, Apply(&other, made));
  }
}

// Two balanced filters differ where the filters differ, twice each.
TEST(BalanceTest, KeepsDistances) {
  Hardening chain = ChainOf(FilterOf(512, 1024, {{HardeningKind::kBalance}}));
  const Bits a = RandomBits(512, 1);
  const Bits b = RandomBits(512, 2);
  const auto distance = [](const Bits& x, const Bits& y) {
    return std::inner_product(x.begin(), x.end(), y.begin(), 0, std::plus<>(),
                              std::not_equal_to<>());
  };
  EXPECT_EQ(distance(Apply(&chain, a), Apply(&chain, b)), 2 * distance(a, b));
}

TEST(SampleTest, TakesEachBitAtMostOnce) {
  Hardening chain = ChainOf(FilterOf(512, 128, {{HardeningKind::kSample, 128}}));
  std::set<int> places;
  for (int i = 0; i < 512; ++i) {
    Bits one(512);
    one[static_cast<std::size_t>(i)] = 1;
    const Bits taken = Apply(&chain, one);
    const auto ones = std::accumulate(taken.begin(), taken.end(), 0);
    ASSERT_LE(ones, 1);
    if (ones == 1) places.insert(static_cast<int>(std::ranges::find(taken, 1) - taken.begin()));
  }
  EXPECT_EQ(places.size(), 128U);
}

TEST(BlipTest, TheSameRecordAlwaysGivesTheSameBits) {
  Hardening chain = ChainOf(FilterOf(1024, 1024, {{HardeningKind::kBlip, 0, {1, 5}}}));
  EXPECT_TRUE(chain.has_noise());
  const Bits made = RandomBits(1024, 1);
  crypto::Digest256 record{};
  const Bits first = Apply(&chain, made, record);
  EXPECT_EQ(first, Apply(&chain, made, record));
  record[31] = 1;
  EXPECT_NE(first, Apply(&chain, made, record));
}

// A bit is replaced with the chance that is asked for, and by a coin: so it changes with half of
// it.
TEST(BlipTest, ChangesHalfOfTheShareOfBits) {
  constexpr int kRecords = 200;
  constexpr std::size_t kBits = 1024;
  for (const std::uint32_t twentieths : {1U, 4U, 20U}) {
    Hardening chain =
        ChainOf(FilterOf(kBits, kBits, {{HardeningKind::kBlip, 0, {twentieths, 20}}}));
    int changed = 0;
    for (int i = 0; i < kRecords; ++i) {
      crypto::Digest256 record{};
      record[0] = static_cast<std::uint8_t>(i);
      const Bits made = RandomBits(kBits, static_cast<std::uint64_t>(i));
      const Bits noisy = Apply(&chain, made, record);
      for (std::size_t bit = 0; bit < kBits; ++bit) changed += made[bit] != noisy[bit] ? 1 : 0;
    }
    const double all = kRecords * double{kBits};
    const double share = twentieths / 40.0;
    EXPECT_NEAR(changed, all * share, 5 * std::sqrt(all * share * (1 - share))) << twentieths;
  }
}

// One program's "rehashing" sets bits in a copy of its input, so that all original bits survive.
TEST(ChainTest, NoStepLeavesTheFilterAsItWas) {
  const Bits made = RandomBits(512, 7);
  for (const HardeningKind kind :
       {HardeningKind::kSample, HardeningKind::kRule90, HardeningKind::kBlip}) {
    Hardening chain = ChainOf(FilterOf(512, 512, {{kind, 512, {1, 10}}}));
    const Bits out = Apply(&chain, made);
    EXPECT_NE(out, made);
    bool survives = true;
    for (std::size_t i = 0; i < made.size(); ++i)
      survives = survives && (made[i] == 0 || out[i] == 1);
    EXPECT_FALSE(survives) << static_cast<int>(kind);
  }
}

TEST(ChainTest, StepsFollowOneAnother) {
  const Filter filter = FilterOf(512, 256, {{HardeningKind::kFold}, {HardeningKind::kRule90}});
  Hardening chain = ChainOf(filter);
  const Bits made = RandomBits(512, 3);
  Words folded(4);
  Fold(WordsOf(made), 512, folded);
  Words expected(4);
  Rule90(folded, 256, expected);
  EXPECT_EQ(Apply(&chain, made), BitsOf(expected, 256));
}

// The bytes of docs/hardening.md, "Vectors".
TEST(ChainTest, Vectors) {
  Bits made(128);
  for (const std::size_t i : {0, 5, 17, 64, 69, 127}) made[i] = 1;
  const auto hex = [&](const std::vector<HardeningStep>& steps, std::uint32_t bits) {
    Hardening chain = ChainOf(FilterOf(128, bits, steps));
    Words out((bits + 63) / 64);
    chain.Apply(WordsOf(made), {}, out);
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(out.data());
    std::string text;
    for (std::size_t i = 0; i < bits / 8; ++i) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      text += kDigits[bytes[i] >> 4];
      text += kDigits[bytes[i] & 15];
    }
    return text;
  };
  EXPECT_EQ(hex({{HardeningKind::kFold}}, 64), "0000020000000080");
  EXPECT_EQ(hex({{HardeningKind::kRule90}}, 128), "530005000000008052000000000000c0");
  EXPECT_EQ(hex({{HardeningKind::kBalance}}, 256),
            "dd05d2f4745f1252d90aa543bf191aae88dacb93aab1d13e4497d1a920beb8d3");
  EXPECT_EQ(hex({{HardeningKind::kSample, 64}}, 64), "0022000000000000");
  EXPECT_EQ(hex({{HardeningKind::kBlip, 0, {1, 10}}}, 128), "21000a02009000002100102400000080");
}

}  // namespace
}  // namespace musubi::bloom
