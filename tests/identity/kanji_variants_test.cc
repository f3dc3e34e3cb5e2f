#include "identity/kanji_variants.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "identity/data_tables.h"
#include "joyo_kanji.h"

namespace musubi::identity {
namespace {

std::u32string CodePoints(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) points.push_back(NextCodePoint(text, &at));
  return points;
}

std::u32string Folded(std::string_view text) {
  std::u32string points = CodePoints(text);
  for (char32_t& c : points) c = FoldKanji(c);
  return points;
}

std::u32string Confused(std::string_view text) {
  std::u32string points = CodePoints(text);
  for (char32_t& c : points) c = FoldConfusable(c);
  return points;
}

struct Row {
  std::u32string variant, standard;
  std::string_view source;
};

std::vector<Row> Variants() {
  const std::vector<std::string_view> cells = data::Cells(data::kKanjiVariantsTsv, 3);
  std::vector<Row> rows;
  for (std::size_t at = 0; at < cells.size(); at += 3) {
    rows.push_back({CodePoints(cells[at]), CodePoints(cells[at + 1]), cells[at + 2]});
  }
  return rows;
}

TEST(KanjiVariantsTest, TableIsOfSingleCodePointsInOrderWithKnownSources) {
  const std::set<std::string_view> sources = {"joyo",    "jinmei",  "hyogai", "unihan",
                                              "surname", "general", "chinese"};
  char32_t last = 0;
  const std::vector<Row> rows = Variants();
  EXPECT_GE(rows.size(), 1000U);
  for (const Row& row : rows) {
    ASSERT_EQ(row.variant.size(), 1U);
    ASSERT_EQ(row.standard.size(), 1U);
    EXPECT_LT(last, row.variant[0]);
    EXPECT_TRUE(sources.contains(row.source)) << row.source;
    last = row.variant[0];
  }
}

TEST(KanjiVariantsTest, EveryRowFoldsInOneStep) {
  for (const Row& row : Variants()) {
    EXPECT_NE(row.variant, row.standard);
    EXPECT_EQ(FoldKanji(row.variant[0]), row.standard[0]);
    EXPECT_EQ(FoldKanji(row.standard[0]), row.standard[0]);
  }
}

// The table may say how a joyo kanji was written before, never that one joyo kanji is another.
TEST(KanjiVariantsTest, LeavesEveryJoyoKanji) {
  EXPECT_EQ(kJoyoKanji.size(), 2136U);
  for (const char32_t c : kJoyoKanji) {
    EXPECT_EQ(FoldKanji(c), c) << std::hex << static_cast<unsigned>(c);
  }
}

TEST(KanjiVariantsTest, JoyoRowsLeadToJoyoKanji) {
  int joyo = 0;
  for (const Row& row : Variants()) {
    if (row.source != "joyo") continue;
    ++joyo;
    EXPECT_NE(kJoyoKanji.find(row.standard[0]), std::u32string_view::npos);
  }
  EXPECT_EQ(joyo, 364 + 1 + 4);  // the parentheses of the table, 邉, and the shapes it allows
}

TEST(KanjiVariantsTest, ChangesNothingThatIsNotInTheTable) {
  std::set<char32_t> variants;
  for (const Row& row : Variants()) variants.insert(row.variant[0]);
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    ASSERT_EQ(FoldKanji(c) == c, !variants.contains(c)) << static_cast<unsigned>(c);
  }
}

TEST(KanjiVariantsTest, FoldsSurnamesAsRegistersWriteThem) {
  EXPECT_EQ(Folded("髙橋"), U"高橋");
  EXPECT_EQ(Folded("山﨑"), U"山崎");
  EXPECT_EQ(Folded("山嵜"), U"山崎");
  EXPECT_EQ(Folded("渡邊"), U"渡辺");
  EXPECT_EQ(Folded("渡邉"), U"渡辺");
  EXPECT_EQ(Folded("齋藤"), U"斎藤");
  EXPECT_EQ(Folded("齊藤"), U"斉藤");
  EXPECT_EQ(Folded("𠮷田"), U"吉田");
  EXPECT_EQ(Folded("嶌田"), Folded("嶋田"));
  EXPECT_EQ(Folded("釼持"), Folded("劔持"));
  EXPECT_EQ(Folded("岩渕"), Folded("岩淵"));
  EXPECT_EQ(Folded("薮田"), Folded("藪田"));
  EXPECT_EQ(Folded("埜村"), U"野村");
  EXPECT_EQ(Folded("龝山"), Folded("穐山"));
}

TEST(KanjiVariantsTest, FoldsGivenNamesToTheFormForGeneralUse) {
  EXPECT_EQ(Folded("眞惠"), U"真恵");
  EXPECT_EQ(Folded("龍之介"), U"竜之介");
  EXPECT_EQ(Folded("凛"), Folded("凜"));
  EXPECT_EQ(Folded("曻"), U"昇");
  EXPECT_EQ(Folded("刘强"), Folded("劉強"));  // simplified and Japanese
}

