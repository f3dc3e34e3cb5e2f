// Every day of 1868 to 2100, in every written form, reads back as itself.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include "normalised.h"

namespace musubi::identity {
namespace {

using std::chrono::year_month_day;

struct Day {
  int year, month, day;
};

struct EraStart {
  int from;  // YYYYMMDD
  int offset;
  int code;
  char letter;
  std::string_view name, ligature;
};

constexpr std::array<EraStart, 5> kEras = {{{20190501, 2018, 5, 'R', "令和", "㋿"},
                                            {19890108, 1988, 4, 'H', "平成", "㍻"},
                                            {19261225, 1925, 3, 'S', "昭和", "㍼"},
                                            {19120730, 1911, 2, 'T', "大正", "㍽"},
                                            {18730101, 1867, 1, 'M', "明治", "㍾"}}};

// How an era is written, whatever the day.
struct EraForms {
  int offset;
  int code;
  int last_claims_year;
  char letter;
  std::string_view name, kanji, ligature;
};

constexpr std::array<EraForms, 5> kEraForms = {{{2018, 5, 99, 'R', "令和", "令", "㋿"},
                                                {1988, 4, 99, 'H', "平成", "平", "㍻"},
                                                {1925, 3, 64, 'S', "昭和", "昭", "㍼"},
                                                {1911, 2, 15, 'T', "大正", "大", "㍽"},
                                                {1867, 1, 45, 'M', "明治", "明", "㍾"}}};

// Calls `visit` for every day, in order.
template <typename Visit>
void ForEachDay(Day first, Day last, Visit visit) {
  const auto sys = [](Day d) {
    return std::chrono::sys_days(std::chrono::year(d.year) / static_cast<unsigned>(d.month) /
                                 static_cast<unsigned>(d.day));
  };
  for (auto at = sys(first); at <= sys(last); at += std::chrono::days(1)) {
    const year_month_day ymd(at);
    visit(Day{static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
              static_cast<int>(static_cast<unsigned>(ymd.day()))});
    if (testing::Test::HasFatalFailure()) return;
  }
}

template <typename... Args>
std::string Format(const char* format, Args... args) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, format, args...);
  return buffer;
}

std::string Kanji(int number) {
  static constexpr std::array<std::string_view, 10> kDigits = {"",   "一", "二", "三", "四",
                                                               "五", "六", "七", "八", "九"};
  const int tens = number / 10;
  std::string kanji(tens > 1 ? kDigits[static_cast<std::size_t>(tens)] : "");
  if (tens > 0) kanji += "十";
  return kanji += kDigits[static_cast<std::size_t>(number % 10)];
}

// Digit by digit: 二〇 for 20.
std::string KanjiDigits(int number) {
  static constexpr std::array<std::string_view, 10> kDigits = {"〇", "一", "二", "三", "四",
                                                               "五", "六", "七", "八", "九"};
  std::string kanji;
  for (const char digit : std::to_string(number)) {
    kanji += kDigits[static_cast<std::size_t>(digit - '0')];
  }
  return kanji;
}

std::string WideDigits(const std::string& ascii) {
  std::string wide;
  for (const char c : ascii) AppendUtf8(static_cast<char32_t>(0xFF00 + c - 0x20), &wide);
  return wide;
}

const EraStart& EraOf(Day d) {
  const int number = d.year * 10000 + d.month * 100 + d.day;
  for (const EraStart& era : kEras) {
    if (number >= era.from) return era;
  }
  return kEras.back();
}

class EveryDayTest : public testing::Test {
 protected:
  void Expect(Normaliser* normaliser, const std::string& written, Day d) {
    ASSERT_EQ(Normalise(normaliser, written),
              Present(Format("%04d%02d%02d", d.year, d.month, d.day)))
        << written;
  }

  Normaliser year_first_ = MakeNormaliser(FieldKind::kDate, DateOrder::kYearFirst);
  Normaliser day_first_ = MakeNormaliser(FieldKind::kDate, DateOrder::kDayFirst);
  Normaliser month_first_ = MakeNormaliser(FieldKind::kDate, DateOrder::kMonthFirst);
};

