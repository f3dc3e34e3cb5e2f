#include "identity/numerals.h"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

namespace musubi::identity {
namespace {

// Value and width of the numeral that `text` is as a whole, or nothing.
std::optional<std::pair<int, int>> Read(std::string_view text) {
  std::size_t at = 0;
  const std::optional<Numeral> numeral = TakeNumeral(text, &at);
  if (!numeral || at != text.size()) return std::nullopt;
  return std::pair(numeral->value, numeral->width);
}

TEST(NumeralTest, ReadsAsciiDigitsWithTheirWidth) {
  EXPECT_EQ(Read("46"), std::pair(46, 2));
  EXPECT_EQ(Read("0046"), std::pair(46, 4));
  EXPECT_EQ(Read("12345678"), std::pair(12345678, 8));
}

TEST(NumeralTest, ReadsKanjiDigitByDigit) {
  EXPECT_EQ(Read("二〇"), std::pair(20, 2));
  EXPECT_EQ(Read("一九七一"), std::pair(1971, 4));
  EXPECT_EQ(Read("〇五"), std::pair(5, 2));
  EXPECT_EQ(Read("二○"), std::pair(20, 2));
  EXPECT_EQ(Read("零"), std::pair(0, 1));
}

TEST(NumeralTest, ReadsKanjiWithUnits) {
  EXPECT_EQ(Read("十"), std::pair(10, 2));
  EXPECT_EQ(Read("十一"), std::pair(11, 2));
  EXPECT_EQ(Read("四十六"), std::pair(46, 2));
  EXPECT_EQ(Read("千九百七十一"), std::pair(1971, 4));
  EXPECT_EQ(Read("二千二十"), std::pair(2020, 4));
  EXPECT_EQ(Read("弐拾参"), std::pair(23, 2));
}

TEST(NumeralTest, RefusesKanjiInNoOrder) {
  for (const std::string_view text :
       {"十十", "十百", "十二三", "二三十", "十〇", "〇十", "百〇五", "千千"}) {
    EXPECT_EQ(Read(text), std::nullopt) << text;
  }
}

TEST(NumeralTest, RefusesMoreThanEightDigits) {
  EXPECT_EQ(Read("123456789"), std::nullopt);
  EXPECT_EQ(Read("一二三四五六七八九"), std::nullopt);
}

TEST(NumeralTest, StopsBeforeWhatIsNoNumeral) {
  std::size_t at = 0;
  EXPECT_TRUE(TakeNumeral("46年", &at).has_value());
  EXPECT_EQ(at, 2U);
  at = 0;
  EXPECT_FALSE(TakeNumeral("年", &at).has_value());
  at = 0;
  EXPECT_FALSE(TakeNumeral("", &at).has_value());
}

}  // namespace
}  // namespace musubi::identity
