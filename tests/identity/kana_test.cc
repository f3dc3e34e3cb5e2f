// Kana, kanji marks and their skeleton.
#include "identity/kana.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "normalised.h"

namespace musubi::identity {
namespace {

std::string Skeleton(std::string_view folded) {
  std::string out = "left over";
  JapaneseSkeleton(folded, &out);
  return out;
}

std::string Unvoiced(std::string_view skeleton) {
  std::string out = "before ";
  AppendUnvoiced(skeleton, &out);
  EXPECT_TRUE(out.starts_with("before "));
  return out.substr(7);
}

std::string Utf8(char32_t c) {
  std::string text;
  AppendUtf8(c, &text);
  return text;
}

// Each kana of `from` becomes the one of `to` at its place.
void ExpectEach(std::u32string_view from, std::u32string_view to) {
  ASSERT_EQ(from.size(), to.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    EXPECT_EQ(Skeleton(Utf8(from[i])), Utf8(to[i]));
    EXPECT_EQ(Skeleton("カ" + Utf8(from[i]) + "ト"), "カ" + Utf8(to[i]) + "ト");
  }
}

TEST(JapaneseSkeletonTest, MakesSmallKanaLarge) {
  ExpectEach(U"ァィゥェォッャュョヮヵヶ", U"アイウエオツヤユヨワカケ");
}

TEST(JapaneseSkeletonTest, MakesKanaThatAreReadAlikeOne) {
  ExpectEach(U"ヂヅヲヰヱ", U"ジズオイエ");
}

TEST(JapaneseSkeletonTest, LeavesOtherKanaAlone) {
  constexpr std::u32string_view kOthers =
      U"アイウエオカガキギクグケゲコゴサザシジスズセゼソゾタダチツテデトドナニヌネノハバパヒビピフ"
      U"ブプ"
      U"ヘベペホボポマミムメモヤユヨラリルレロワン";
  ExpectEach(kOthers, kOthers);
}

TEST(JapaneseSkeletonTest, MakesTheLongMarkTheVowelBeforeIt) {
  struct Row {
    std::u32string_view kana;
    std::string_view vowel;
  };
  constexpr Row kRows[] = {{U"アカガサザタダナハバパマヤラワァャヮヵヷ", "ア"},
                           {U"イキギシジチヂニヒビピミリヰィヸ", "イ"},
                           {U"ウクグスズツヅヌフブプムユルゥッュヴ", "ウ"},
                           {U"エケゲセゼテデネヘベペメレヱェヶヹ", "エ"},
                           {U"オコゴソゾトドノホボポモヨロヲォョヺ", "オ"},
                           {U"ン", ""}};
  std::size_t kana = 0;
  for (const Row& row : kRows) {
    for (const char32_t c : row.kana) {
      const std::string plain = Skeleton(Utf8(c));
      const std::string vowel(row.vowel);
      EXPECT_EQ(Skeleton(Utf8(c) + "ー"), plain + vowel) << plain;
      EXPECT_EQ(Skeleton(Utf8(c) + "ーー"), plain + vowel + vowel) << plain;
      EXPECT_EQ(Skeleton(Utf8(c) + "ーラ"), plain + vowel + "ラ") << plain;
    }
    kana += row.kana.size();
  }
  EXPECT_EQ(kana, 0x30FAU - 0x30A1U + 1);  // every one
}

TEST(JapaneseSkeletonTest, DropsALongMarkThatLengthensNothing) {
  EXPECT_EQ(Skeleton("ーカ"), "カ");
  EXPECT_EQ(Skeleton("山ー"), "山");
  EXPECT_EQ(Skeleton("Aー"), "A");
  EXPECT_EQ(Skeleton("〓ー"), "〓");
}

TEST(JapaneseSkeletonTest, ReadsRepeatMarks) {
  EXPECT_EQ(Skeleton("サヽキ"), "ササキ");
  EXPECT_EQ(Skeleton("イスヾ"), "イスズ");
  EXPECT_EQ(Skeleton("タヾシ"), "タダシ");
  EXPECT_EQ(Skeleton("チヾミ"), "チジミ");  // ヂ is read as ジ
  EXPECT_EQ(Skeleton("ツヾキ"), "ツズキ");
  EXPECT_EQ(Skeleton("ハヾ"), "ハバ");
  EXPECT_EQ(Skeleton("ナヾ"), "ナナ");  // which has no voiced form
  EXPECT_EQ(Skeleton("バヽ"), "バハ");
  EXPECT_EQ(Skeleton("ガヾ"), "ガガ");
  EXPECT_EQ(Skeleton("サヽヽ"), "サササ");
  EXPECT_EQ(Skeleton("ヽサ"), "サ");
  EXPECT_EQ(Skeleton("佐々木"), "佐佐木");
  EXPECT_EQ(Skeleton("奈々々"), "奈奈奈");
  EXPECT_EQ(Skeleton("𠮷々"), "𠮷𠮷");
  EXPECT_EQ(Skeleton("々木"), "々木");
  EXPECT_EQ(Skeleton("サ々"), "サ々");
}

TEST(JapaneseSkeletonTest, ReadsVuWithItsVowel) {
  EXPECT_EQ(Skeleton("ヴァ"), "バ");
  EXPECT_EQ(Skeleton("ヴィクトル"), "ビクトル");
  EXPECT_EQ(Skeleton("ヴェラ"), "ベラ");
  EXPECT_EQ(Skeleton("ヴォー"), "ボオ");
  EXPECT_EQ(Skeleton("ヴイクトル"), "ビクトル");  // of systems without small kana
  EXPECT_EQ(Skeleton("ヴ"), "ブ");
  EXPECT_EQ(Skeleton("ヴラド"), "ブラド");
  EXPECT_EQ(Skeleton("ヴヴ"), "ブブ");
  EXPECT_EQ(Skeleton("ヴー"), "ブウ");
  EXPECT_EQ(Skeleton("ラヴ"), "ラブ");
  EXPECT_EQ(Skeleton("ヴ山"), "ブ山");
  ExpectEach(U"ヷヸヹヺ", U"バビベボ");
}

TEST(JapaneseSkeletonTest, MeetsTheSpellingsOfANameAndNoOtherName) {
  EXPECT_EQ(Skeleton("ショウ"), Skeleton("シヨウ"));
  EXPECT_EQ(Skeleton("ハットリ"), "ハツトリ");
  EXPECT_EQ(Skeleton("オーノ"), "オオノ");
  EXPECT_EQ(Skeleton("コーヒー"), "コオヒイ");
  EXPECT_NE(Skeleton("オオノ"), Skeleton("オノ"));
  EXPECT_NE(Skeleton("オオノ"), Skeleton("オウノ"));
  EXPECT_NE(Skeleton("ハマサキ"), Skeleton("ハマザキ"));
  EXPECT_EQ(Skeleton("SMITH山田〓1"), "SMITH山田〓1");
  EXPECT_EQ(Skeleton(""), "");
}

// Every text of three characters of the katakana block, 々, a kanji and a letter.
TEST(JapaneseSkeletonTest, IsIdempotent) {
  std::vector<std::string> characters = {"々", "山", "A", "〓"};
  for (char32_t c = 0x30A1; c <= 0x30FE; ++c) characters.push_back(Utf8(c));
  std::string once, twice;
  for (const std::string& first : characters) {
    for (const std::string& second : characters) {
      for (const std::string& third : characters) {
        JapaneseSkeleton(first + second + third, &once);
        JapaneseSkeleton(once, &twice);
        ASSERT_EQ(once, twice) << first << second << third;
      }
    }
  }
}

TEST(AppendUnvoicedTest, TakesTheSoundMarksAway) {
  EXPECT_EQ(Unvoiced("ガギグゲゴ"), "カキクケコ");
  EXPECT_EQ(Unvoiced("ザジズゼゾ"), "サシスセソ");
  EXPECT_EQ(Unvoiced("ダヂヅデド"), "タチツテト");
  EXPECT_EQ(Unvoiced("バビブベボ"), "ハヒフヘホ");
  EXPECT_EQ(Unvoiced("パピプペポ"), "ハヒフヘホ");
  EXPECT_EQ(Unvoiced("ヴ"), "ウ");
  EXPECT_EQ(Unvoiced("ハマザキ"), "ハマサキ");
}

TEST(AppendUnvoicedTest, LeavesTheRestAlone) {
  for (const std::string_view text : {"アイウエオカキクケコサシスセソタチッツテトナニヌネノハヒフヘ"
                                      "ホマミムメモヤユヨラリルレロワン",
                                      "SMITH", "山田", "〓", ""}) {
    EXPECT_EQ(Unvoiced(text), text);
  }
}

TEST(ScriptsOfTest, TellsKanjiFromKana) {
  const auto scripts = [](std::string_view text) {
    const Scripts found = ScriptsOf(text);
    return std::string(found.kanji ? "kanji " : "") + (found.katakana ? "katakana " : "") +
           (found.hiragana ? "hiragana " : "");
  };
  EXPECT_EQ(scripts("山田"), "kanji ");
  EXPECT_EQ(scripts("々"), "kanji ");
  EXPECT_EQ(scripts("𠮷"), "kanji ");
  EXPECT_EQ(scripts("\uFA19"), "kanji ");
  EXPECT_EQ(scripts("ヤマダ"), "katakana ");
  EXPECT_EQ(scripts("ﾔﾏﾀﾞ"), "katakana ");
  EXPECT_EQ(scripts("やまだ"), "hiragana ");
  EXPECT_EQ(scripts("山ヤや"), "kanji katakana hiragana ");
  EXPECT_EQ(scripts("Smith 1 〓"), "");
}

}  // namespace
}  // namespace musubi::identity
