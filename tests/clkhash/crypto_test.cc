// The primitives that only clkhash's encodings use, against published vectors and Python's hashlib.
#include <gtest/gtest.h>

#include "crypto/blake2b.h"
#include "crypto/hkdf_long.h"
#include "crypto/legacy_hmac.h"
#include "crypto/text_secret.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::crypto {
namespace {

KeyedBlake2b::Salt SaltOf(std::string_view text) {
  KeyedBlake2b::Salt salt{};
  std::copy(text.begin(), text.end(), salt.begin());
  return salt;
}

// The first keyed vector of the BLAKE2 authors' own file (blake2-kat), which has no salt.
TEST(KeyedBlake2bTest, AgreesWithItsAuthors) {
  KeyedBlake2b mac(Range(0, 63));
  EXPECT_EQ(ToHex(mac({}, {})),
            "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
            "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
}

// hashlib.blake2b(message, key=bytes(range(64)), salt=b"...") of CPython 3.11.
TEST(KeyedBlake2bTest, TakesASaltAMessage) {
  KeyedBlake2b mac(Range(0, 63));
  const std::string zero =
      "cb66484f500b4b56ec60f9239fee63143b4d8d6a6adb2f1eecc751deeebf8fe0"
      "d0cf54f1080c3ee81dea93a844dd49b77db7275b5de741d490732561019c7879";
  const std::string one =
      "6164d5894a3255fcd91fca3f7cbdc7673a0285f92946889e9d89f9e9bfb1a82f"
      "f2f5f88218cc491d5fa32b73af4de19f7722eea7a7bad3cd9ea3d428427bbecd";
  EXPECT_EQ(ToHex(mac(Text("abc"), SaltOf("0"))), zero);
  EXPECT_EQ(ToHex(mac(Text("abc"), SaltOf("1"))), one);
  EXPECT_EQ(ToHex(mac(Text("abc"), SaltOf("0"))), zero) << "one context serves all messages";
  KeyedBlake2b copy = mac.Clone();
  EXPECT_EQ(ToHex(copy(Text("abc"), SaltOf("1"))), one);
  EXPECT_EQ(ToHex(mac(Text(std::string(200, 'x')), SaltOf("12"))),
            "5d3f189e5790f99cdf1c238466ce4b95635a50e5b1b25ee3ea443e47389bdf4b"
            "f3ca8f70d1d2fe3a1ad498522f9987102bc819bee3351ac38f1eade457109bb7");
}

TEST(KeyedBlake2bTest, TakesAKeyOfOneByte) {
  KeyedBlake2b mac(Text("k"));
  EXPECT_EQ(ToHex(mac(Text("abc"), SaltOf("0"))),
            "7b334dbb3e31b5f5fbe6af7ddb9d6aeb88eb506cbd307fd40a42cba488765e0f"
            "5fae06a79d583619f6cfee4f322349140aecc4b8b0634892db38f6cb9ae3f070");
}

TEST(KeyedBlake2bDeathTest, RefusesKeysThatItCannotTake) {
  EXPECT_DEATH(KeyedBlake2b(Bytes{}), "internal error");
  EXPECT_DEATH(KeyedBlake2b(Repeat(65, 1)), "internal error");
}

// RFC 2202, test cases 1, 2 and 6.
TEST(LegacyHmacTest, AgreesWithRfc2202) {
  LegacyHmac md5(LegacyHash::kMd5, Repeat(16, 0x0b));
  EXPECT_EQ(ToHex(md5(Text("Hi There"))), "9294727a3638bb1c13f48ef8158bfc9d");
  EXPECT_EQ(ToHex(md5.Clone()(Text("Hi There"))), "9294727a3638bb1c13f48ef8158bfc9d");
  LegacyHmac sha1(LegacyHash::kSha1, Repeat(20, 0x0b));
  EXPECT_EQ(ToHex(sha1(Text("Hi There"))), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(ToHex(LegacyHmac(LegacyHash::kMd5, Text("Jefe"))(Text("what do ya want for nothing?"))),
            "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(
      ToHex(LegacyHmac(LegacyHash::kSha1, Text("Jefe"))(Text("what do ya want for nothing?"))),
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  const Bytes message = Text("Test Using Larger Than Block-Size Key - Hash Key First");
  EXPECT_EQ(ToHex(LegacyHmac(LegacyHash::kSha1, Repeat(80, 0xaa))(message)),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

std::string Derived(HkdfHash hash, const Bytes& secret, const Bytes& salt, const Bytes& info,
                    std::initializer_list<std::size_t> sizes) {
  HkdfLong keys(hash, secret, salt, info);
  std::string hex;
  for (const std::size_t size : sizes) hex += ToHex(keys.Next(size).bytes());
  return hex;
}

// RFC 5869, test cases 1 and 3, in pieces.
TEST(HkdfLongTest, AgreesWithRfc5869) {
  EXPECT_EQ(
      Derived(HkdfHash::kSha256, Repeat(22, 0x0b), Range(0, 0x0c), Range(0xf0, 0xf9), {1, 31, 10}),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(Derived(HkdfHash::kSha256, Repeat(22, 0x0b), {}, {}, {42}),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// From the definition, in Python: an empty secret, info of 3,000 bytes, all that SHA-512 gives.
TEST(HkdfLongTest, GivesAllItHas) {
  EXPECT_EQ(HkdfMaxBytes(HkdfHash::kSha512), 16320U);
  EXPECT_EQ(HkdfMaxBytes(HkdfHash::kSha256), 8160U);
  HkdfLong keys(HkdfHash::kSha512, {}, Text("salt"), Repeat(3000, 'i'));
  EXPECT_EQ(ToHex(keys.Next(8).bytes()), "3e91fadad8843e32");
  for (int i = 0; i < 4; ++i) keys.Next(4076);
  EXPECT_EQ(ToHex(keys.Next(8).bytes()), "42ca44c3e8f91810");
  EXPECT_DEATH(keys.Next(1), "internal error");
}

std::string Loaded(const std::filesystem::path& file) {
  const auto secret = TextSecret::Load(file);
  if (!secret.ok()) return "! " + std::to_string(static_cast<int>(secret.error().code));
  const auto bytes = secret.value().bytes();
  return {bytes.begin(), bytes.end()};
}

TEST(TextSecretTest, IsTheFileLessOneNewline) {
  const TemporaryFolder folder;
  for (const auto& [text, secret] : std::vector<std::pair<std::string, std::string>>{
           {"horse", "horse"},
           {"horse\n", "horse"},
           {"horse\r\n", "horse"},
           {"horse\n\n", "horse\n"},
           {" a b\t\n", " a b\t"},
           {"p\xC3\xA4ss", "p\xC3\xA4ss"},
           {"a\r", "a\r"},
           {std::string(4096, 'x'), std::string(4096, 'x')}}) {
    WriteFile(folder / "secret", Text(text), 0600);
    EXPECT_EQ(Loaded(folder / "secret"), secret);
  }
}

TEST(TextSecretTest, RefusesWhatOthersCanReadAndWhatIsNone) {
  const TemporaryFolder folder;
  EXPECT_EQ(Loaded(folder / "none"), "! 66");
  EXPECT_EQ(Loaded(folder.path()), "! 77");
  WriteFile(folder / "open", Text("horse"), 0640);
  EXPECT_EQ(Loaded(folder / "open"), "! 77");
  for (const std::string_view empty : {"", "\n", "\r\n"}) {
    WriteFile(folder / "empty", Text(empty), 0600);
    EXPECT_EQ(Loaded(folder / "empty"), "! 77");
  }
  WriteFile(folder / "long", Repeat(4097, 'x'), 0600);
  EXPECT_EQ(Loaded(folder / "long"), "! 65");
  std::filesystem::create_symlink(folder / "long", folder / "link");
  EXPECT_NE(Loaded(folder / "link"), std::string(4097, 'x'));
}

}  // namespace
}  // namespace musubi::crypto
