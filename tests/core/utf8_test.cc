#include "core/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace musubi {
namespace {

using namespace std::string_literals;

bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

TEST(Utf8Test, EveryCodePointComesBack) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (IsSurrogate(c)) continue;
    std::string text;
    AppendUtf8(c, &text);
    ASSERT_TRUE(IsWellFormedUtf8(text));
    ASSERT_EQ(IsValidUtf8(text), c != 0);
    ASSERT_EQ(IsAscii(text), c < 0x80);
    ASSERT_EQ(CodePointBytes(text[0]), text.size());
    std::size_t at = 0;
    ASSERT_EQ(NextCodePoint(text, &at), c);
    ASSERT_EQ(at, text.size());
  }
}

TEST(Utf8Test, WhatTheStandardForbidsIsNotWellFormed) {
  for (const std::string& text : {
           "\x80"s,
           "\xBF"s,
           "\xC0\x80"s,
           "\xC1\xBF"s,  // no lead byte; overlong
           "\xE0\x80\x80"s,
           "\xE0\x9F\xBF"s,  // overlong
           "\xED\xA0\x80"s,
           "\xED\xBF\xBF"s,  // surrogates
           "\xF0\x80\x80\x80"s,
           "\xF0\x8F\xBF\xBF"s,  // overlong
           "\xF4\x90\x80\x80"s,
           "\xF5\x80\x80\x80"s,
           "\xFF"s,  // above U+10FFFF
           "\xC2"s,
           "\xE3\x81"s,
           "\xF0\x9F\x98"s,  // cut off
           "\xC2\x41"s,
           "\xE3\x81\x41"s,
           "\xE3\x41\x81"s,  // broken off
       }) {
    EXPECT_FALSE(IsWellFormedUtf8(text));
    EXPECT_FALSE(IsWellFormedUtf8("a" + text));
    EXPECT_FALSE(IsWellFormedUtf8(text + "a"));
    EXPECT_FALSE(IsValidUtf8(text));
  }
}

TEST(Utf8Test, TextIsReadCodePointByCodePoint) {
  const std::string text = "aé日𠮷\0z"s;
  ASSERT_TRUE(IsWellFormedUtf8(text));
  EXPECT_FALSE(IsValidUtf8(text));
  std::u32string read;
  for (std::size_t at = 0; at < text.size();) read += NextCodePoint(text, &at);
  EXPECT_EQ(read, U"aé日𠮷\0z"s);
}

// A sequence of random code points stays well-formed, and does not with one byte changed to 0xFF.
TEST(Utf8Test, RandomTextIsWellFormedUntilAByteIsDamaged) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::uint32_t> any(1, 0x10FFFF);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 20; ++i) {
      const char32_t c = any(random) >> (random() % 15);
      if (!IsSurrogate(c) && c != 0) AppendUtf8(c, &text);
    }
    if (text.empty()) continue;
    EXPECT_TRUE(IsValidUtf8(text));
    text[random() % text.size()] = '\xFF';
    EXPECT_FALSE(IsWellFormedUtf8(text));
  }
}

TEST(Utf8Test, NothingIsWellFormed) {
  EXPECT_TRUE(IsWellFormedUtf8(""));
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsAscii(""));
}

}  // namespace
}  // namespace musubi
