// Cells to the text that is hashed, as clkhash has it under CPython 3.11.
#include "clkhash/formats.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "tests/clkhash/samples.h"

namespace musubi::clkhash {
namespace {

// What is hashed of `cell`, or "! " and a reason.
std::string Formatted(const Schema& schema, std::string_view cell, bool validate = true) {
  CellReader reader(schema.features()[0]);
  std::string_view value;
  if (const Reason reason = reader.Read(cell, validate, &value)) return std::string("! ") + reason;
  return std::string(value);
}

std::shared_ptr<const Schema> Of(std::string_view format, std::string_view more = "") {
  return Parsed(Version3(FeatureOf(format, kExact, more)));
}

bool IsRefused(const Schema& schema, std::string_view cell, bool validate = true) {
  return Formatted(schema, cell, validate).starts_with("! ");
}

TEST(IntegerFormatTest, WritesOneFormOfEachNumber) {
  const auto schema = Of(R"({"type":"integer"})");
  for (const auto& [cell, value] : std::vector<std::pair<std::string, std::string>>{
           {"13", "13"},
           {" +13\t", "13"},
           {"-007", "-7"},
           {"-0", "0"},
           {"000", "0"},
           {"1_000", "1000"},
           {"\xEF\xBC\x91\xEF\xBC\x92", "12"},  // full-width
           {"\xD9\xA3_\xD9\xA3", "33"},         // Arabic-Indic
           {"\xE3\x80\x80"
            "7\xC2\xA0",
            "7"},  // ideographic and no-break blanks
           {"123456789012345678901234567890", "123456789012345678901234567890"},
           {std::string(4300, '9'), std::string(4300, '9')}}) {
    EXPECT_EQ(Formatted(*schema, cell), value) << cell;
    EXPECT_EQ(Formatted(*schema, cell, false), value) << cell;
  }
}

TEST(IntegerFormatTest, RefusesWhatIsNone) {
  const auto schema = Of(R"({"type":"integer"})");
  for (const std::string& cell :
       {std::string(""), std::string("+"), std::string("1.0"), std::string("1e3"),
        std::string("_1"), std::string("1_"), std::string("1__0"), std::string("+ 1"),
        std::string("0x10"), std::string("1\x1F"), std::string("\xC2\xB2"), std::string("1\0", 2),
        std::string(4301, '9')}) {
    EXPECT_TRUE(IsRefused(*schema, cell)) << cell;
    EXPECT_TRUE(IsRefused(*schema, cell, false)) << "even without validation";
  }
}

TEST(IntegerFormatTest, BoundsHoldForNumbersOfAnySize) {
  const auto schema =
      Of(R"({"type":"integer","minimum":-5,"maximum":100000000000000000000000000})");
  EXPECT_FALSE(IsRefused(*schema, "-5"));
  EXPECT_TRUE(IsRefused(*schema, "-6"));
  EXPECT_FALSE(IsRefused(*schema, "-6", false));
  EXPECT_TRUE(IsRefused(*schema, "-10"));
  EXPECT_FALSE(IsRefused(*schema, "100000000000000000000000000"));
  EXPECT_TRUE(IsRefused(*schema, "100000000000000000000000001"));
  // A bound may be a whole double: 1e23 is 99999999999999991611392.
  const auto rounded = Of(R"({"type":"integer","maximum":1e23})");
  EXPECT_FALSE(IsRefused(*rounded, "99999999999999991611392"));
  EXPECT_TRUE(IsRefused(*rounded, "99999999999999991611393"));
}

TEST(StringFormatTest, LengthsAreInCodePoints) {
  const auto schema = Of(R"({"type":"string","minLength":2,"maxLength":3})");
  EXPECT_TRUE(IsRefused(*schema, "\xE6\x97\xA5"));
  EXPECT_FALSE(IsRefused(*schema, "\xE6\x97\xA5\xE6\x9C\xAC"));
  EXPECT_FALSE(IsRefused(*schema, "e\xCC\x81x"));
  EXPECT_TRUE(IsRefused(*schema, "abcd"));
  EXPECT_EQ(Formatted(*schema, "abcd", false), "abcd");
}

TEST(StringFormatTest, CaseIsThatOfUnicode) {
  const auto upper = Of(R"({"type":"string","case":"upper"})");
  const auto lower = Of(R"({"type":"string","case":"lower"})");
  struct Row {
    std::string_view text;
    bool is_upper;
    bool is_lower;
  };
  for (const Row& row :
       {Row{"ABC-1", true, false}, Row{"abc-1", false, true}, Row{"12", true, true},
        Row{"\xC3\x9F", false, true},          // sharp s: upper case SS
        Row{"\xEF\xAC\x81", false, true},      // the ligature fi
        Row{"\xC7\x85", false, false},         // the title case digraph
        Row{"\xCE\x91\xCE\xA3", true, false},  // ALPHA SIGMA
        Row{"\xCE\xB1\xCF\x82", false, true},  // final sigma at the end
        Row{"\xCE\xB1\xCF\x83", false, true},  // which lower() leaves alone
        Row{"\xE6\x97\xA5", true, true}, Row{"\xE2\x93\x90", false, true},  // circled a
        Row{"\xC4\xB0", true, false}}) {                                    // I with dot
    EXPECT_EQ(!IsRefused(*upper, row.text), row.is_upper) << row.text;
    EXPECT_EQ(!IsRefused(*lower, row.text), row.is_lower) << row.text;
  }
}

TEST(StringFormatTest, AsciiIsHeldToAscii) {
  const auto schema = Of(R"({"type":"string","encoding":"ascii"})");
  EXPECT_TRUE(IsRefused(*schema, "\xC3\xA9"));
  EXPECT_EQ(Formatted(*schema, "e"), "e");
}

TEST(EnumFormatTest, ValuesAreExact) {
  const auto schema = Of(R"({"type":"enum","values":["m","f",""]})");
  EXPECT_EQ(Formatted(*schema, "f"), "f");
  EXPECT_EQ(Formatted(*schema, ""), "");
  EXPECT_TRUE(IsRefused(*schema, "F"));
  EXPECT_EQ(Formatted(*schema, "F", false), "F");
}

TEST(MissingValueTest, TheSentinelSkipsEveryCheck) {
  const auto replaced = Of(R"({"type":"integer","minimum":5})",
                           R"(,"missingValue":{"sentinel":"n/a","replaceWith":"none"})");
  EXPECT_EQ(Formatted(*replaced, "n/a"), "none");
  EXPECT_TRUE(IsRefused(*replaced, "none"));
  const auto kept = Of(R"({"type":"date","format":"%Y"})", R"(,"missingValue":{"sentinel":"?"})");
  EXPECT_EQ(Formatted(*kept, "?"), "?");
  const auto empty = Of(R"({"type":"string","minLength":3})",
                        R"(,"missingValue":{"sentinel":"","replaceWith":""})");
  EXPECT_EQ(Formatted(*empty, ""), "");
  EXPECT_TRUE(IsRefused(*empty, "ab"));
}

std::string Date(std::string_view format, std::string_view cell) {
  return Formatted(*Of(R"({"type":"date","format":")" + std::string(format) + "\"}"), cell);
}

constexpr std::string_view kNoDate = "! is no date in the schema's format";

struct DateRow {
  std::string_view format;
  std::string_view cell;
  std::string_view date = kNoDate;
};

// datetime.strptime(cell, format).strftime("%Y%m%d") of CPython 3.11 with glibc.
TEST(DateFormatTest, ReadsWhatStrptimeReads) {
  for (const DateRow& row :
       {DateRow{"%Y-%m-%d", "1999-12-31", "19991231"},
        {"%Y-%m-%d", "0123-01-12", "1230112"},
        {"%Y-%m-%d", "0001-1-1", "10101"},
        {"%Y-%m-%d", "2000-02-29", "20000229"},
        {"%Y-%m-%d", "\xEF\xBC\x91\xEF\xBC\x99\xEF\xBC\x99\xEF\xBC\x99-12-31", "19991231"},
        {"%d/%m/%Y", " 1/2/2003", "20030201"},
        {"%d%m%Y", "1122003", "20030211"},
        {"%d%m%Y", "11122003", "20031211"},
        {"%y%m%d", "681231", "20681231"},
        {"%y%m%d", "691231", "19691231"},
        {"%d %b %Y", "01 jAn 2001", "20010101"},
        {"%B %d, %Y", "JANUARY 5, 1990", "19900105"},
        {"%Y%j", "2000366", "20001231"},
        {"%Y%j", "2001366", "20020101"},
        {"%G-W%V-%u", "2020-W53-7", "20210103"},
        {"%G-W%V-%u", "2021-W53-7", "20220109"},
        {"%Y %U %w", "2020 00 0", "20191229"},
        {"%Y %W %a", "2019 00 mon", "20181231"},
        {"%c", "Mon Jan  1 00:00:00 2001", "20010101"},
        {"%x %X", "12/31/68 23:59:59", "20681231"},
        {"%I:%M %p %d.%m.%Y", "12:30 am 03.04.2005", "20050403"},
        {"%d%%%m%%%Y", "31%12%1999", "19991231"},
        {"%Y.%m.%d [x]", "1999.12.31 [X]", "19991231"},
        {"%Y %m %d", "1999\\t12  31", kNoDate},
        {"%Y %m %d",
         "1999 \t 12\xE3\x80\x80"
         "31",
         "19991231"},
        {"%m/%d", "02/28", "19000228"},
        {"%m-%d %j", "02-29 366", "19001231"},
        {"%Y-%m-%d %z", "2020-01-02 -23:59:59.5", "20200102"},
        {"%Y-%m-%d %Z", "2020-01-02 utc", "20200102"}}) {
    EXPECT_EQ(Date(row.format, row.cell), row.date) << row.format << " on " << row.cell;
  }
}

TEST(DateFormatTest, RefusesWhatStrptimeRefuses) {
  for (const DateRow& row : {DateRow{"%Y-%m-%d", "1900-02-29"},
                             {"%Y-%m-%d", "0000-01-01"},
                             {"%Y-%m-%d", "99-01-01"},
                             {"%Y-%m-%d", "1999-12-31 "},
                             {"%Y-%m-%d", ""},
                             {"%Y-%m-%d", "1999-12-32"},
                             {"%Y%j", "9999366"},
                             {"%G-W%V-%u", "0000-W01-1"},
                             {"%G %V", "2020 10"},
                             {"%Y %V %u", "2020 10 1"},
                             {"%m/%d", "02/29"},
                             {"%b %Y",
                              "\xC5\xBF"
                              "ep 2001"},
                             {"%Y-%m-%d %S", "2020-01-02 60"},
                             {"%Y-%m-%d %z", "2020-01-02 +24:00"},
                             {"%Y-%m-%d %z", "2020-01-02 +0100:30"},
                             {"%Y-%m-%d %z", "2020-01-02 z"},
                             {"%Y-%m-%d %Z", "2020-01-02 JST"}}) {
    EXPECT_EQ(Date(row.format, row.cell), kNoDate) << row.format << " on " << row.cell;
  }
}

// Every day of four centuries, written and read again.
TEST(DateFormatTest, EveryDayIsItself) {
  const auto schema = Of(R"({"type":"date","format":"%d.%m.%Y"})");
  const auto first = std::chrono::sys_days(std::chrono::year(1800) / 1 / 1);
  for (auto day = first; day < first + std::chrono::days(146097); day += std::chrono::days(1)) {
    const std::chrono::year_month_day date(day);
    char cell[16];
    char expected[16];
    const auto year = static_cast<int>(date.year());
    const auto month = static_cast<unsigned>(date.month());
    const auto in_month = static_cast<unsigned>(date.day());
    std::snprintf(cell, sizeof cell, "%u.%u.%d", in_month, month, year);
    std::snprintf(expected, sizeof expected, "%d%02u%02u", year, month, in_month);
    ASSERT_EQ(Formatted(*schema, cell), expected);
  }
}

}  // namespace
}  // namespace musubi::clkhash
