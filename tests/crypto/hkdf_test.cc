#include "crypto/hkdf.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/crypto/bytes.h"

namespace musubi::crypto {
namespace {

std::string Okm(const Bytes& secret, const Bytes& salt, const Bytes& info, std::size_t size) {
  return ToHex(HkdfSha256(secret, salt, info, size).bytes());
}

// RFC 5869, appendices A.1 to A.3.
TEST(HkdfTest, Rfc5869Case1) {
  EXPECT_EQ(Okm(Repeat(22, 0x0b), Range(0x00, 0x0c), Range(0xf0, 0xf9), 42),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(HkdfTest, Rfc5869Case2LongInputsAndSeveralBlocks) {
  EXPECT_EQ(Okm(Range(0x00, 0x4f), Range(0x60, 0xaf), Range(0xb0, 0xff), 82),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

TEST(HkdfTest, Rfc5869Case3NeitherSaltNorInfo) {
  EXPECT_EQ(Okm(Repeat(22, 0x0b), {}, {}, 42),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(HkdfTest, AShorterKeyIsTheStartOfALongerOne) {
  const std::string long_key = Okm(Text("secret"), {}, Text("info"), 64);
  EXPECT_EQ(Okm(Text("secret"), {}, Text("info"), 32), long_key.substr(0, 64));
}

TEST(HkdfTest, TakesInfoUpToItsLimit) {
  const std::string longest = Okm(Text("secret"), {}, Repeat(1024, 'i'), 32);
  EXPECT_NE(longest, Okm(Text("secret"), {}, Repeat(1023, 'i'), 32));
}

TEST(HkdfDeathTest, RefusesInfoBeyondItsLimit) {
  EXPECT_DEATH(Okm(Text("secret"), {}, Repeat(1025, 'i'), 32), "internal error");
}

TEST(HkdfDeathTest, RefusesAnEmptySecret) { EXPECT_DEATH(Okm({}, {}, {}, 32), "internal error"); }

}  // namespace
}  // namespace musubi::crypto
