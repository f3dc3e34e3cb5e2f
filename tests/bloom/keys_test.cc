#include "bloom/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "bloom/positions.h"
#include "tests/bloom/reference.h"

namespace musubi::bloom {
namespace {

using crypto::Hmac;
using nlohmann::json;

// What a key makes of one fixed text: equal only for equal keys.
crypto::Digest256 Mark(Hmac* key) { return (*key)(crypto::Text("mark")); }

// One field twice in a filter, and in another filter again; two blocking passes over it.
json OneFieldOften() {
  json contract = LeastContract();
  json& filters = contract["filters"];
  filters[0]["features"].push_back(filters[0]["features"][0]);
  filters.push_back(filters[0]);
  filters[1]["name"] = "again";
  const json part = {{"field", "id"}};
  contract["block_tokens"] = {{{"name", "id"}, {"parts", {part}}},
                              {{"name", "again"}, {"parts", {part}}}};
  return contract;
}

std::vector<crypto::Digest256> Marks(EncodingKeys* keys) {
  std::vector<crypto::Digest256> marks = {Mark(&keys->check)};
  for (auto& filter : keys->features) {
    for (Hmac& key : filter) marks.push_back(Mark(&key));
  }
  for (Hmac& key : keys->tokens) marks.push_back(Mark(&key));
  return marks;
}

std::vector<crypto::Digest256> MarksUnder(const crypto::LinkageSecret& secret,
                                          const json& contract) {
  EncodingKeys keys = DeriveEncodingKeys(secret, Parsed(contract).value());
  return Marks(&keys);
}

TEST(EncodingKeysTest, HasOneForEachFeatureAndEachPass) {
  const EncodingKeys keys = DeriveEncodingKeys(TestSecret(), Parsed(OneFieldOften()).value());
  ASSERT_EQ(keys.features.size(), 2U);
  EXPECT_EQ(keys.features[0].size(), 2U);
  EXPECT_EQ(keys.features[1].size(), 2U);
  EXPECT_EQ(keys.tokens.size(), 2U);
}

TEST(EncodingKeysTest, NoTwoAreTheSame) {
  const auto marks = MarksUnder(TestSecret(), OneFieldOften());
  EXPECT_EQ(std::set(marks.begin(), marks.end()).size(), 7U);
}

TEST(EncodingKeysTest, TheSameSecretAndContractGiveTheSameKeys) {
  EXPECT_EQ(MarksUnder(TestSecret(), OneFieldOften()), MarksUnder(TestSecret(), OneFieldOften()));
}

TEST(EncodingKeysTest, AnotherSecretSharesNoKey) {
  const auto ours = MarksUnder(TestSecret(1), OneFieldOften());
  const auto theirs = MarksUnder(TestSecret(2), OneFieldOften());
  std::set<crypto::Digest256> all(ours.begin(), ours.end());
  all.insert(theirs.begin(), theirs.end());
  EXPECT_EQ(all.size(), 14U);
}

// Even where the filter and its name are the same: else two studies could be joined.
TEST(EncodingKeysTest, AnotherContractSharesNoKey) {
  json other = OneFieldOften();
  other["description"] = "another study";
  const auto ours = MarksUnder(TestSecret(), OneFieldOften());
  const auto theirs = MarksUnder(TestSecret(), other);
  std::set<crypto::Digest256> all(ours.begin(), ours.end());
  all.insert(theirs.begin(), theirs.end());
  EXPECT_EQ(all.size(), 14U);
}

TEST(EncodingKeysTest, AreDerivedUnderTheirDocumentedLabels) {
  const Contract contract = Parsed(OneFieldOften()).value();
  const crypto::LinkageSecret secret = TestSecret();
  const crypto::Fingerprint fingerprint = crypto::FingerprintOf(contract);
  EncodingKeys keys = DeriveEncodingKeys(secret, contract);
  const auto expected = [&](std::string_view purpose, std::string_view label) {
    Hmac key(secret.Derive(fingerprint, purpose, label).bytes());
    return Mark(&key);
  };
  EXPECT_EQ(Mark(&keys.features[0][0]), expected("filter", "id/0/id"));
  EXPECT_EQ(Mark(&keys.features[0][1]), expected("filter", "id/1/id"));
  EXPECT_EQ(Mark(&keys.features[1][1]), expected("filter", "again/1/id"));
  EXPECT_EQ(Mark(&keys.tokens[1]), expected("block", "again"));
  EXPECT_EQ(Mark(&keys.check), expected("key-check", ""));
}

// Computed by a program of another language from docs/formats/keys.md.
TEST(EncodingKeysTest, AreKnownForAKnownSecret) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), Parsed(LeastContract()).value());
  PositionCache cache(std::move(keys.features[0][0]), 64, 8);
  const auto positions = cache.Of("12345");
  EXPECT_EQ(std::vector(positions.begin(), positions.end()),
            (std::vector<std::uint16_t>{0, 52, 17, 7, 40, 55, 11, 45}));
}

TEST(EncodingKeysTest, ClonesAreTheSameKeys) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), Parsed(OneFieldOften()).value());
  EncodingKeys clone = keys.Clone();
  EXPECT_EQ(Marks(&clone), Marks(&keys));
}

TEST(EncodingKeysTest, AClonesUseLeavesTheOriginalAlone) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), Parsed(OneFieldOften()).value());
  const auto before = Marks(&keys);
  {
    EncodingKeys clone = keys.Clone();
    Marks(&clone);
  }
  EXPECT_EQ(Marks(&keys), before);
}

std::array<std::uint8_t, 16> CheckOf(const crypto::LinkageSecret& secret, const json& contract) {
  EncodingKeys keys = DeriveEncodingKeys(secret, Parsed(contract).value());
  return KeyCheckValue(&keys);
}

TEST(KeyCheckTest, IsThatOfTheDefinition) {
  const crypto::Fingerprint fingerprint = crypto::FingerprintOf(Parsed(LeastContract()).value());
  crypto::Hmac key(TestSecret().Derive(fingerprint, "key-check", "").bytes());
  const crypto::Digest256 digest = key(crypto::Text("musubi key check 1"));
  const auto check = CheckOf(TestSecret(), LeastContract());
  EXPECT_TRUE(std::equal(check.begin(), check.end(), digest.begin()));
}

// Computed by a program of another language from docs/formats/keys.md.
TEST(KeyCheckTest, IsKnownForAKnownSecret) {
  EXPECT_EQ(crypto::ToHex(CheckOf(TestSecret(), LeastContract())),
            "bce0f7f50facf80e5a2314d3e6a590e3");
}

TEST(KeyCheckTest, IsTheSameEachTimeItIsAsked) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), Parsed(LeastContract()).value());
  const auto first = KeyCheckValue(&keys);
  EXPECT_EQ(KeyCheckValue(&keys), first);
}

TEST(KeyCheckTest, DiffersBySecret) {
  EXPECT_NE(CheckOf(TestSecret(1), LeastContract()), CheckOf(TestSecret(2), LeastContract()));
}

TEST(KeyCheckTest, DiffersByContract) {
  json other = LeastContract();
  other["description"] = "another study";
  EXPECT_NE(CheckOf(TestSecret(), LeastContract()), CheckOf(TestSecret(), other));
}

}  // namespace
}  // namespace musubi::bloom
