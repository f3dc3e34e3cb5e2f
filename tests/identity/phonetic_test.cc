#include "identity/phonetic.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace musubi::identity {
namespace {

// Examples that descriptions and implementations of NYSIIS share.
TEST(NysiisTest, GivesPublishedCodes) {
  const std::pair<std::string_view, std::string_view> examples[] = {
      {"MACINTOSH", "MCANT"},
      {"KNUTH", "NAT"},
      {"KOEHN", "CAN"},
      {"PHILLIPSON", "FALAPSAN"},
      {"PFEISTER", "FASTAR"},
      {"SCHOENHOEFT", "SANAFT"},
      {"MCKEE", "MCY"},
      {"MACKIE", "MCY"},
      {"HEITSCHMIDT", "HATSNAD"},
      {"BART", "BAD"},
      {"HURD", "HAD"},
      {"HUNT", "HAD"},
      {"WESTERLUND", "WASTARLAD"},
      {"CASSTEVENS", "CASTAFAN"},
      {"VASQUEZ", "VASG"},
      {"FRAZIER", "FRASAR"},
      {"BOWMAN", "BANAN"},
      {"MCKNIGHT", "MCNAGT"},
      {"RICKERT", "RACAD"},
      {"DEUTSCH", "DAT"},
      {"WESTPHAL", "WASTFAL"},
      {"SHRIVER", "SRAVAR"},
      {"KUHL", "CAL"},
      {"RAWSON", "RASAN"},
      {"JILES", "JAL"},
      {"CARRAWAY", "CARY"},
      {"YAMADA", "YANAD"},
  };
  for (const auto& [name, code] : examples) EXPECT_EQ(Nysiis(name), code) << name;
}

TEST(NysiisTest, GivesSpellingsOfOneNameOneCode) {
  EXPECT_EQ(Nysiis("BROWN"), Nysiis("BRAUN"));
  EXPECT_EQ(Nysiis("SCHMIT"), Nysiis("SMITH"));
  EXPECT_EQ(Nysiis("TRUEMAN"), Nysiis("TRUMAN"));
  EXPECT_EQ(Nysiis("MACINTOSH"), Nysiis("MCINTOSH"));
  EXPECT_NE(Nysiis("SMITH"), Nysiis("JONES"));
}

TEST(NysiisTest, IsNotCutToSixLetters) { EXPECT_EQ(Nysiis("WESTERLUND").size(), 9U); }

TEST(NysiisTest, KeepsTheFirstLetterOfShortNames) {
  EXPECT_EQ(Nysiis("A"), "A");
  EXPECT_EQ(Nysiis("S"), "S");
  EXPECT_EQ(Nysiis("AS"), "A");
  EXPECT_EQ(Nysiis("LEE"), "LY");
  EXPECT_EQ(Nysiis("IE"), "Y");
}

TEST(NysiisTest, SkipsWhatIsNoLetter) {
  EXPECT_EQ(Nysiis("O'DONNEL"), "ODANAL");
  EXPECT_EQ(Nysiis("山KNUTH"), "NAT");
  EXPECT_EQ(Nysiis("ヤマダ"), "");
  EXPECT_EQ(Nysiis(""), "");
}

TEST(NysiisTest, NeverWritesALetterTwiceInARow) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string name(1 + random() % 12, 'A');
    for (char& c : name) c = static_cast<char>('A' + random() % 26);
    const std::string code = Nysiis(name);
    ASSERT_FALSE(code.empty()) << name;
    // The last letter may be a Y that AY became, after another Y.
    for (std::size_t at = 1; at + 1 < code.size(); ++at) ASSERT_NE(code[at], code[at - 1]) << name;
  }
}

}  // namespace
}  // namespace musubi::identity
