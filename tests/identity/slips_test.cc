#include "identity/slips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace musubi::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t kSeed = 1;

// What some hundred tries make of `text` by `slip`, each with how often; those that left it left
// out.
template <typename Slip>
std::map<std::string, int> Slips(const std::string& text, Slip slip, int tries = 500) {
  SeededDraws draws(kSeed);
  std::map<std::string, int> slips;
  for (int i = 0; i < tries; ++i) {
    std::string slipped = text;
    const bool changed = slip(&draws, &slipped);
    EXPECT_EQ(changed, slipped != text) << text << ' ' << slipped;
    if (changed) ++slips[slipped];
  }
  return slips;
}

std::set<std::string> LetterSlips(const std::string& text, const std::string& other = "") {
  std::set<std::string> slips;
  const auto slip = [&](SeededDraws* draws, std::string* slipped) {
    return SlipInLetters(other, draws, slipped);
  };
  for (const auto& [slipped, times] : Slips(text, slip)) slips.insert(slipped);
  return slips;
}

std::set<std::string> DateSlips(const std::string& text, DateOrder order = DateOrder::kYearFirst) {
  std::set<std::string> slips;
  const auto slip = [&](SeededDraws* draws, std::string* slipped) {
    return SlipInDate(order, draws, slipped);
  };
  for (const auto& [slipped, times] : Slips(text, slip)) slips.insert(slipped);
  return slips;
}

TEST(SlipInLettersTest, MakesTheFourKinds) {
  EXPECT_THAT(LetterSlips("Ab"),
              UnorderedElementsAre("A", "b",                                  // left out
                                   "AAb", "Abb",                              // doubled
                                   "ASb", "AQb", "AZb", "Abv", "Abn", "Abg",  // put in
                                   "Sb", "Qb", "Zb", "Av", "An", "Ag",        // another
                                   "bA"));                                    // exchanged
}

TEST(SlipInLettersTest, TakesOneScriptForItself) {
  EXPECT_THAT(LetterSlips("木", "鈴木"), UnorderedElementsAre("木木", "木鈴", "鈴"));
  EXPECT_THAT(LetterSlips("木", "スズキ"), UnorderedElementsAre("木木"));
  for (const std::string& slipped : LetterSlips("Ａ")) EXPECT_TRUE(slipped[0] == '\xEF') << slipped;
  const std::set<std::string> kana = LetterSlips("カ");
  EXPECT_TRUE(kana.contains("ガ"));
  EXPECT_TRUE(kana.contains("ン"));
  EXPECT_FALSE(kana.contains("か"));
  EXPECT_TRUE(LetterSlips("か").contains("が"));
  EXPECT_TRUE(LetterSlips("ｶ").contains("ｷ"));
}

TEST(SlipInLettersTest, LeavesWhatIsNoLetter) {
  for (const std::string text : {"", "1-2-3", "・", "ー", "　", "㌔"}) {
    EXPECT_THAT(LetterSlips(text), IsEmpty()) << text;
  }
  for (const std::string& slipped : LetterSlips("1A2")) {
    EXPECT_TRUE(slipped.starts_with("1") && slipped.ends_with("2")) << slipped;
  }
}

// A letter alone is not left out: nothing would be left.
TEST(SlipInLettersTest, LeavesALetter) { EXPECT_FALSE(LetterSlips("A").contains("")); }

TEST(SlipInDigitsTest, ReplacesOrExchangesDigits) {
  const auto slips = Slips("1-２", SlipInDigits);
  EXPECT_EQ(slips.size(), 9 + 9 + 1U);
  EXPECT_TRUE(slips.contains("2-１"));  // each keeps its width
  EXPECT_TRUE(slips.contains("9-２"));
  EXPECT_TRUE(slips.contains("1-０"));
  EXPECT_THAT(Slips("none", SlipInDigits), IsEmpty());
}

