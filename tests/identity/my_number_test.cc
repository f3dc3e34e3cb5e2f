#include "identity/my_number.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "japanese_fields.h"

namespace musubi::identity {
namespace {

constexpr std::uint64_t kSeed = 20250615;

TEST(MyNumberTest, KnowsTheCheckDigit) {
  EXPECT_TRUE(IsMyNumber("123456789018"));
  EXPECT_TRUE(IsMyNumber("1234-5678-9018"));
  EXPECT_TRUE(IsMyNumber(" 1234 5678 9018 "));
  EXPECT_TRUE(IsMyNumber("1234−5678−9018"));
  EXPECT_TRUE(IsMyNumber(Compatible("１２３４　５６７８　９０１８")));
  for (const char check : {'0', '1', '2', '3', '4', '5', '6', '7', '9'}) {
    EXPECT_FALSE(IsMyNumber(std::string("12345678901") + check)) << check;
  }
}

TEST(MyNumberTest, KnowsNothingElse) {
  for (const std::string_view raw :
       {"", "12345678901", "1234567890180", "12345678901A", "000000000000", "1234/5678/9018",
        "マイナンバー", "123456789018x"}) {
    EXPECT_FALSE(IsMyNumber(raw)) << raw;
  }
}

// 11 is prime and no weight is a multiple of it; only the remainders 0 and 1 share the digit 0.
TEST(MyNumberTest, EveryElevenDigitsHaveOneCheckDigit) {
  RandomText random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    const std::string digits = std::to_string(10000000000 + random.Below(90000000000));
    int right = 0;
    for (char check = '0'; check <= '9'; ++check) right += IsMyNumber(digits + check) ? 1 : 0;
    EXPECT_EQ(right, 1) << digits << ", seed " << kSeed;
  }
}

TEST(MyNumberTest, ReadsAnyText) {
  RandomText random(kSeed + 1);
  int found = 0;
  for (int i = 0; i < 20000; ++i) found += IsMyNumber(random.Text(14)) ? 1 : 0;
  EXPECT_EQ(found, 0) << "seed " << kSeed + 1;
}

}  // namespace
}  // namespace musubi::identity
