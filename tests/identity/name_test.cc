#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "normalised.h"

namespace musubi::identity {
namespace {

TEST(NameTest, KeepsOnlyTheLettersOfLatinNamesInUpperCase) {
  EXPECT_EQ(Name("  O'Brien-Müller "), Present("OBRIENMULLER"));
  EXPECT_EQ(Name("van der Berg"), Present("VANDERBERG"));
  EXPECT_EQ(Name("O’Brien"), Present("OBRIEN"));
  EXPECT_EQ(Name("OʼBrien"), Present("OBRIEN"));  // U+02BC, which Unicode calls a letter
  EXPECT_EQ(Name("Smith2"), Present("SMITH"));
}

TEST(NameTest, DropsDiacriticsOfLatinGreekAndCyrillic) {
  EXPECT_EQ(Name("Ångström"), Present("ANGSTROM"));
  EXPECT_EQ(Name("Nguyễn Thị Ánh"), Present("NGUYENTHIANH"));
  EXPECT_EQ(Name("Παπαδόπουλος"), Present("ΠΑΠΑΔΟΠΟΥΛΟΣ"));
  EXPECT_EQ(Name("Фёдор"), Present("ФЕДОР"));
}

TEST(NameTest, ReadsComposedAndDecomposedAlike) {
  EXPECT_EQ(Name("M\u00FCller"), Present("MULLER"));
  EXPECT_EQ(Name("Mu\u0308ller"), Present("MULLER"));
}

TEST(NameTest, SpellsOutLatinLettersThatDoNotDecompose) {
  EXPECT_EQ(Name("Søren"), Present("SOREN"));
  EXPECT_EQ(Name("Łukasz"), Present("LUKASZ"));
  EXPECT_EQ(Name("Đặng"), Present("DANG"));
  EXPECT_EQ(Name("Æsa Œuvre"), Present("AESAOEUVRE"));
  EXPECT_EQ(Name("Þór Ðað"), Present("THORDAD"));
  EXPECT_EQ(Name("Strauß STRAUẞ"), Present("STRAUSSSTRAUSS"));
}

// A Turkish locale would make İ of i.
TEST(NameTest, TakesTheDotFromTurkishLetters) {
  EXPECT_EQ(Name("İbrahim Işık"), Present("IBRAHIMISIK"));
}

TEST(NameTest, WritesKanaAsKatakana) {
  EXPECT_EQ(Name("やまだ　太郎"), Present("ヤマダ太郎"));
  EXPECT_EQ(Name("ﾔﾏﾀﾞ ﾀﾛｳ"), Present("ヤマダタロウ"));
  EXPECT_EQ(Name("ゔぃっきー"), Present("ヴィッキー"));
  EXPECT_EQ(Name("さゝき みすゞ"), Present("サヽキミスヾ"));
  EXPECT_EQ(Name("ｻｰﾄ"), Present("サート"));
  EXPECT_EQ(Name("サイトウ・タロウ"), Present("サイトウタロウ"));
  EXPECT_EQ(Name("ヤマグ‐チ"), Present("ヤマグチ"));
}

TEST(NameTest, JoinsSoundMarksToTheirKana) {
  for (const std::string_view written :
       {"ガ", "カ\u3099", "カ\u309B", "カ \u3099", "ｶﾞ", "か\u309B", "か\u3099", "カﾞ"}) {
    EXPECT_EQ(Name(written), Present("ガ")) << written;
  }
  for (const std::string_view written : {"パ", "ハ\u309A", "ハ\u309C", "ﾊﾟ", "は\u309C"}) {
    EXPECT_EQ(Name(written), Present("パ")) << written;
  }
  EXPECT_EQ(Name("カ\u309A"), Present("カ"));  // no such letter
}

TEST(NameTest, KeepsKanaThatDifferInSize) {
  EXPECT_NE(Name("ショウ"), Name("シヨウ"));
  EXPECT_NE(Name("オオノ"), Name("オノ"));
}

TEST(NameTest, KeepsKanjiAndTheirMarks) {
  EXPECT_EQ(Name("佐々木"), Present("佐々木"));
  EXPECT_EQ(Name("〆木"), Present("〆木"));
  EXPECT_EQ(Name("𠮷田"), Present("吉田"));  // the variant that U+5409 stands for
  EXPECT_EQ(Name("\uFA19"), Present("神"));  // the compatibility form of 神
}

TEST(NameTest, DropsVariationSelectorsAndInvisibleCharacters) {
  EXPECT_EQ(Name("葛\U000E0100城"), Present("葛城"));
  EXPECT_EQ(Name("葛\uFE00城"), Present("葛城"));
  EXPECT_EQ(Name("\uFEFFSmi\u00ADth\u200D"), Present("SMITH"));
  EXPECT_EQ(Name("カ\u200D\u309B"), Present("ガ"));
}

TEST(NameTest, KeepsAMarkForMissingCharacters) {
  for (const std::string_view written : {"●橋", "〓橋", "■橋", "〇橋", "\uFFFD橋"}) {
    EXPECT_EQ(Name(written), Present("〓橋")) << written;
  }
  EXPECT_EQ(Name("\uE000田"), Present("〓田"));  // a character of the holder's own
  EXPECT_EQ(Normalise(FieldKind::kNameKanji, "?橋"), Present("〓橋"));
  EXPECT_EQ(Name("●●"), Missing());
}

TEST(NameTest, KeepsTheMarksThatOtherScriptsNeed) {
  EXPECT_EQ(Name("प्रिया"), Present("प्रिया"));
  EXPECT_EQ(Name("สมชาย ใจดี"), Present("สมชายใจดี"));
  EXPECT_EQ(Name("محمـــد"), Present("محمد"));  // stretched with kashida
}

TEST(NameTest, ComposesHangul) { EXPECT_EQ(Name("\u1100\u1175\u11B7"), Present("김")); }

TEST(NameTest, DropsAMarkWhoseLetterIsDropped) { EXPECT_EQ(Name("क1ि"), Present("क")); }

TEST(NameTest, DropsCirclesDrawnAroundLetters) { EXPECT_EQ(Name("क\u20DD"), Present("क")); }

TEST(NameTest, CallsBlanksAndPunctuationMissing) {
  for (const std::string_view raw : {"", " ", "\t", "　", "-", "--", "?", ".", "●", "？"}) {
    EXPECT_EQ(Name(raw), Missing()) << raw;
  }
}

TEST(NameTest, CallsUnambiguousWordsMissing) {
  for (const std::string_view raw : {"unknown", " Unknown ", "UN-KNOWN", "n/a", "N/A", "Ｎ／Ａ",
                                     "不明", " 不明　", "ＵＮＫＮＯＷＮ"}) {
    EXPECT_EQ(Name(raw), Missing()) << raw;
  }
}

// Each is a surname or a given name that people bear.
TEST(NameTest, KeepsNamesThatLookLikeMissingValues) {
  EXPECT_EQ(Name("Na"), Present("NA"));
  EXPECT_EQ(Name("Null"), Present("NULL"));
  EXPECT_EQ(Name("None"), Present("NONE"));
  EXPECT_EQ(Name("Nan"), Present("NAN"));
  EXPECT_EQ(Name("なし"), Present("ナシ"));
}

TEST(NameTest, CallsANumberInvalid) {
  EXPECT_EQ(Name("12345"), Invalid());
  EXPECT_EQ(Name("１２３"), Invalid());
  EXPECT_EQ(Name("٣"), Invalid());
}

TEST(NameTest, CallsAValueBeyondAMebibyteInvalid) {
  EXPECT_EQ(Name(std::string((1U << 20) + 1, 'a')), Invalid());
  EXPECT_EQ(Name('a' + std::string(1U << 20, ' ')), Invalid());
  EXPECT_EQ(Name(std::string(1U << 20, 'a')).state, FieldState::kPresent);

  std::string swelling;  // U+FDFA is 18 characters in NFKC
  for (int i = 0; i < 100'000; ++i) swelling += "\uFDFA";
  EXPECT_EQ(Name(swelling), Invalid());
}

TEST(TextTest, KeepsDigits) {
  EXPECT_EQ(Text("4 Smith St., Apt. 12b"), Present("4SMITHSTAPT12B"));
  EXPECT_EQ(Text("霞が関１丁目２番"), Present("霞ガ関1丁目2番"));
  EXPECT_EQ(Text("①٣"), Present("13"));
  EXPECT_EQ(Text("二〇番"), Present("二〇番"));
  EXPECT_EQ(Name("二〇番"), Present("二〓番"));
}

TEST(TextTest, CallsEachMissingWordMissing) {
  for (const std::string_view raw :
       {"", "-", "--", "?", "n/a", "NA", "nan", "None", "NULL", "unknown", "不明", "なし", "ナシ",
        "該当なし", " n.a. ", "ｎｕｌｌ"}) {
    EXPECT_EQ(Text(raw), Missing()) << raw;
  }
}

}  // namespace
}  // namespace musubi::identity
