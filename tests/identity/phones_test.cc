#include "identity/phones.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "japanese_fields.h"

namespace musubi::identity {
namespace {

constexpr std::uint64_t kSeed = 20250613;

Normalised Phone(std::string_view raw, std::string_view calling_code = "81") {
  return Apply(NormalisePhone, raw, calling_code);
}

TEST(PhoneTest, ReadsOneNumberInEveryWriting) {
  for (const std::string_view raw :
       {"0312345678", "03-1234-5678", "０３（１２３４）５６７８", "(03)1234-5678", "03 1234 5678",
        "+81-3-1234-5678", "+81 (0)3-1234-5678", "＋８１３１２３４５６７８", "0081-3-1234-5678",
        "010-81-3-1234-5678", "81-3-1234-5678", "81 (0)3 1234 5678", "TEL 03-1234-5678",
        "03.1234.5678", "03−1234−5678", "03ー1234ー5678", "☎03-1234-5678"}) {
    EXPECT_EQ(Phone(raw), Present("0312345678")) << raw;
  }
  EXPECT_EQ(Phone("090 1234 5678"), Present("09012345678"));
  EXPECT_EQ(Phone("+81 90-1234-5678"), Present("09012345678"));
}

TEST(PhoneTest, LeavesExtensionsAndSecondNumbersOut) {
  for (const std::string_view raw :
       {"03-1234-5678 内線12", "03-1234-5678(内)12", "03-1234-5678 ext. 12", "03-1234-5678 EXT12",
        "03-1234-5678x12", "03-1234-5678#12", "03-1234-5678 / 090-1111-2222",
        "03-1234-5678、090-1111-2222", "03-1234-5678;090-1111-2222", "03-1234-5678・5679",
        "03-1234-5678～9", "03-1234-5678 または 090-1111-2222", "03-1234-5678 +81 90 1111 2222"}) {
    EXPECT_EQ(Phone(raw), Present("0312345678")) << raw;
  }
}

TEST(PhoneTest, KeepsTheCodeOfAnotherCountry) {
  EXPECT_EQ(Phone("+1 (212) 555-0100"), Present("+12125550100"));
  EXPECT_EQ(Phone("0044 20 7946 0000"), Present("+442079460000"));
  EXPECT_EQ(Phone("010-1-212-555-0100"), Present("+12125550100"));
  EXPECT_EQ(Phone("+8225550100"), Present("+8225550100"));
  EXPECT_EQ(Phone("+44 (0)20 7946 0000"), Present("+442079460000"));
  EXPECT_EQ(Phone("0044 (0)20 7946 0000"), Present("+442079460000"));
  EXPECT_EQ(Phone("+39 (0)6 1234 5678"), Present("+390612345678")) << "the zero is dialled";
}

TEST(PhoneTest, ReadsNumbersOfTheDeclaredCountry) {
  EXPECT_EQ(Phone("+44 (0)20 7946 0000", "44"), Present("02079460000"));
  EXPECT_EQ(Phone("+1-212-555-0100", "1"), Present("2125550100"))
      << "no zero takes the code's place";
  EXPECT_EQ(Phone("1-212-555-0100", "1"), Present("2125550100"));
  EXPECT_EQ(Phone("+39 06 1234 5678", "39"), Present("0612345678"));
  EXPECT_EQ(Phone("+81 3 1234 5678", "44"), Present("+81312345678"));
}

TEST(PhoneTest, CallsFillersMissing) {
  for (const std::string_view raw :
       {"", " ", "-", "--", "n/a", "不明", "なし", "0000000000", "000-0000-0000", "999-9999-9999",
        "0", "9", "090-0000-0000", "+81-90-0000-0000", "()"}) {
    EXPECT_EQ(Phone(raw), Missing()) << raw;
  }
}

TEST(PhoneTest, CallsWhatCannotBeDialledInvalid) {
  for (const std::string_view raw : {"12345", "1234567890123456", "abc", "電話", "+81"}) {
    EXPECT_EQ(Phone(raw), Invalid()) << raw;
  }
}

TEST(PhoneTest, PutsBackTheZeroThatSpreadsheetsTake) {
  EXPECT_EQ(Phone("312345678"), Present("0312345678"));
  EXPECT_EQ(Phone("9012345678"), Present("09012345678"));
  EXPECT_EQ(Phone("120-444-444"), Present("0120444444"));
  EXPECT_EQ(Phone("9000000000"), Missing());
  EXPECT_EQ(Phone("3012345678"), Present("3012345678")) << "no number of Japan";
  EXPECT_EQ(Phone("312345678", "44"), Present("312345678"));
}

TEST(PhoneTest, KeepsNumbersWithoutAnAreaCode) {
  EXPECT_EQ(Phone("1234-5678"), Present("12345678"));
  EXPECT_EQ(Phone("81-1234"), Present("811234")) << "too short to start with a country's code";
}

TEST(PhonePropertyTest, RandomValuesKeepTheirPromises) {
  RandomText random(kSeed);
  static constexpr std::string_view kPieces[] = {"+",  "0",   "81", "(0)", "3", "1234", "-", " ",
                                                 "00", "010", "1",  "x",   "/", "内線", "9", "44"};
  for (int i = 0; i < 40000; ++i) {
    std::string raw;
    if (i % 2 == 0) raw = random.Text(20);
    for (std::uint64_t left = random.Below(12); left > 0; --left) {
      raw += kPieces[random.Below(std::size(kPieces))];
    }
    for (const std::string_view code : {"81", "44", "1"}) {
      const Normalised once = Phone(raw, code);
      ASSERT_EQ(once.state == FieldState::kPresent, !once.value.empty()) << raw;
      if (once.state != FieldState::kPresent) continue;
      ASSERT_EQ(Phone(once.value, code), once) << raw << ", code " << code << ", seed " << kSeed;
    }
  }
}

}  // namespace
}  // namespace musubi::identity
