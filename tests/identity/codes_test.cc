#include <gtest/gtest.h>

#include <string_view>

#include "normalised.h"

namespace musubi::identity {
namespace {

Normalised Sex(std::string_view raw) { return Normalise(FieldKind::kSex, raw); }
Normalised Digits(std::string_view raw) { return Normalise(FieldKind::kDigits, raw); }
Normalised Postcode(std::string_view raw) { return Normalise(FieldKind::kPostcode, raw); }

TEST(SexTest, ReadsMaleInEachWriting) {
  for (const std::string_view raw : {"m", "M", "male", "MALE", "Man", "1", " 1 ", "１", "Ｍ", "男",
                                     "男性", "男子", "オトコ", "ｵﾄｺ", "おとこ", "ﾀﾞﾝｾｲ"}) {
    EXPECT_EQ(Sex(raw), Present("M")) << raw;
  }
}

TEST(SexTest, ReadsFemaleInEachWriting) {
  for (const std::string_view raw : {"f", "F", "female", "Woman", "2", "２", "女", "女性", "女子",
                                     "オンナ", "ｵﾝﾅ", "おんな", "じょせい", "ｼﾞｮｾｲ"}) {
    EXPECT_EQ(Sex(raw), Present("F")) << raw;
  }
}

TEST(SexTest, CallsNotKnownMissing) {
  for (const std::string_view raw :
       {"", " ", "0", "3", "9", "u", "U", "unknown", "不明", "-", "?", "NA", "９"}) {
    EXPECT_EQ(Sex(raw), Missing()) << raw;
  }
}

TEST(SexTest, CallsAnythingElseInvalid) {
  for (const std::string_view raw : {"mals", "mm", "4", "12", "x", "女男", "ma le"}) {
    EXPECT_EQ(Sex(raw), Invalid()) << raw;
  }
}

TEST(DigitsTest, KeepsAsciiDigitsOfAnyWidth) {
  EXPECT_EQ(Digits("08 2210-0298"), Present("0822100298"));
  EXPECT_EQ(Digits("０３（１２３４）５６７８"), Present("0312345678"));
  EXPECT_EQ(Digits("No. 7"), Present("7"));
  EXPECT_EQ(Digits("①"), Present("1"));
}

TEST(DigitsTest, CallsAValueWithoutADigitInvalid) {
  EXPECT_EQ(Digits("abc"), Invalid());
  EXPECT_EQ(Digits("番号"), Invalid());
}

TEST(DigitsTest, CallsFillersMissing) {
  for (const std::string_view raw : {"0", "000", "999999", "11111111", "999-9999", "９９９９９９９",
                                     "", "-", "n/a", "不明", "なし", "()"}) {
    EXPECT_EQ(Digits(raw), Missing()) << raw;
  }
}

TEST(DigitsTest, KeepsShortRunsOfOneDigit) {
  EXPECT_EQ(Digits("99999"), Present("99999"));
  EXPECT_EQ(Digits("7"), Present("7"));
}

TEST(PostcodeTest, KeepsLettersAndDigits) {
  EXPECT_EQ(Postcode("〒１００－０００１"), Present("1000001"));
  EXPECT_EQ(Postcode("100-0001"), Present("1000001"));
  EXPECT_EQ(Postcode("sw1a 1aa"), Present("SW1A1AA"));
  EXPECT_EQ(Postcode("郵便番号 100-0001"), Present("1000001"));
}

TEST(PostcodeTest, CallsFillersMissing) {
  for (const std::string_view raw : {"", "〒", "〒 ", "〒-", "000-0000", "9999999", "n/a", "N.A.",
                                     "unknown", "不明", "-", "０００００００"}) {
    EXPECT_EQ(Postcode(raw), Missing()) << raw;
  }
}

TEST(PostcodeTest, CallsAValueWithoutLettersOrDigitsInvalid) {
  EXPECT_EQ(Postcode("東京都"), Invalid());
}

TEST(PostcodeTest, KeepsOtherRunsOfOneDigit) { EXPECT_EQ(Postcode("22222"), Present("22222")); }

}  // namespace
}  // namespace musubi::identity
