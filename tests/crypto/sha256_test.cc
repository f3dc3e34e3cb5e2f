#include "crypto/sha256.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/contract.h"
#include "tests/crypto/bytes.h"

namespace musubi::crypto {
namespace {

std::string Hash(const Bytes& bytes) { return ToHex(Sha256(bytes)); }

// FIPS 180-4 and the examples that NIST published with it.
TEST(Sha256Test, HashesNothing) {
  EXPECT_EQ(Hash({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256Test, HashesOneBlock) {
  EXPECT_EQ(Hash(Text("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256Test, HashesTwoBlocks) {
  EXPECT_EQ(Hash(Text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Test, HashesAMillionLetters) {
  EXPECT_EQ(Hash(Repeat(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, HexadecimalIsLowerCaseAndKeepsLeadingZeros) {
  Digest256 digest{};
  digest[1] = 0xAB;
  digest[31] = 0x0F;
  EXPECT_EQ(ToHex(digest), "00ab" + std::string(58, '0') + "0f");
}

TEST(Sha256StreamTest, OfNothingIsTheHashOfNothing) {
  EXPECT_EQ(Sha256Stream().Finish(), Sha256({}));
}

TEST(Sha256StreamTest, DoesNotDependOnHowBytesAreCut) {
  constexpr std::uint64_t kSeed = 20240711;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    const Bytes bytes = Random(&random, random() % 500);
    Sha256Stream stream;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t count = std::min<std::size_t>(random() % 100, bytes.size() - at);
      stream.Update(std::span(bytes).subspan(at, count));
      at += count;
    }
    ASSERT_EQ(stream.Finish(), Sha256(bytes)) << "round " << round;
  }
}

TEST(Sha256StreamTest, MovesWithWhatItHasSeen) {
  Sha256Stream first;
  first.Update(Text("a"));
  Sha256Stream second = std::move(first);
  second.Update(Text("bc"));
  EXPECT_EQ(second.Finish(), Sha256(Text("abc")));
}

TEST(Sha256StreamDeathTest, FinishesOnce) {
  Sha256Stream stream;
  stream.Finish();
  EXPECT_DEATH(stream.Finish(), "internal error");
  EXPECT_DEATH(stream.Update({}), "internal error");
}

// A contract with its parts in an order of our choice and as much white space as we like.
std::string ContractJson(const std::string& space, bool name_first, const std::string& name) {
  const std::string head = "\"name\":" + space + "\"" + name + "\"";
  const std::string profile = "\"profile\":\"fields\"";
  return "{" + space + (name_first ? head + "," + profile : profile + "," + space + head) + R"(,
    "musubi_contract": 1,
    "fields": [{"name": "family", "kind": "name"}],
    "filters": [{"name": "family", "bits": 512, "features": [
      {"field": "family", "tokens": {"kind": "qgram", "q": 2}, "positions": 10}]}],
    "linkage": {"candidates": {"method": "all_pairs"},
                "model": {"kind": "weighted_mean", "threshold": "0.85"}})" +
         space + "}";
}

Fingerprint FingerprintOfJson(const std::string& json) {
  const Result<Contract> contract = Contract::Parse(json);
  EXPECT_TRUE(contract.ok()) << (contract.ok() ? "" : contract.error().message);
  return contract.ok() ? FingerprintOf(contract.value()) : Fingerprint{};
}

TEST(FingerprintTest, IsTheHashOfTheCanonicalForm) {
  const Result<Contract> contract = Contract::Parse(ContractJson("", true, "study"));
  ASSERT_TRUE(contract.ok()) << contract.error().message;
  EXPECT_EQ(FingerprintOf(contract.value()), Sha256(Text(contract.value().canonical_json())));
}

TEST(FingerprintTest, IgnoresTheOrderOfKeysAndWhiteSpace) {
  const Fingerprint plain = FingerprintOfJson(ContractJson("", true, "study"));
  EXPECT_EQ(FingerprintOfJson(ContractJson(" \n\t ", true, "study")), plain);
  EXPECT_EQ(FingerprintOfJson(ContractJson("  ", false, "study")), plain);
}

TEST(FingerprintTest, DiffersWhereContractsDiffer) {
  EXPECT_NE(FingerprintOfJson(ContractJson("", true, "study")),
            FingerprintOfJson(ContractJson("", true, "studz")));
}

}  // namespace
}  // namespace musubi::crypto
