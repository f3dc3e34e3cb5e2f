#include "identity/charset.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "normalised.h"

namespace musubi::identity {
namespace {

// The decoded text, or nothing where the bytes are refused.
std::optional<std::string> Decode(Charset charset, std::string_view bytes) {
  Result<Decoder> decoder = Decoder::Open(charset);
  if (!decoder.ok()) return "the converter is missing";
  std::string utf8 = "left over";
  return decoder.value().Decode(bytes, &utf8) ? std::optional(utf8) : std::nullopt;
}

std::optional<std::string> Utf8(std::string_view bytes) { return Decode(Charset::kUtf8, bytes); }
std::optional<std::string> Cp932(std::string_view bytes) { return Decode(Charset::kCp932, bytes); }

TEST(ParseCharsetTest, KnowsEachNameInAnyCase) {
  for (const std::string_view name : {"utf-8", "UTF8", "Utf-8"}) {
    EXPECT_EQ(ParseCharset(name).value(), Charset::kUtf8) << name;
  }
  for (const std::string_view name : {"cp932", "Shift_JIS", "SJIS", "Windows-31J"}) {
    EXPECT_EQ(ParseCharset(name).value(), Charset::kCp932) << name;
  }
}

TEST(ParseCharsetTest, RefusesAnotherName) {
  for (const std::string_view name : {"", "latin1", "utf-16", "utf-8 ", "cp93"}) {
    const Result<Charset> charset = ParseCharset(name);
    ASSERT_FALSE(charset.ok()) << name;
    EXPECT_EQ(charset.error().code, ErrorCode::kUsage);
  }
}

TEST(Utf8Test, AcceptsTheFirstAndLastOfEachLength) {
  for (const std::string_view text :
       {"", "\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(Utf8(text), text);
  }
}

TEST(Utf8Test, AcceptsEveryCodePoint) {
  Result<Decoder> decoder = Decoder::Open(Charset::kUtf8);
  std::string utf8;
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (!IsCodePoint(c)) continue;
    std::string bytes;
    AppendUtf8(c, &bytes);
    ASSERT_TRUE(decoder.value().Decode(bytes, &utf8)) << std::hex << static_cast<unsigned>(c);
    ASSERT_EQ(utf8, bytes);
  }
}

TEST(Utf8Test, RefusesOverlongForms) {
  for (const std::string_view bytes : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
                                       "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_EQ(Utf8(bytes), std::nullopt);
  }
}

TEST(Utf8Test, RefusesSurrogates) {
  EXPECT_EQ(Utf8("\xED\xA0\x80"), std::nullopt);
  EXPECT_EQ(Utf8("\xED\xBF\xBF"), std::nullopt);
  EXPECT_EQ(Utf8("\xED\xA0\x80\xED\xB0\x80"), std::nullopt);  // a pair, as CESU-8 writes it
}

TEST(Utf8Test, RefusesWhatLiesAboveTheLastCodePoint) {
  for (const std::string_view bytes :
       {"\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_EQ(Utf8(bytes), std::nullopt);
  }
}

TEST(Utf8Test, RefusesTruncatedAndStrayBytes) {
  for (const std::string_view bytes : {"a\x80", "\xC3", "\xC3 ", "\xE3\x81", "\xE3\x81 ",
                                       "\xF0\x9F\x98", "\xF0\x9F\x98 ", "\xBF"}) {
    EXPECT_EQ(Utf8(bytes), std::nullopt);
  }
}

TEST(Utf8Test, RefusesNul) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(Utf8("ab\0cd"sv), std::nullopt);
  EXPECT_EQ(Utf8("あ\0"sv), std::nullopt);
}

// The characters on which tables called Shift_JIS disagree: the IBM and NEC extensions, the full
// width tilde (a wave dash in the JIS table), the full width minus and the circled digits.
TEST(Cp932Test, DecodesAsMicrosoftDoes) {
  EXPECT_EQ(Cp932("\x8E\x52\x93\x63"), "山田");
  EXPECT_EQ(Cp932("\xFB\xFC\x8B\xB4"), "髙橋");
  EXPECT_EQ(Cp932("\xED\x95"), "﨑");
  EXPECT_EQ(Cp932("\xFA\xB1"), "﨑");
  EXPECT_EQ(Cp932("\x81\x60"), "～");
  EXPECT_EQ(Cp932("\x81\x7C"), "－");
  EXPECT_EQ(Cp932("\x87\x40"), "①");
  EXPECT_EQ(Cp932("\xB6\xDE"), "ｶﾞ");
  EXPECT_EQ(Cp932("\x83\x5C~\\"), "ソ~\\");  // the second byte of ソ is a backslash
}

// IBM's table exchanges 1A, 1C and 7F; a value decodes alike whether or not it is all ASCII.
TEST(Cp932Test, KeepsEveryAsciiByteBesideAKanji) {
  for (int byte = 0x01; byte <= 0x7F; ++byte) {
    const std::string ascii(1, static_cast<char>(byte));
    EXPECT_EQ(Cp932(ascii), ascii);
    EXPECT_EQ(Cp932("\x8E\x52" + ascii), "山" + ascii) << byte;
  }
}

TEST(Cp932Test, RefusesBytesThatAreNoCharacter) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view bytes : {"\x8E"sv, "\x8E\x20"sv, "\x81\xAD"sv, "\xFF"sv, "\xA0"sv,
                                       "\x80"sv, "\x8E\x52\x00"sv, "a\0b"sv, "\x8E\x52\x8E"sv}) {
    EXPECT_EQ(Cp932(bytes), std::nullopt);
  }
}

TEST(Cp932Test, DecodesAfterARefusedValue) {
  Result<Decoder> decoder = Decoder::Open(Charset::kCp932);
  std::string utf8;
  EXPECT_FALSE(decoder.value().Decode("\x8E\x52\x8E", &utf8));
  ASSERT_TRUE(decoder.value().Decode("\x93\x63", &utf8));
  EXPECT_EQ(utf8, "田");
}

}  // namespace
}  // namespace musubi::identity
