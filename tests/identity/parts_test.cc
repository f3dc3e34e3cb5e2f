#include "identity/parts.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace musubi::identity {
namespace {

// The part, or nothing where there is none.
std::optional<std::string> Part(PartForm form, FieldKind kind, std::string_view value,
                                std::uint32_t length = 0) {
  std::string out = "before|";
  const BlockPart part{0, Level::kStrict, form, length};
  Forms forms;
  forms.strict() = value;
  const bool taken = AppendPart(part, kind, forms, &out);
  EXPECT_TRUE(out.starts_with("before|"));
  if (!taken) {
    EXPECT_EQ(out, "before|");
    return std::nullopt;
  }
  return out.substr(7);
}

// The examples of the National Archives' page, one for each rule.
TEST(SoundexTest, GivesTheCodesOfTheNationalArchives) {
  EXPECT_EQ(Soundex("WASHINGTON"), "W252");
  EXPECT_EQ(Soundex("LEE"), "L000");
  EXPECT_EQ(Soundex("GUTIERREZ"), "G362");  // double letters count once
  EXPECT_EQ(Soundex("PFISTER"), "P236");    // so do the first letter and one of its code
  EXPECT_EQ(Soundex("JACKSON"), "J250");    // and neighbours of one code
  EXPECT_EQ(Soundex("TYMCZAK"), "T522");    // a vowel separates them
  EXPECT_EQ(Soundex("VANDEUSEN"), "V532");  // the prefix is coded as part of the name
  EXPECT_EQ(Soundex("ASHCRAFT"), "A261");   // H does not separate
}

TEST(SoundexTest, TreatsHAndWAsTransparent) {
  EXPECT_EQ(Soundex("HONEYMAN"), "H555");
  EXPECT_EQ(Soundex("ASHCROFT"), "A261");
  EXPECT_EQ(Soundex("BWB"), "B000");
  EXPECT_EQ(Soundex("WHITE"), "W300");
}

TEST(SoundexTest, CodesEachConsonant) {
  EXPECT_EQ(Soundex("ABABAFAPAV"), "A111");
  EXPECT_EQ(Soundex("ACAGAJ"), "A222");
  EXPECT_EQ(Soundex("AKAQAS"), "A222");
  EXPECT_EQ(Soundex("AXAZ"), "A220");
  EXPECT_EQ(Soundex("ADATALAM"), "A334");
  EXPECT_EQ(Soundex("AMANAR"), "A556");
  EXPECT_EQ(Soundex("AEIOUYHW"), "A000");
}

TEST(SoundexTest, SkipsLettersBeyondLatin) {
  EXPECT_EQ(Soundex("山TYMCZAK"), "T522");
  EXPECT_EQ(Soundex("ヤマダ"), "");
  EXPECT_EQ(Soundex(""), "");
}

TEST(AppendPartTest, TakesTheWholeValue) {
  EXPECT_EQ(Part(PartForm::kFull, FieldKind::kName, "ヤマダ"), "ヤマダ");
}

TEST(AppendPartTest, CountsPrefixesInCodePoints) {
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "SMITH", 3), "SMI");
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "ヤマダ", 2), "ヤマ");
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "𠮷田太郎", 2), "𠮷田");
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "ヤマダ", 3), "ヤマダ");
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "ヤマ", 5), "ヤマ");
}

TEST(AppendPartTest, TakesYearAndMonthDayAsWritten) {
  EXPECT_EQ(Part(PartForm::kYear, FieldKind::kDate, "19700131"), "1970");
  EXPECT_EQ(Part(PartForm::kMonthDay, FieldKind::kDate, "19700131"), "0131");
  EXPECT_EQ(Part(PartForm::kYear, FieldKind::kDate, "29721222"), "2972");
  EXPECT_EQ(Part(PartForm::kMonthDay, FieldKind::kDate, "19711301"), "1301");
}

TEST(AppendPartTest, HasNoYearOutsideDates) {
  EXPECT_EQ(Part(PartForm::kYear, FieldKind::kDigits, "19700131"), std::nullopt);
  EXPECT_EQ(Part(PartForm::kMonthDay, FieldKind::kText, "19700131"), std::nullopt);
  EXPECT_EQ(Part(PartForm::kYear, FieldKind::kDate, "1970"), std::nullopt);
  EXPECT_EQ(Part(PartForm::kYear, FieldKind::kDate, "197A0131"), std::nullopt);
}

TEST(AppendPartTest, TakesWhatIsKnownOfADate) {
  EXPECT_EQ(Part(PartForm::kYear, FieldKind::kDate, "1970〓〓〓〓"), "1970");
  EXPECT_EQ(Part(PartForm::kMonthDay, FieldKind::kDate, "1970〓〓〓〓"), std::nullopt);
  EXPECT_EQ(Part(PartForm::kFull, FieldKind::kDate, "197001〓〓"), std::nullopt);
}

TEST(AppendPartTest, KnowsNothingOfLostCharacters) {
  EXPECT_EQ(Part(PartForm::kFull, FieldKind::kName, "〓橋"), std::nullopt);
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "橋〓", 1), "橋");
  EXPECT_EQ(Part(PartForm::kPrefix, FieldKind::kName, "橋〓", 2), std::nullopt);
}

TEST(AppendPartTest, UnvoicesKana) {
  EXPECT_EQ(Part(PartForm::kUnvoiced, FieldKind::kNameKana, "ハマザキパヴ"), "ハマサキハウ");
}

TEST(AppendPartTest, HasNoSoundexWithoutALatinLetter) {
  EXPECT_EQ(Part(PartForm::kSoundex, FieldKind::kName, "TYMCZAK"), "T522");
  EXPECT_EQ(Part(PartForm::kSoundex, FieldKind::kName, "ヤマダ"), std::nullopt);
}

TEST(AppendPartTest, HasNoPartOfNothing) {
  for (const PartForm form : {PartForm::kFull, PartForm::kPrefix, PartForm::kYear,
                              PartForm::kMonthDay, PartForm::kSoundex}) {
    EXPECT_EQ(Part(form, FieldKind::kName, "", 2), std::nullopt);
  }
}

}  // namespace
}  // namespace musubi::identity