TEST(SlipInDateTest, ExchangesDayAndMonth) {
  EXPECT_TRUE(DateSlips("1971-02-03").contains("1971-03-02"));
  EXPECT_TRUE(DateSlips("1971/2/11").contains("1971/11/2"));
  EXPECT_TRUE(DateSlips("19710203").contains("19710302"));
  EXPECT_TRUE(DateSlips("3460203").contains("3460302"));
  EXPECT_TRUE(DateSlips("昭和46年2月3日").contains("昭和46年3月2日"));
  EXPECT_TRUE(DateSlips("１９７１．０２．０３").contains("１９７１．０３．０２"));
  EXPECT_TRUE(DateSlips("03/02/1971", DateOrder::kDayFirst).contains("02/03/1971"));
  EXPECT_TRUE(DateSlips("03021971", DateOrder::kMonthFirst).contains("02031971"));
  EXPECT_FALSE(DateSlips("1971-02-13").contains("1971-13-02"));
}

TEST(SlipInDateTest, ShiftsTheYear) {
  EXPECT_TRUE(DateSlips("1999-02-03").contains("2000-02-03"));
  EXPECT_TRUE(DateSlips("31.12.1970", DateOrder::kDayFirst).contains("31.12.1969"));
  EXPECT_TRUE(DateSlips("12/31/1970", DateOrder::kMonthFirst).contains("12/31/1971"));
  EXPECT_TRUE(DateSlips("S9.2.3").contains("S8.2.3"));
  EXPECT_FALSE(DateSlips("S9.2.3").contains("S10.2.3"));  // has no place for another digit
  EXPECT_FALSE(DateSlips("S1.2.3").contains("S0.2.3"));
}

TEST(SlipInDateTest, KeepsTheDatePossible) {
  const std::set<std::string> slips = DateSlips("1971-12-31");
  EXPECT_TRUE(slips.contains("1971-12-21"));
  EXPECT_TRUE(slips.contains("1971-11-31"));
  EXPECT_FALSE(slips.contains("1971-13-31"));
  EXPECT_FALSE(slips.contains("1971-12-32"));
  EXPECT_FALSE(slips.contains("1371-12-31"));
  EXPECT_THAT(DateSlips("昭和四十六年二月三日"), IsEmpty());
  EXPECT_THAT(DateSlips(""), IsEmpty());
}

TEST(WordsTest, ComeApartAndTogether) {
  EXPECT_THAT(WordsOf("山田　太郎"), ElementsAre("山田", "太郎"));
  EXPECT_THAT(WordsOf("  Anna  Maria "), ElementsAre("Anna", "Maria"));
  EXPECT_THAT(WordsOf(" "), IsEmpty());
  EXPECT_EQ(JoinWords({"太郎", "山田"}, "山田　太郎"), "太郎　山田");
  EXPECT_EQ(JoinWords({"Maria", "Anna"}, "Anna Maria"), "Maria Anna");
}

// Vectors: what these draws make on every machine.
TEST(SlipVectorsTest, StayWhatTheyAre) {
  SeededDraws draws(2026);
  std::string made;
  for (const std::string text : {"Yamada", "スズキ", "さとう", "高橋", "ﾜﾀﾅﾍﾞ", "Ｍüller"}) {
    std::string slipped = text;
    made += SlipInLetters("伊藤", &draws, &slipped) ? slipped + ' ' : "- ";
  }
  for (const std::string text : {"1971-01-31", "昭和46年2月3日", "19840912"}) {
    std::string slipped = text;
    made += SlipInDate(DateOrder::kYearFirst, &draws, &slipped) ? slipped + ' ' : "- ";
  }
  std::string slipped = "123-4567";
  made += SlipInDigits(&draws, &slipped) ? slipped : "-";
  EXPECT_EQ(made,
            "Yqmada スズ さと 高伊 ﾜﾀﾀﾅﾍﾞ Ｍller 1971-08-31 昭和47年2月3日 19840412 123-4569");
}

}  // namespace
}  // namespace musubi::identity
