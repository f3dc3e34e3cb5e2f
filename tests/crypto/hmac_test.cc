#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

#include "tests/crypto/bytes.h"

namespace musubi::crypto {
namespace {

std::string Mac(const Bytes& key, const Bytes& message) { return ToHex(Hmac(key)(message)); }

// RFC 4231, section 4, test cases 1 to 4, 6 and 7; case 5 follows.
TEST(HmacTest, Rfc4231Case1) {
  EXPECT_EQ(Mac(Repeat(20, 0x0b), Text("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(HmacTest, Rfc4231Case2KeyShorterThanTheDigest) {
  EXPECT_EQ(Mac(Text("Jefe"), Text("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HmacTest, Rfc4231Case3) {
  EXPECT_EQ(Mac(Repeat(20, 0xaa), Repeat(50, 0xdd)),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
}

TEST(HmacTest, Rfc4231Case4) {
  EXPECT_EQ(Mac(Range(0x01, 0x19), Repeat(50, 0xcd)),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

// The RFC cuts this one to 128 bits.
TEST(HmacTest, Rfc4231Case5) {
  EXPECT_EQ(Mac(Repeat(20, 0x0c), Text("Test With Truncation")).substr(0, 32),
            "a3b6167473100ee06e0c796c2955552b");
}

TEST(HmacTest, Rfc4231Case6KeyLongerThanABlock) {
  EXPECT_EQ(Mac(Repeat(131, 0xaa), Text("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacTest, Rfc4231Case7KeyAndDataLongerThanABlock) {
  EXPECT_EQ(Mac(Repeat(131, 0xaa),
                Text("This is a test using a larger than block-size key and a larger than "
                     "block-size data. The key needs to be hashed before being used by the "
                     "HMAC algorithm.")),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

// RFC 2104, section 2, written out over SHA-256.
Digest256 HmacByDefinition(Bytes key, const Bytes& message) {
  constexpr std::size_t kBlockBytes = 64;
  if (key.size() > kBlockBytes) key = Bytes() + Sha256(key);
  key.resize(kBlockBytes);
  Bytes inner = key;
  Bytes outer = key;
  for (std::uint8_t& byte : inner) byte ^= 0x36;
  for (std::uint8_t& byte : outer) byte ^= 0x5c;
  return Sha256(outer + Sha256(inner + message));
}

TEST(HmacTest, IsRfc2104ForKeysAndMessagesOfAnyLength) {
  constexpr std::uint64_t kSeed = 2104;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  for (std::size_t key_bytes = 0; key_bytes < 140; ++key_bytes) {
    const Bytes key = Random(&random, key_bytes);
    const Bytes message = Random(&random, random() % 300);
    ASSERT_EQ(Hmac(key)(message), HmacByDefinition(key, message)) << key_bytes << " key bytes";
  }
}

// Messages of every length up to past a block, under keys in turn, cut to every length: more than
// are worked on at once.
TEST(HmacBatchTest, IsHmacOfEachMessage) {
  constexpr std::uint64_t kSeed = 4231;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  std::vector<Hmac> keys;
  for (int i = 0; i < 3; ++i) keys.emplace_back(Random(&random, 32));
  std::vector<Bytes> messages;
  for (std::size_t bytes = 0; bytes < 100; ++bytes) messages.push_back(Random(&random, bytes));
  std::vector<Bytes> macs;
  for (std::size_t i = 0; i < messages.size(); ++i) macs.emplace_back(i % 33);
  HmacBatch batch;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Bytes passing = messages[i];  // only a copy may be needed later
    batch.Add(passing, &keys[i % keys.size()], macs[i]);
  }
  batch.Finish();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Digest256 whole = keys[i % keys.size()](messages[i]);
    EXPECT_EQ(macs[i], Bytes(whole.begin(), whole.begin() + static_cast<long>(i % 33))) << i;
  }
}

TEST(HmacBatchTest, CanBeUsedAgain) {
  Hmac key(Text("key"));
  HmacBatch batch;
  batch.Finish();
  for (const char* text : {"first", "second"}) {
    Digest256 mac{};
    batch.Add(Text(text), &key, mac);
    batch.Finish();
    EXPECT_EQ(mac, key(Text(text)));
  }
}

TEST(HmacTest, AnswersTheSameHoweverOftenItWasCalled) {
  Hmac mac(Text("Jefe"));
  const Digest256 first = mac(Text("message"));
  EXPECT_NE(mac(Text("another")), first);
  mac({});
  EXPECT_EQ(mac(Text("message")), first);
}

TEST(HmacTest, CloneHasTheKeyAndItsOwnState) {
  Hmac original(Text("key"));
  const Digest256 expected = original(Text("message"));
  Hmac clone = original.Clone();
  EXPECT_EQ(clone(Text("message")), expected);
  clone(Text("another"));
  EXPECT_EQ(original(Text("message")), expected);
}

TEST(HmacTest, CloneOutlivesTheOriginal) {
  const Digest256 expected = Hmac(Text("key"))(Text("message"));
  Hmac clone = Hmac(Text("key")).Clone();
  EXPECT_EQ(clone(Text("message")), expected);
}

TEST(HmacTest, ClonesWorkInThreadsOfTheirOwn) {
  constexpr int kThreads = 4;
  Hmac original(Text("key"));
  const Digest256 expected = original(Text("message"));
  std::vector<Hmac> clones;
  for (int i = 0; i < kThreads; ++i) clones.push_back(original.Clone());
  std::vector<int> right(kThreads, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&clones, &right, &expected, i] {
      const auto at = static_cast<std::size_t>(i);
      for (int call = 0; call < 1000; ++call) right[at] += clones[at](Text("message")) == expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, std::vector<int>(kThreads, 1000));
}

TEST(HmacTest, AssignmentReplacesTheKey) {
  Hmac mac(Text("old"));
  mac = Hmac(Text("new"));
  EXPECT_EQ(mac(Text("message")), Hmac(Text("new"))(Text("message")));
}

TEST(HmacDeathTest, AMovedFromOneIsNotCalled) {
  Hmac mac(Text("key"));
  const Hmac taken = std::move(mac);
  EXPECT_DEATH(mac({}), "internal error");                         // NOLINT: what is tested
  EXPECT_DEATH(static_cast<void>(mac.Clone()), "internal error");  // NOLINT: what is tested
}

}  // namespace
}  // namespace musubi::crypto
