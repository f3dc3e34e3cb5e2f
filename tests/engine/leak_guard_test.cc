#include "engine/attach/leak_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "engine/attach/shuffle.h"
#include "tests/crypto/fixed_random.h"

namespace musubi::engine {
namespace {

using testing::Eq;
using testing::Optional;

constexpr const char* kJapanese = "japan-hospital";
constexpr const char* kWestern = "western";

Contract TemplateOf(const char* name) { return Contract::Parse(ContractTemplate(name)).value(); }

// A person by the names of the columns; what is not named is empty.
class Person {
 public:
  Person(const char* contract, const std::vector<std::pair<std::string, std::string>>& columns)
      : guard_(TemplateOf(contract), {}) {
    std::vector<std::string> written(guard_.size());
    for (std::size_t i = 0; i < guard_.size(); ++i) {
      for (const auto& [column, value] : columns) {
        if (guard_.columns(i).front() == column) written[i] = value;
      }
    }
    guard_.SetPerson(written);
  }

  std::optional<std::string_view> Find(std::string_view cell) { return guard_.Find(cell); }

 private:
  LeakGuard guard_;
};

TEST(LeakGuardTest, FindsWesternIdentifiersHoweverTheyAreWritten) {
  Person person(kWestern, {{"given_name", "Anne-Marie"},
                           {"surname", "O'Brien"},
                           {"birth_date", "1971-01-31"},
                           {"postcode", "SW1A 1AA"}});
  EXPECT_THAT(person.Find("anne marie"), Optional(Eq("given_name")));
  EXPECT_THAT(person.Find("OBRIEN"), Optional(Eq("surname")));
  EXPECT_THAT(person.Find("Ｏ’ＢＲＩＥＮ"), Optional(Eq("surname")));
  EXPECT_THAT(person.Find("O'Brien, Anne-Marie"), Optional(Eq("given_name")));
  EXPECT_THAT(person.Find("Anne Marie O'Brien"), Optional(Eq("given_name")));
  EXPECT_THAT(person.Find("19710131"), Optional(Eq("birth_date")));
  EXPECT_THAT(person.Find("31 January 1971"), Optional(Eq("birth_date")));
  EXPECT_THAT(person.Find("昭和46年1月31日"), Optional(Eq("birth_date")));
  EXPECT_THAT(person.Find("sw1a1aa"), Optional(Eq("postcode")));
}

TEST(LeakGuardTest, FindsJapaneseIdentifiersHoweverTheyAreWritten) {
  const Contract contract = TemplateOf(kJapanese);
  LeakGuard guard(contract, {});
  std::vector<std::string> written(guard.size());
  for (std::size_t i = 0; i < guard.size(); ++i) {
    for (const Field& field : contract.fields()) {
      if (field.columns != guard.columns(i)) continue;
      if (field.kind == FieldKind::kNameKana) written[i] = "ワタナベ ハナコ";
      if (field.kind == FieldKind::kNameKanji) written[i] = "渡邊 花子";
      if (field.kind == FieldKind::kPhone) written[i] = "03-1234-5678";
    }
  }
  guard.SetPerson(written);
  EXPECT_TRUE(guard.Find("わたなべ はなこ"));
  EXPECT_TRUE(guard.Find("ﾜﾀﾅﾍﾞﾊﾅｺ"));
  EXPECT_TRUE(guard.Find("渡辺花子"));
  EXPECT_TRUE(guard.Find("０３（１２３４）５６７８"));
  EXPECT_FALSE(guard.Find("渡部花子"));
  EXPECT_FALSE(guard.Find("03-1234-5679"));
}

// A name in kana that stands in the column of kanji, as claims have it.
TEST(LeakGuardTest, FindsKanaOfTheKanjiColumn) {
  Person person(kJapanese, {{"name_kanji", "ワタナベ　ハナコ"}});
  EXPECT_THAT(person.Find("ﾜﾀﾅﾍﾞ ﾊﾅｺ"), Optional(Eq("name_kana")));
}

// What many persons share, or is too short to tell one, is no leak.
TEST(LeakGuardTest, PassesWhatIsNoIdentifierOfThePerson) {
  Person person(kWestern, {{"given_name", "M"},
                           {"surname", "Stone"},
                           {"sex", "F"},
                           {"birth_date", "1971-01"},
                           {"postcode", "12"}});
  for (const char* cell : {"", "M", "F", "female", "1971-01-01", "1971", "12", "kidney stone",
                           "Stones", "5.2", "I63.9", "2026-11-30"}) {
    EXPECT_FALSE(person.Find(cell)) << cell;
  }
  EXPECT_TRUE(person.Find("stone"));
}

TEST(LeakGuardTest, ForgetsThePersonBefore) {
  LeakGuard guard(TemplateOf(kWestern), {});
  std::vector<std::string> written(guard.size());
  written[1] = "Stone";
  guard.SetPerson(written);
  EXPECT_TRUE(guard.Find("Stone"));
  guard.SetPerson(std::vector<std::string>(guard.size()));
  EXPECT_FALSE(guard.Find("Stone"));
}

TEST(LeakGuardTest, KnowsTheContractsColumns) {
  const Contract contract = TemplateOf(kWestern);
  EXPECT_THAT(IdentifierColumn(contract, {}, "surname"), Optional(Eq("surname")));
  EXPECT_THAT(IdentifierColumn(contract, {}, "SurName"), Optional(Eq("surname")));
  EXPECT_THAT(IdentifierColumn(contract, {{"surname", "family"}}, "family"),
              Optional(Eq("surname")));
  EXPECT_THAT(IdentifierColumn(contract, {{"surname", "family"}}, "surname"),
              Optional(Eq("surname")));
  EXPECT_THAT(IdentifierColumn(contract, {}, "sex"), Optional(Eq("sex")));
  EXPECT_FALSE(IdentifierColumn(contract, {}, "family"));
  EXPECT_FALSE(IdentifierColumn(contract, {}, "dose"));
}

// Each place takes each number as often: the chi-square of 10 x 10 counts over 20,000 orders is
// below what chance exceeds once in a billion times.
TEST(ShuffleTest, EveryOrderIsAsLikely) {
  constexpr std::uint32_t kCount = 10;
  constexpr int kOrders = 20000;
  constexpr std::uint64_t kSeed = 20261130;
  crypto::SeededRandom random(kSeed);
  int counts[kCount][kCount] = {};
  for (int i = 0; i < kOrders; ++i) {
    const auto order = ShuffledOrder(kCount, random).value();
    for (std::uint32_t place = 0; place < kCount; ++place) ++counts[place][order[place]];
  }
  double chi_square = 0;
  for (const auto& row : counts) {
    for (const int count : row) {
      const double expected = double{kOrders} / kCount;
      chi_square += (count - expected) * (count - expected) / expected;
    }
  }
  EXPECT_LT(chi_square, 175) << "seed " << kSeed;  // 81 degrees of freedom
  EXPECT_GT(chi_square, 25) << "seed " << kSeed;
  EXPECT_TRUE(ShuffledOrder(0, random).value().empty());
}

}  // namespace
}  // namespace musubi::engine