TEST_F(EveryDayTest, ReadsBackWithTheYearFirst) {
  ForEachDay({1868, 1, 25}, {2100, 12, 31}, [this](Day d) {
    const std::string eight = Format("%04d%02d%02d", d.year, d.month, d.day);
    for (Normaliser* normaliser : {&year_first_, &day_first_, &month_first_}) {
      Expect(normaliser, eight, d);
      Expect(normaliser, Format("%04d-%02d-%02d", d.year, d.month, d.day), d);
    }
    Expect(&year_first_, WideDigits(eight), d);
    Expect(&year_first_, Format("%d/%d/%d", d.year, d.month, d.day), d);
    Expect(&year_first_, Format("%d. %d. %d", d.year, d.month, d.day), d);
    Expect(&year_first_, Format("%d年%d月%d日", d.year, d.month, d.day), d);
    Expect(&year_first_, Format("%04d-%02d-%02dT00:00:00", d.year, d.month, d.day), d);
  });
}

TEST_F(EveryDayTest, ReadsBackInTheDeclaredOrder) {
  ForEachDay({1868, 1, 25}, {2100, 12, 31}, [this](Day d) {
    Expect(&day_first_, Format("%02d%02d%04d", d.day, d.month, d.year), d);
    Expect(&day_first_, Format("%d.%d.%d", d.day, d.month, d.year), d);
    Expect(&month_first_, Format("%02d%02d%04d", d.month, d.day, d.year), d);
    Expect(&month_first_, Format("%d/%d/%d 0:00:00", d.month, d.day, d.year), d);
  });
}

// From 1873, when Japan took the Gregorian calendar.
TEST_F(EveryDayTest, ReadsBackInItsEra) {
  ForEachDay({1873, 1, 1}, {2100, 12, 31}, [this](Day d) {
    const EraStart& era = EraOf(d);
    const int year = d.year - era.offset;
    const std::string name(era.name);
    const std::string ligature(era.ligature);
    Expect(&year_first_, Format("%c%d.%d.%d", era.letter, year, d.month, d.day), d);
    Expect(&year_first_, Format("%d%02d%02d%02d", era.code, year, d.month, d.day), d);
    Expect(&year_first_, name + Format("%d年%d月%d日", year, d.month, d.day), d);
    Expect(&year_first_, ligature + WideDigits(Format("%02d/%02d/%02d", year, d.month, d.day)), d);
    Expect(&year_first_,
           name + (year == 1 ? "元" : Kanji(year)) + "年" + Kanji(d.month) + "月" + Kanji(d.day) +
               "日",
           d);
  });
}

// From the first day of 明治元年 in the Gregorian calendar: in every era that counts a day's year
// from 1 to 99, also before its first day and past its last, as clerks write it.
TEST_F(EveryDayTest, ReadsBackInEveryEraThatCountsItsYear) {
  ForEachDay({1868, 1, 25}, {2030, 12, 31}, [this](Day d) {
    for (const EraForms& era : kEraForms) {
      const int year = d.year - era.offset;
      if (year < 1 || year > 99) continue;
      const std::string rest = Format("%d月%d日", d.month, d.day);
      for (const std::string_view name : {era.name, era.kanji, era.ligature}) {
        Expect(&year_first_, std::string(name) + std::to_string(year) + "年" + rest, d);
        if (year == 1) Expect(&year_first_, std::string(name) + "元年" + rest, d);
      }
      for (const std::string& number : {Kanji(year), KanjiDigits(year)}) {
        Expect(&year_first_,
               std::string(era.name) + number + "年" + Kanji(d.month) + "月" + KanjiDigits(d.day) +
                   "日",
               d);
      }
      const std::string letter(1, era.letter);
      const std::string small(1, static_cast<char>(era.letter - 'A' + 'a'));
      Expect(&year_first_, letter + Format("%d.%d.%d", year, d.month, d.day), d);
      Expect(&year_first_, small + Format("%02d/%02d/%02d", year, d.month, d.day), d);
      Expect(&year_first_, letter + Format("%02d%02d%02d", year, d.month, d.day), d);
      if (year == 1) Expect(&year_first_, letter + Format("元.%d.%d", d.month, d.day), d);
      const std::string code = Format("%d%02d%02d%02d", era.code, year, d.month, d.day);
      if (year <= era.last_claims_year) {
        Expect(&year_first_, code, d);
      } else {
        ASSERT_EQ(Normalise(&year_first_, code), Invalid()) << code;
      }
    }
  });
}

// An eight-digit run is a day in one order at most, so reading both orders never has to choose.
TEST_F(EveryDayTest, EightDigitsAreNeverDaysInTwoOrders) {
  for (int number = 1850'0101; number <= 2100'1231; ++number) {
    const Normalised year_first = Normalise(&year_first_, Format("%08d", number));
    if (year_first.state != FieldState::kPresent) continue;
    const int last_four = number % 10000;
    ASSERT_TRUE(last_four < 1850 || last_four > 2100 || number / 10000 % 100 > 12) << number;
  }
}

}  // namespace
}  // namespace musubi::identity
