#include <gtest/gtest.h>

#include <string_view>

#include "normalised.h"

namespace musubi::identity {
namespace {

Normalised DayFirst(std::string_view raw) { return Date(raw, DateOrder::kDayFirst); }
Normalised MonthFirst(std::string_view raw) { return Date(raw, DateOrder::kMonthFirst); }

TEST(DateTest, ReadsTheYearFirstInEveryOrder) {
  for (const DateOrder order :
       {DateOrder::kYearFirst, DateOrder::kDayFirst, DateOrder::kMonthFirst}) {
    for (const std::string_view raw :
         {"19700131", "1970-01-31", "1970/1/31", "1970.01.31", "1970 1 31", "1970年1月31日",
          "１９７０／０１／３１", " 1970-1-31 ", "1970 年 1 月 31 日", "1970年1月31",
          "1970年1月31日 9:30", "1970年1月31 9:30", "1970−01−31", "一九七〇年一月三十一日",
          "二千年一月一日"}) {
      const std::string_view day = raw == "二千年一月一日" ? "20000101" : "19700131";
      EXPECT_EQ(Date(raw, order), Present(std::string(day))) << raw;
    }
  }
}

TEST(DateTest, ReadsTheDeclaredOrder) {
  for (const std::string_view raw : {"03-12-1961", "3/12/1961", "03.12.1961", "03121961"}) {
    EXPECT_EQ(DayFirst(raw), Present("19611203")) << raw;
    EXPECT_EQ(MonthFirst(raw), Present("19610312")) << raw;
  }
}

TEST(DateTest, DoesNotGuessAnUndeclaredOrder) {
  EXPECT_EQ(Date("31/01/1970"), Invalid());
  EXPECT_EQ(Date("01/02/1970"), Invalid());
}

TEST(DateTest, IgnoresATimeOfDay) {
  for (const std::string_view raw :
       {"1970-01-31T00:00:00", "1970-01-31 00:00:00", "1970-01-31T23:59", "1970/1/31 0:00",
        "1970-01-31T00:00:00.000Z", "1970-01-31T00:00:00+09:00", "1970-01-31 00:00:00-0500",
        "19700131T00:00:00", "昭和45年1月31日 10:30"}) {
    EXPECT_EQ(Date(raw), Present("19700131")) << raw;
  }
  EXPECT_EQ(DayFirst("31/01/1970 00:00:00"), Present("19700131"));
}

TEST(DateTest, RefusesWhatIsNoTimeOfDay) {
  for (const std::string_view raw :
       {"1970-01-31T", "1970-01-31 x", "1970-01-31 12", "1970-01-31T12:3", "1970-01-31T12:30:4",
        "1970-01-31T12:30:45.", "1970-01-31T12:30+9", "1970-01-31T12:30Zx", "1970-01-31 12:30:45:1",
        "1970-01-31-01"}) {
    EXPECT_EQ(Date(raw), Invalid()) << raw;
  }
}

TEST(DateTest, ReadsErasInEachWriting) {
  for (const std::string_view raw :
       {"昭和46年10月1日", "昭和４６年１０月１日", "昭和四十六年十月一日", "昭和四六年一〇月〇一日",
        "昭46.10.1", "S46.10.1", "s46/10/01", "Ｓ４６－１０－１", "S461001", "S.46.10.1",
        "㍼46年10月1日", "㍼四十六年十月一日", "昭和 46年 10月 1日", "3461001",
        "昭和四拾六年拾月壱日", "Ｓ４６・１０・１", "昭和46年10月1日生",
        "昭和46年10月1日 生まれ"}) {
    EXPECT_EQ(Date(raw), Present("19711001")) << raw;
  }
}

TEST(DateTest, ReadsTheYearInBothCalendars) {
  for (const std::string_view raw :
       {"昭和46年(1971年)10月1日", "昭和46（1971）年10月1日", "1971年（昭和46年）10月1日",
        "1971(S46).10.1", "昭和46年（西暦1971年）10月1日", "西暦1971年10月1日", "西暦 1971/10/1"}) {
    EXPECT_EQ(Date(raw), Present("19711001")) << raw;
  }
  EXPECT_EQ(Date("2019年(令和元年)5月1日"), Present("20190501"));
  for (const std::string_view raw : {"昭和46年(1972年)10月1日", "1971年(昭和45年)10月1日",
                                     "昭和46年()10月1日", "昭和46年(1971年10月1日", "西暦昭和"}) {
    EXPECT_EQ(Date(raw), Invalid()) << raw;
  }
}

TEST(DateTest, ReadsTheTimestampsOfHl7) {
  EXPECT_EQ(Date("19711001235959"), Present("19711001"));
  EXPECT_EQ(DayFirst("19711001000000"), Present("19711001"));
  EXPECT_EQ(Date("19710229000000"), Invalid("19710229"));
  EXPECT_EQ(Date("00000000000000"), Missing());
  for (const std::string_view raw :
       {"19711001240000", "19711001006000", "1971100100000", "197110010000000", "19711001x00000"}) {
    EXPECT_EQ(Date(raw), Invalid()) << raw;
  }
}

TEST(DateTest, ReadsTheFirstYearOfEachEra) {
  EXPECT_EQ(Date("明治元年10月23日"), Present("18681023"));
  EXPECT_EQ(Date("大正元年7月30日"), Present("19120730"));
  EXPECT_EQ(Date("昭和元年12月25日"), Present("19261225"));
  EXPECT_EQ(Date("平成元年1月8日"), Present("19890108"));
  EXPECT_EQ(Date("令和元年5月1日"), Present("20190501"));
  EXPECT_EQ(Date("R元.5.1"), Present("20190501"));
  EXPECT_EQ(Date("㋿元年5月1日"), Present("20190501"));
  EXPECT_EQ(Date("R1.5.1"), Present("20190501"));
  EXPECT_EQ(Date("5010501"), Present("20190501"));
}

// Written by clerks and forms that did not know of the new era, and still legally valid.
TEST(DateTest, ReadsYearsPastTheEndOfAnEra) {
  EXPECT_EQ(Date("昭和64年1月8日"), Present("19890108"));
  EXPECT_EQ(Date("平成32年1月1日"), Present("20200101"));
  EXPECT_EQ(Date("H32.1.1"), Present("20200101"));
  EXPECT_EQ(Date("4320101"), Present("20200101"));
  EXPECT_EQ(Date("令和元年4月30日"), Present("20190430"));
}

// 1970131 has lost a digit; it is not the year Meiji 97.
TEST(DateTest, RefusesClaimsCodesLongPastTheirEra) {
  EXPECT_EQ(Date("1970131"), Invalid());
  EXPECT_EQ(Date("1460101"), Invalid());
  EXPECT_EQ(Date("2160101"), Invalid());
  EXPECT_EQ(Date("3650101"), Invalid());
  EXPECT_EQ(Date("1450729"), Present("19120729"));
  EXPECT_EQ(Date("3640107"), Present("19890107"));
}

TEST(DateTest, RefusesUnknownErasAndTheYearZero) {
  for (const std::string_view raw :
       {"6010101", "0010101", "3000101", "昭和0年1月1日", "S00.1.1", "K46.1.1", "慶応3年1月1日",
        "昭和百年1月1日", "S1971.1.1", "S3460101", "元年1月1日"}) {
    EXPECT_EQ(Date(raw), Invalid()) << raw;
  }
}

TEST(DateTest, KeepsTheDigitsOfDaysThatDoNotExist) {
  EXPECT_EQ(DayFirst("22-12-2972"), Invalid("29721222"));
  EXPECT_EQ(DayFirst("22122972"), Invalid("29721222"));
  EXPECT_EQ(Date("19710001"), Invalid("19710001"));
  EXPECT_EQ(Date("1971-13-01"), Invalid("19711301"));
  EXPECT_EQ(Date("1971/2/29"), Invalid("19710229"));
  EXPECT_EQ(Date("19000229"), Invalid("19000229"));
  EXPECT_EQ(Date("昭和46年13月1日"), Invalid("19711301"));
  EXPECT_EQ(Date("昭和46年2月29日"), Invalid("19710229"));
  EXPECT_EQ(Date("3460230"), Invalid("19710230"));
  EXPECT_EQ(Date("0970-01-31"), Invalid("09700131"));
}

TEST(DateTest, HoldsTheYearsFrom1850To2100) {
  EXPECT_EQ(Date("18500101"), Present("18500101"));
  EXPECT_EQ(Date("21001231"), Present("21001231"));
  EXPECT_EQ(Date("18491231"), Invalid("18491231"));
  EXPECT_EQ(Date("21010101"), Invalid("21010101"));
}

TEST(DateTest, ReadsLeapDays) {
  EXPECT_EQ(Date("20000229"), Present("20000229"));
  EXPECT_EQ(Date("R6.2.29"), Present("20240229"));
}

TEST(DateTest, RefusesGarbageWithoutOutput) {
  for (const std::string_view raw :
       {"abc", "3000", "70-01-31", "700131", "-1970-01-31", "197001311", "1970-01-?\?-?\?",
        "1970-001-31", "1970-01-310", "1970--01-31", "197001〓", "1970年13月不詳31日",
        "31 Foo 1970", "十百年1月1日", "昭和二三十年1月1日", "1970-01-31日x", "31年1月1970日",
        "123456789012"}) {
    EXPECT_EQ(Date(raw), Invalid()) << raw;
    EXPECT_EQ(DayFirst(raw), Invalid()) << raw;
  }
}

TEST(DateTest, ReadsWhatIsKnownOfADate) {
  for (const std::string_view raw :
       {"1971", "1971年", "昭和46年", "S46", "昭和46年月日不詳", "1971年不明", "昭和46年頃",
        "1971-?\?-?\?", "1971/xx/xx", "1971?\?\?\?", "19710000", "3460000", "1971-00-00",
        "昭和四十六年"}) {
    EXPECT_EQ(Date(raw), Present("1971〓〓〓〓")) << raw;
  }
  for (const std::string_view raw :
       {"1971-05", "1971年5月", "昭和46年5月日不詳", "S46.5", "1971-05-?\?", "197105?\?",
        "19710500", "3460500", "1971/5/00"}) {
    EXPECT_EQ(Date(raw), Present("197105〓〓")) << raw;
  }
  EXPECT_EQ(Date("19710001").state, FieldState::kInvalid);
  EXPECT_EQ(Date("1971-13").state, FieldState::kInvalid);
}

TEST(DateTest, ReadsEnglishNamesOfMonths) {
  for (const std::string_view raw : {"31 Jan 1971", "31-JAN-1971", "31 January 1971",
                                     "Jan 31, 1971", "January 31 1971", "31.jan.1971"}) {
    EXPECT_EQ(Date(raw), Present("19710131")) << raw;
  }
  EXPECT_EQ(Date("30 Feb 1971"), Invalid("19710230"));
}

TEST(DateTest, CallsFillersMissing) {
  for (const std::string_view raw :
       {"0000000", "9999999", "00000000", "99999999", "11111111", "22222222", "0000-00-00",
        "0000/0/0", "9999-99-99", "0000-00-00 00:00:00", "9999-12-31", "99991231", "0001-01-01",
        "0", "999999", "000000", "０００００００"}) {
    EXPECT_EQ(Date(raw), Missing()) << raw;
  }
  EXPECT_EQ(DayFirst("00/00/0000"), Missing());
  EXPECT_EQ(DayFirst("31/12/9999"), Missing());
}

TEST(DateTest, CallsMissingWordsMissing) {
  for (const std::string_view raw : {"", "  ", "　", "-", "--", "?", "n/a", "NA", "NaN", "none",
                                     "NULL", "unknown", "不明", "なし", "該当なし", " 不明 "}) {
    EXPECT_EQ(Date(raw), Missing()) << raw;
  }
}

// Commonly typed for "some day", but people are born on them.
TEST(DateTest, KeepsFirstsOfJanuary) {
  EXPECT_EQ(Date("19000101"), Present("19000101"));
  EXPECT_EQ(Date("1970-01-01"), Present("19700101"));
  EXPECT_EQ(Date("1111111"), Present("18781111"));
}

}  // namespace
}  // namespace musubi::identity
