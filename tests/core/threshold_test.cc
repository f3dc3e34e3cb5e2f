#include "core/threshold.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>
#include <string>
#include <string_view>

namespace musubi {
namespace {

struct Accepted {
  std::string_view text;
  Threshold fraction;
};

void PrintTo(const Accepted& accepted, std::ostream* out) { *out << accepted.text; }

class ThresholdAcceptsTest : public testing::TestWithParam<Accepted> {};

TEST_P(ThresholdAcceptsTest, ReadsTheFractionInLowestTerms) {
  const auto parsed = Threshold::Parse(GetParam().text);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value(), GetParam().fraction);
}

INSTANTIATE_TEST_SUITE_P(Decimals, ThresholdAcceptsTest,
                         testing::Values(Accepted{"0", {0, 1}}, Accepted{"1", {1, 1}},
                                         Accepted{"0.0", {0, 1}}, Accepted{"1.0", {1, 1}},
                                         Accepted{"1.000000", {1, 1}}, Accepted{"0.5", {1, 2}},
                                         Accepted{"0.50", {1, 2}}, Accepted{"0.85", {17, 20}},
                                         Accepted{"0.666667", {666667, 1000000}},
                                         Accepted{"0.000001", {1, 1000000}},
                                         Accepted{"0.999999", {999999, 1000000}}));

class ThresholdRefusesTest : public testing::TestWithParam<std::string_view> {};

TEST_P(ThresholdRefusesTest, IsAUsageErrorThatDoesNotRepeatTheText) {
  const auto parsed = Threshold::Parse(GetParam());
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  EXPECT_EQ(parsed.error().message,
            "a threshold is a decimal from 0 to 1 with at most six places, such as 0.85");
}

INSTANTIATE_TEST_SUITE_P(NotDecimals, ThresholdRefusesTest,
                         testing::Values("", ".", "0.", "1.", ".5", "00", "01", "0.0000001",
                                         "1.0000000", "1.000001", "1.5", "2", "-0", "-0.5", "+0.5",
                                         " 0.5", "0.5 ", "0,5", "0.5.0", "0.5e1", "5e-1", "0x1",
                                         "85%", "1/2", "inf", "nan", "0.:", "0./",
                                         std::string_view("0\0", 2), std::string_view("0.5\0", 4)));

// Every decimal of up to three places keeps its exact value.
TEST(ThresholdTest, EveryShortDecimalIsExact) {
  for (std::uint32_t thousandths = 0; thousandths <= 1000; ++thousandths) {
    char text[16];
    std::snprintf(text, sizeof text, "%u.%03u", thousandths / 1000, thousandths % 1000);
    const auto parsed = Threshold::Parse(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(std::uint64_t{parsed.value().numerator} * 1000,
              std::uint64_t{parsed.value().denominator} * thousandths)
        << text;
  }
}

}  // namespace
}  // namespace musubi