TEST(KanjiVariantsTest, KeepsDifferentNamesApart) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"斎藤", "斉藤"}, {"山崎", "山碕"}, {"崎", "埼"},     {"伊藤", "伊東"}, {"野", "乃"},
      {"沢", "択"},     {"柿", "杮"},     {"荘司", "庄司"}, {"苅田", "刈田"}, {"佑", "祐"},
      {"聡", "総"},     {"晃", "光"},     {"余", "予"},     {"太田", "大田"}, {"館", "管"},
      {"範", "范"},     {"鮎", "鯰"},     {"坂", "阪"},     {"匹田", "疋田"}, {"升", "桝"},
  };
  for (const auto& [a, b] : pairs) EXPECT_NE(Folded(a), Folded(b)) << a << ' ' << b;
}

TEST(KanjiConfusablesTest, TableIsSmallAndOfStandardForms) {
  const std::vector<std::string_view> cells = data::Cells(data::kKanjiConfusablesTsv, 2);
  EXPECT_GE(cells.size(), 2 * 30U);
  EXPECT_LE(cells.size(), 2 * 80U);
  for (const std::string_view cell : cells) {
    const std::u32string points = CodePoints(cell);
    ASSERT_EQ(points.size(), 1U) << cell;
    EXPECT_EQ(FoldKanji(points[0]), points[0]) << cell;
  }
  for (std::size_t at = 0; at < cells.size(); at += 2) {
    EXPECT_NE(cells[at], cells[at + 1]);
    EXPECT_EQ(Confused(cells[at]), CodePoints(cells[at + 1]));
    EXPECT_EQ(Confused(cells[at + 1]), CodePoints(cells[at + 1]));
  }
}

TEST(KanjiConfusablesTest, JoinsWhatClerksExchangeThroughEveryVariant) {
  EXPECT_EQ(Confused("斉藤"), Confused("斎藤"));
  EXPECT_EQ(Confused("齊藤"), Confused("齋藤"));
  EXPECT_EQ(Confused("山碕"), Confused("山﨑"));
  EXPECT_EQ(Confused("萩原"), Confused("荻原"));
  EXPECT_EQ(Confused("髙橋"), U"高橋");
  EXPECT_NE(Confused("崎"), Confused("埼"));
  EXPECT_NE(Confused("伊藤"), Confused("伊東"));
}

TEST(KanjiConfusablesTest, IsIdempotentAndCoarserThanFoldKanji) {
  for (char32_t c = 0; c <= 0x2FFFF; ++c) {
    ASSERT_EQ(FoldConfusable(FoldConfusable(c)), FoldConfusable(c));
    ASSERT_EQ(FoldConfusable(FoldKanji(c)), FoldConfusable(c));
  }
}

// Shared reference material: $MUSUBI_SHARED, or ../shared beside the source tree.
std::filesystem::path Shared() {
  const char* place = std::getenv("MUSUBI_SHARED");
  if (place != nullptr) return place;
  return std::filesystem::path(MUSUBI_SOURCE_DIR) / "../shared";
}

TEST(KanjiVectorsTest, AgreeWithTheirRelations) {
  std::ifstream in(Shared() / "data/vectors/jp_vectors/jp_norm_vectors.tsv");
  if (!in) GTEST_SKIP() << "no shared reference material: set MUSUBI_SHARED";
  int checked = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream cells(line);
    std::string category, a, b, relation;
    for (std::string* cell : {&category, &a, &b, &relation}) std::getline(cells, *cell, '\t');
    if (category != "kanji") continue;
    if (CodePoints(a).size() != CodePoints(b).size()) continue;  // selectors go before the fold
    if (relation == "EQUAL") {
      EXPECT_EQ(Folded(a), Folded(b)) << a << ' ' << b;
    } else if (relation == "DISTINCT") {
      EXPECT_NE(Confused(a), Confused(b)) << a << ' ' << b;
    } else if (relation == "CONFUSABLE") {
      EXPECT_NE(Folded(a), Folded(b)) << a << ' ' << b;
      EXPECT_EQ(Confused(a), Confused(b)) << a << ' ' << b;
    } else {
      continue;
    }
    ++checked;
  }
  EXPECT_GE(checked, 25);
}

// Surnames that the table merges are two spellings of one name: their readings agree, but for
// four that are each read in two ways, of which the list gives one.
TEST(KanjiVectorsTest, MergedSurnamesShareTheirReading) {
  std::ifstream in(Shared() / "data/lookup/jp_names/last_name_org.csv");
  if (!in) GTEST_SKIP() << "no shared reference material: set MUSUBI_SHARED";
  std::map<std::u32string, std::vector<std::string>> readings;
  for (std::string line; std::getline(in, line);) {
    std::istringstream cells(line);
    std::string name, bearers, kana;
    for (std::string* cell : {&name, &bearers, &kana}) std::getline(cells, *cell, ',');
    readings[Folded(name)].push_back(kana);
  }
  int groups = 0;
  int differing = 0;
  for (const auto& [name, kana] : readings) {
    if (kana.size() == 1) continue;
    ++groups;
    differing += std::set<std::string>(kana.begin(), kana.end()).size() > 1 ? 1 : 0;
  }
  EXPECT_GE(groups, 59);
  EXPECT_LE(differing, 4);  // 島田, 三島, 富山 and 中条
}

}  // namespace
}  // namespace musubi::identity
