// Names cut into words, and the words that are no part of a name.
#include "identity/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace musubi::identity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<std::string_view>;

Words Split(std::string_view text, bool at_hyphens = false) {
  Words words = {"left over"};
  SplitWords(text, at_hyphens, &words);
  return words;
}

Words WithoutTitles(Words words) {
  DropTitles(&words);
  return words;
}

TEST(SplitWordsTest, SeparatesAtBlanksAndMiddleDots) {
  for (const std::string_view text : {"a b", "  a \t b ", "a\u00A0b", "a　b", "a\u2003b", "a・b",
                                      "a･b", "a＝b", "a=b", "・a・・b・"}) {
    EXPECT_THAT(Split(text), ElementsAre("a", "b")) << text;
  }
  EXPECT_THAT(Split(""), IsEmpty());
  EXPECT_THAT(Split(" 　・"), IsEmpty());
  EXPECT_THAT(Split("ヤマダ　タロウ"), ElementsAre("ヤマダ", "タロウ"));
}

TEST(SplitWordsTest, SeparatesAtHyphensWhereAsked) {
  for (const std::string_view text : {"a-b", "a\u2010b", "a\u2011b", "a－b"}) {
    EXPECT_THAT(Split(text, true), ElementsAre("a", "b")) << text;
    EXPECT_THAT(Split(text, false), ElementsAre(text));
  }
  EXPECT_THAT(Split("ローラ", true), ElementsAre("ローラ"));  // ー is no hyphen
}

TEST(SplitWordsTest, OneCommaPutsWhatFollowsItFirst) {
  EXPECT_THAT(Split("Smith, John"), ElementsAre("John", "Smith"));
  EXPECT_THAT(Split("Smith,John"), ElementsAre("John", "Smith"));
  EXPECT_THAT(Split("Smith，John"), ElementsAre("John", "Smith"));
  EXPECT_THAT(Split("van der Berg, Anna Maria"),
              ElementsAre("Anna", "Maria", "van", "der", "Berg"));
  EXPECT_THAT(Split("Smith,"), ElementsAre("Smith"));
  EXPECT_THAT(Split(", John"), ElementsAre("John"));
  EXPECT_THAT(Split("a, b, c"), ElementsAre("a", "b", "c"));
}

TEST(SplitWordsTest, SuffixesStayBehindTheName) {
  EXPECT_THAT(Split("John Smith, Jr."), ElementsAre("John", "Smith", "Jr."));
  EXPECT_THAT(Split("John Smith, MD PhD"), ElementsAre("John", "Smith", "MD", "PhD"));
  EXPECT_THAT(Split("Smith, John Jr."), ElementsAre("John", "Smith", "Jr."));
  EXPECT_THAT(Split("Smith Jr., John"), ElementsAre("John", "Smith", "Jr."));
}

TEST(IsNameSuffixTest, KnowsEachInAnyWriting) {
  for (const std::string_view suffix : {"JR", "SR", "II", "III", "IV", "ESQ", "PHD", "MD", "Jr",
                                        "Jr.", "jr.", "Ph.D.", "M.D.", "iii", "Esq."}) {
    EXPECT_TRUE(IsNameSuffix(suffix)) << suffix;
  }
  for (const std::string_view other :
       {"", ".", "J", "JRX", "I", "V", "IIII", "Ivy", "Junior", "Dr", "山"}) {
    EXPECT_FALSE(IsNameSuffix(other)) << other;
  }
}

TEST(DropTitlesTest, DropsWhatStandsAroundAName) {
  for (const std::string_view title :
       {"MR", "Mrs", "Ms.", "miss", "Dr.", "D.R.", "Prof", "Sir", "DAME"}) {
    EXPECT_THAT(WithoutTitles({title, "John", "Smith"}), ElementsAre("John", "Smith")) << title;
  }
  EXPECT_THAT(WithoutTitles({"Prof", "Dr", "Smith"}), ElementsAre("Smith"));
  EXPECT_THAT(WithoutTitles({"Smith", "MD", "PhD"}), ElementsAre("Smith"));
  EXPECT_THAT(WithoutTitles({"Dr", "Smith", "III"}), ElementsAre("Smith"));
}

TEST(DropTitlesTest, KeepsTheLastWordAndTitlesInsideAName) {
  EXPECT_THAT(WithoutTitles({"Dr"}), ElementsAre("Dr"));
  EXPECT_THAT(WithoutTitles({"Dr", "Jr"}), ElementsAre("Jr"));
  EXPECT_THAT(WithoutTitles({"John", "Dr", "Smith"}), ElementsAre("John", "Dr", "Smith"));
  EXPECT_THAT(WithoutTitles({"John", "Miss"}), ElementsAre("John", "Miss"));
  EXPECT_THAT(WithoutTitles({"IV", "Smith"}), ElementsAre("IV", "Smith"));
  EXPECT_THAT(WithoutTitles({"Drake", "Smith"}), ElementsAre("Drake", "Smith"));
  EXPECT_THAT(WithoutTitles({}), IsEmpty());
}

}  // namespace
}  // namespace musubi::identity
