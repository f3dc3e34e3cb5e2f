#include "identity/insurance.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "japanese_fields.h"

namespace musubi::identity {
namespace {

constexpr std::uint64_t kSeed = 20250614;

Normalised Insurer(std::string_view raw) { return Apply(NormaliseInsurerNumber, raw); }
Normalised Code(std::string_view raw) { return Apply(NormaliseInsuranceCode, raw); }
Normalised Branch(std::string_view raw) { return Apply(NormaliseInsuranceBranch, raw); }
Normalised Id(std::string_view raw) { return Apply(NormaliseInsuredId, raw); }

std::string Stripped(std::string_view code) {
  std::string out = "left over";
  StripLeadingZeros(code, &out);
  return out;
}

TEST(InsurerNumberTest, TakesEightDigitsOrSix) {
  EXPECT_EQ(Insurer("33120015"), Present("33120015"));
  EXPECT_EQ(Insurer("０６１３００１７"), Present("06130017"));
  EXPECT_EQ(Insurer("0613 00-17"), Present("06130017"));
  EXPECT_EQ(Insurer("138016"), Present("00138016"));
  EXPECT_EQ(Insurer("00138016"), Present("00138016"));
}

TEST(InsurerNumberTest, PutsBackTheZeroThatSpreadsheetsTake) {
  EXPECT_EQ(Insurer("6130017"), Present("06130017"));
  EXPECT_EQ(Insurer("13011"), Present("00013011"));
  EXPECT_EQ(Insurer("6130018"), Invalid());
  EXPECT_EQ(Id("6130017::12:"), Present("06130017::12:"));
  EXPECT_EQ(Id("6130018::12:"), Invalid());
}

TEST(InsurerNumberTest, RefusesAWrongCheckDigitAndKeepsTheDigits) {
  EXPECT_EQ(Insurer("33120016"), Invalid("33120016"));
  EXPECT_EQ(Insurer("138017"), Invalid("00138017"));
}

TEST(InsurerNumberTest, RefusesOtherLengthsAndCharacters) {
  for (const std::string_view raw : {"3312001", "331200150", "12345", "3312001A", "協会けんぽ"}) {
    EXPECT_EQ(Insurer(raw), Invalid()) << raw;
  }
}

TEST(InsurerNumberTest, CallsFillersMissing) {
  for (const std::string_view raw :
       {"", "　", "-", "00000000", "000000", "99999999", "999999", "不明", "n/a"}) {
    EXPECT_EQ(Insurer(raw), Missing()) << raw;
  }
}

// Doubling and adding digits maps the ten digits to ten digits, so no single error can hide.
TEST(InsurerNumberTest, CatchesEverySingleDigitError) {
  RandomText random(kSeed);
  for (int i = 0; i < 300; ++i) {
    std::string number = std::to_string(10000000 + random.Below(80000000));
    while (!HasInsurerCheckDigit(number)) {
      number.back() = number.back() == '9' ? '0' : static_cast<char>(number.back() + 1);
    }
    ASSERT_EQ(Insurer(number), Present(number));
    for (char& digit : number) {
      const char right = digit;
      for (digit = '0'; digit <= '9'; ++digit) {
        if (digit != right) {
          EXPECT_EQ(Insurer(number), Invalid(number)) << "seed " << kSeed;
        }
      }
      digit = right;
    }
  }
}

TEST(InsurerNumberTest, OneCheckDigitOfTenIsRightForEverySixDigitNumber) {
  for (int head = 1; head < 99999; ++head) {
    char text[8];
    std::snprintf(text, sizeof text, "%05d0", head);
    int right = 0;
    for (char check = '0'; check <= '9'; ++check) {
      text[5] = check;
      std::string padded = std::string("00") + text;
      ASSERT_EQ(HasInsurerCheckDigit(text), HasInsurerCheckDigit(padded));
      right += HasInsurerCheckDigit(text) ? 1 : 0;
    }
    ASSERT_EQ(right, 1) << head;
  }
}

TEST(InsuranceCodeTest, WritesOneCodeInOneWay) {
  EXPECT_EQ(Code("あいう"), Present("アイウ"));
  EXPECT_EQ(Code("ｱｲｳ"), Present("アイウ"));
  EXPECT_EQ(Code("１８７"), Present("187"));
  EXPECT_EQ(Code("12－34"), Present("12-34"));
  EXPECT_EQ(Code("12ー34"), Present("12-34"));
  EXPECT_EQ(Code("１２ − ３４"), Present("12-34"));
  EXPECT_EQ(Code("らー1"), Present("ラー1"));
  EXPECT_EQ(Code("ab 12"), Present("AB12"));
  EXPECT_EQ(Code("協・123"), Present("協・123"));
}

TEST(InsuranceCodeTest, KeepsLeadingZeros) {
  EXPECT_EQ(Code("0187"), Present("0187"));
  EXPECT_EQ(Stripped("0187"), "187");
  EXPECT_EQ(Stripped("0012-0A0-00"), "12-0A0-0");
  EXPECT_EQ(Stripped("アイ007・10"), "アイ7・10");
  EXPECT_EQ(Stripped("000"), "0");
  EXPECT_EQ(Stripped(""), "");
}

TEST(InsuranceCodeTest, CallsFillersMissing) {
  for (const std::string_view raw :
       {"", " ", "-", "ー", "なし", "n / a", "0", "0000", "999999", "99999999", "不明"}) {
    EXPECT_EQ(Code(raw), Missing()) << raw;
  }
  EXPECT_EQ(Code("99"), Present("99"));
  EXPECT_EQ(Code("・"), Present("・"));
  EXPECT_EQ(Code("()"), Invalid());
}

TEST(InsuranceBranchTest, IsTwoDigits) {
  EXPECT_EQ(Branch("5"), Present("05"));
  EXPECT_EQ(Branch("０５"), Present("05"));
  EXPECT_EQ(Branch("00"), Present("00"));
  EXPECT_EQ(Branch(""), Missing());
  EXPECT_EQ(Branch("-"), Missing());
  EXPECT_EQ(Branch("005"), Invalid());
  EXPECT_EQ(Branch("A1"), Invalid());
}

TEST(InsuredIdTest, NormalisesEachPart) {
  EXPECT_EQ(Id("00012345:あいう:１８７:05"), Present("00012345:アイウ:187:05"));
  EXPECT_EQ(Id("00012345：あいう：187：5"), Present("00012345:アイウ:187:05"));
  EXPECT_EQ(Id("138016:1:187:01"), Present("00138016:1:187:01"));
  EXPECT_EQ(Id("00012345:１２－３４:５６７８:00"), Present("00012345:12-34:5678:00"));
}

TEST(InsuredIdTest, KeepsEmptyPartsEmpty) {
  EXPECT_EQ(Id("00012345::１８７:"), Present("00012345::187:"));
  EXPECT_EQ(Id("::187:"), Present("::187:"));
  EXPECT_NE(Id("00012345:1:187:"), Id("00012345:1:187:00")) << "no branch is not branch 00";
  EXPECT_NE(Id("00012345:1:0187:01"), Id("00012345:1:187:01")) << "zeros are not dropped";
}

TEST(InsuredIdTest, CallsFillersMissing) {
  for (const std::string_view raw : {"", ":::", "00012345:1::01", "00000000:0:0:00",
                                     "99999999:99:999:99", "n/a", "00012345:1:なし:"}) {
    EXPECT_EQ(Id(raw), Missing()) << raw;
  }
}

TEST(InsuredIdTest, RefusesWhatHasNotFourPartsOfTheirKind) {
  for (const std::string_view raw : {"187", "00012345:1:187", "1:2:3:4:5", "123:1:187:01",
                                     "abc:1:187:01", "00012345:1:187:123", "00012345:():1:01"}) {
    EXPECT_EQ(Id(raw), Invalid()) << raw;
  }
}

TEST(InsurancePropertyTest, RandomValuesNormaliseToThemselves) {
  RandomText random(kSeed + 1);
  for (int i = 0; i < 10000; ++i) {
    const std::string raw = random.Text(10);
    const std::string id =
        random.Text(4) + ":" + random.Text(5) + ":" + raw + ":" + std::to_string(random.Below(120));
    for (const auto& [function, value] : {std::pair{&NormaliseInsurerNumber, raw},
                                          {&NormaliseInsuranceCode, raw},
                                          {&NormaliseInsuranceBranch, raw},
                                          {&NormaliseInsuredId, id},
                                          {&NormaliseInsuredId, raw}}) {
      const Normalised once = Apply(function, value);
      if (once.state != FieldState::kPresent) continue;
      ASSERT_FALSE(once.value.empty());
      ASSERT_EQ(Apply(function, once.value), once) << value << ", seed " << kSeed + 1;
    }
    const std::string stripped = Stripped(raw);
    ASSERT_EQ(Stripped(stripped), stripped) << raw;
  }
}

}  // namespace
}  // namespace musubi::identity
