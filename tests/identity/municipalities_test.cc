#include "identity/municipalities.h"

#include <gtest/gtest.h>

#include <map>
#include <memory_resource>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "identity/address_text.h"
#include "identity/data_tables.h"
#include "japanese_fields.h"

namespace musubi::identity {

namespace data {
extern const std::string_view kMunicipalitiesTsv;
}

namespace {

Normalised Code(std::string_view raw) { return Apply(NormaliseMunicipality, raw); }

struct Row {
  std::string code, prefecture, municipality;
};

std::vector<Row> Table() {
  const std::vector<std::string_view> cells = data::Cells(data::kMunicipalitiesTsv, 4);
  std::vector<Row> rows;
  for (std::size_t at = 0; at < cells.size(); at += 4) {
    rows.push_back(
        {std::string(cells[at]), std::string(cells[at + 1]), std::string(cells[at + 2])});
  }
  return rows;
}

TEST(MunicipalityCodeTest, TakesFiveDigitsOrSixWithTheirCheckDigit) {
  EXPECT_EQ(Code("13101"), Present("13101"));
  EXPECT_EQ(Code("131016"), Present("13101"));
  EXPECT_EQ(Code("０１１００２"), Present("01100"));
  EXPECT_EQ(Code(" 13101-6 "), Present("13101"));
  EXPECT_EQ(Code("26100"), Present("26100"));
  EXPECT_EQ(Code("131017"), Invalid("131017"));
}

TEST(MunicipalityCodeTest, RefusesWhatIsNoCode) {
  EXPECT_EQ(Code("48101"), Invalid("48101")) << "no such prefecture";
  EXPECT_EQ(Code("00101"), Invalid("00101"));
  EXPECT_EQ(Code("1310"), Invalid("1310"));
  EXPECT_EQ(Code("1310161"), Invalid("1310161"));
  EXPECT_EQ(Code("千代田区"), Invalid());
}

TEST(MunicipalityCodeTest, CallsFillersMissing) {
  for (const std::string_view raw : {"", " ", "-", "00000", "000000", "99999", "不明", "n/a"}) {
    EXPECT_EQ(Code(raw), Missing()) << raw;
  }
}

TEST(MunicipalityCodeTest, OneCheckDigitIsRightForEveryCode) {
  for (const Row& row : Table()) {
    int valid = 0;
    for (char check = '0'; check <= '9'; ++check) {
      valid += Code(row.code + check).state == FieldState::kPresent ? 1 : 0;
    }
    EXPECT_EQ(valid, 1) << row.code;
  }
}

TEST(MunicipalityTableTest, HasEveryPrefectureAndNoCodeTwice) {
  std::set<std::string> codes, prefectures;
  for (const Row& row : Table()) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_EQ(Code(row.code), Present(row.code));
    prefectures.insert(row.prefecture);
  }
  EXPECT_EQ(prefectures.size(), 47u);
  EXPECT_GT(codes.size(), 1900u);
}

std::string Folded(std::string_view name) {
  AddressText text(std::pmr::get_default_resource());
  FoldAddressText(Compatible(name), &text);
  std::string out;
  ToUtf8(text.chars, &out);
  return out;
}

TEST(MunicipalityTableTest, EveryMunicipalityIsReadWithAndWithoutItsPrefecture) {
  const std::vector<Row> table = Table();
  std::map<std::string, std::set<std::string>> homes;
  for (const Row& row : table) homes[Folded(row.municipality)].insert(row.prefecture);
  for (const Row& row : table) {
    const std::string name = Folded(row.municipality);
    const std::string parts = "|" + name + "|本町|1-2|";
    EXPECT_EQ(Parsed(row.prefecture + row.municipality + "本町1-2"), row.prefecture + parts);
    const bool only = homes[name].size() == 1;
    EXPECT_EQ(Parsed(row.municipality + "本町1-2"), (only ? row.prefecture : "") + parts);
  }
}

TEST(MunicipalityTableTest, DistrictsTellTownsOfOneNameApart) {
  const std::vector<std::string_view> cells = data::Cells(data::kMunicipalitiesTsv, 4);
  int checked = 0;
  for (std::size_t at = 0; at < cells.size(); at += 4) {
    if (cells[at + 3] == "-") continue;
    const std::string town(cells[at + 2]);
    EXPECT_EQ(Parsed(std::string(cells[at + 3]) + town + "本町1-2"),
              std::string(cells[at + 1]) + "|" + Folded(town) + "|本町|1-2|");
    ++checked;
  }
  EXPECT_GT(checked, 50);
}

}  // namespace
}  // namespace musubi::identity
