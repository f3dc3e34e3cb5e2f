#include "crypto/linkage_secret.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/hmac.h"
#include "crypto/random.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/fixed_random.h"

namespace musubi::crypto {
namespace {

const Fingerprint kContract = [] {
  Fingerprint contract;
  contract.fill(0x11);
  return contract;
}();

std::string Subkey(const LinkageSecret& secret, const Fingerprint& contract,
                   std::string_view purpose, std::string_view label) {
  return ToHex(secret.Derive(contract, purpose, label).bytes());
}

// RFC 5869, sections 2.2 and 2.3, written out for one block of output.
std::string HkdfByDefinition(const Bytes& secret, const Bytes& salt, const Bytes& info) {
  const Digest256 extracted = Hmac(salt)(secret);
  return ToHex(Hmac(extracted)(info + Repeat(1, 0x01)));
}

TEST(LinkageSecretTest, DeriveIsHkdfWithTheContractAsSalt) {
  const Bytes bytes = Range(0, 31);
  const LinkageSecret secret = SecretOf(bytes);
  const Bytes info =
      Text("musubi/1") + Repeat(1, 0) + Text("filter") + Repeat(1, 0) + Text("x/0/y");
  EXPECT_EQ(Subkey(secret, kContract, "filter", "x/0/y"),
            HkdfByDefinition(bytes, Repeat(32, 0x11), info));
}

TEST(LinkageSecretTest, DeriveIsHkdfForAnySecret) {
  constexpr std::uint64_t kSeed = 5869;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 50; ++round) {
    const Bytes bytes = Random(&random, LinkageSecret::kBytes);
    const Bytes salt = Random(&random, sizeof(Fingerprint));
    const Bytes label = Random(&random, random() % 200);
    Fingerprint contract;
    std::copy(salt.begin(), salt.end(), contract.begin());
    const Bytes info = Text("musubi/1") + Repeat(1, 0) + Text("p") + Repeat(1, 0) + label;
    ASSERT_EQ(Subkey(SecretOf(bytes), contract, "p", std::string(label.begin(), label.end())),
              HkdfByDefinition(bytes, salt, info))
        << "round " << round;
  }
}

// The vectors of docs/formats/keys.md, computed with Python's hmac. They are permanent: another
// value would make every encoding made before incomparable.
TEST(LinkageSecretTest, DeriveKeepsItsVectors) {
  const LinkageSecret secret = SecretOf(Range(0, 31));
  EXPECT_EQ(Subkey(secret, kContract, "filter", "name/0/family_name"),
            "65857de3ded8e5b5f54004332fe7ace2fa656409b9cf4e1ef5e27fa2da89ad3e");
  EXPECT_EQ(Subkey(secret, kContract, "block", "family_birth"),
            "47902f35272d2b723a8d7da85888e0c00dd123d50dab966ae3bff8fce4dc9e46");
  EXPECT_EQ(Subkey(secret, kContract, "key-check", ""),
            "5e4cb75896541ca030aaf58e199be95cff8bb504010ebe6f138ed48cb2f78127");
}

TEST(LinkageSecretTest, EveryInputOfDeriveMatters) {
  const LinkageSecret secret = SecretOf(Range(0, 31));
  Fingerprint other_contract = kContract;
  other_contract[31] ^= 1;
  const std::set<std::string> keys = {
      Subkey(secret, kContract, "filter", "a"),
      Subkey(secret, kContract, "filter", "b"),
      Subkey(secret, kContract, "filter", ""),
      Subkey(secret, kContract, "block", "a"),
      Subkey(secret, other_contract, "filter", "a"),
      Subkey(SecretOf(Range(1, 32)), kContract, "filter", "a"),
  };
  EXPECT_EQ(keys.size(), 6U);
}

// Purpose and label do not run into one another.
TEST(LinkageSecretTest, PurposeAndLabelAreKeptApart) {
  const LinkageSecret secret = SecretOf(Range(0, 31));
  EXPECT_NE(Subkey(secret, kContract, "ab", "c"), Subkey(secret, kContract, "a", "bc"));
}

TEST(LinkageSecretDeathTest, APurposeHoldsNoZeroByte) {
  const LinkageSecret secret = SecretOf(Range(0, 31));
  const std::string purpose("a\0b", 3);
  EXPECT_DEATH(Subkey(secret, kContract, purpose, ""), "internal error");
}

TEST(LinkageSecretTest, DeriveTakesLongNames) {
  const LinkageSecret secret = SecretOf(Range(0, 31));
  EXPECT_EQ(secret.Derive(kContract, "p", std::string(999, 'l')).bytes().size(), 32U);
}

TEST(LinkageSecretTest, GenerateUsesTheGivenSource) {
  EXPECT_EQ(Subkey(SecretOf(Range(7, 38)), kContract, "p", ""),
            HkdfByDefinition(Range(7, 38), Repeat(32, 0x11),
                             Text("musubi/1") + Repeat(1, 0) + Text("p") + Repeat(1, 0)));
}

TEST(LinkageSecretTest, GenerateFailsWithItsSource) {
  BrokenRandom random;
  const Result<LinkageSecret> secret = LinkageSecret::Generate(random);
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().code, ErrorCode::kInternal);
}

TEST(LinkageSecretTest, GenerateMakesAnotherOneEachTime) {
  SystemRandom random;
  const LinkageSecret first = LinkageSecret::Generate(random).value();
  const LinkageSecret second = LinkageSecret::Generate(random).value();
  EXPECT_NE(Subkey(first, kContract, "p", ""), Subkey(second, kContract, "p", ""));
}

// What is sealed to another holder: docs/formats/keys.md, byte for byte.
TEST(LinkageSecretTest, IsPackedWithBlindingAndUnpacked) {
  const LinkageSecret secret = SecretOf(Range(0x00, 0x1f));
  FixedRandom random(Range(0x80, 0x9f));
  const SecureBytes packed = secret.Packed(random).value();
  EXPECT_EQ(ToHex(packed.bytes()), "6d75737562692073656372657420310a" + ToHex(Range(0x80, 0x9f)) +
                                       ToHex(Range(0x00, 0x1f)));
  const auto unpacked = LinkageSecret::Unpacked(packed.bytes());
  ASSERT_TRUE(unpacked.ok());
  const Fingerprint contract{};
  EXPECT_EQ(ToHex(unpacked.value().Derive(contract, "filter", "x").bytes()),
            ToHex(secret.Derive(contract, "filter", "x").bytes()));
  BrokenRandom broken;
  EXPECT_FALSE(secret.Packed(broken).ok());
}

TEST(LinkageSecretTest, UnpacksNothingElse) {
  FixedRandom random(Range(0x80, 0x9f));
  const SecureBytes packed = SecretOf(Range(0x00, 0x1f)).Packed(random).value();
  const Bytes good(packed.bytes().begin(), packed.bytes().end());
  Bytes title = good;
  title[14] = '2';
  Bytes longer = good;
  longer.push_back(0);
  for (const Bytes& content : {Bytes(), title, longer, Bytes(good.begin(), good.end() - 1),
                               Bytes(good.end() - 32, good.end())}) {
    const auto unpacked = LinkageSecret::Unpacked(content);
    ASSERT_FALSE(unpacked.ok());
    EXPECT_EQ(unpacked.error().code, ErrorCode::kBadData);
  }
}

}  // namespace
}  // namespace musubi::crypto
