// Looks through the memory of this process for keys that should be gone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include "crypto/hmac.h"
#include "crypto/linkage_secret.h"
#include "crypto/secure_bytes.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;

// A key that is in memory nowhere but where Fill puts it: `state` makes it, and is not it.
class TestKey {
 public:
  explicit TestKey(std::uint32_t seed) : seed_(seed) {}

  std::uint8_t at(std::size_t i) const {
    std::uint32_t word = seed_ + 0x9e3779b9U * static_cast<std::uint32_t>(i + 1);
    word = (word ^ (word >> 16)) * 0x85ebca6bU;
    return static_cast<std::uint8_t>(word >> 13);
  }

  void Fill(std::span<std::uint8_t> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = at(i);
  }

  bool IsAt(const std::uint8_t* bytes) const {
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
      if (bytes[i] != at(i)) return false;
    }
    return true;
  }

 private:
  std::uint32_t seed_;
};

// Gives the key and keeps no copy.
class KeyRandom : public RandomSource {
 public:
  explicit KeyRandom(const TestKey& key) : key_(key) {}
  Status Fill(std::span<std::uint8_t> out) override {
    key_.Fill(out);
    return {};
  }

 private:
  TestKey key_;
};

// Copies of `key` in one mapping, read in pieces through `memory`. The pieces pass through secure
// memory, which is wiped, so that the search never finds its own traces.
int CopiesIn(const TestKey& key, int memory, std::uint64_t first, std::uint64_t last) {
  SecureBytes piece(4096);
  int copies = 0;
  const auto own = reinterpret_cast<std::uint64_t>(piece.bytes().data());
  for (std::uint64_t at = first; at < last; at += piece.bytes().size() - kKeyBytes + 1) {
    if (at < own + piece.bytes().size() && own < at + piece.bytes().size()) continue;
    const std::size_t wanted = std::min<std::uint64_t>(piece.bytes().size(), last - at);
    const ssize_t count =
        pread(memory, piece.mutable_bytes().data(), wanted, static_cast<off_t>(at));
    for (ssize_t i = 0; i + static_cast<ssize_t>(kKeyBytes) <= count; ++i) {
      if (key.IsAt(piece.bytes().data() + i)) ++copies;
    }
  }
  return copies;
}

// Copies of `key` in all memory that this process may write, or -1 where it cannot be looked at.
// Mappings beyond 64 MiB are left out: those are a sanitizer's shadow.
int Copies(const TestKey& key) {
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  std::ifstream maps("/proc/self/maps");
  if (memory < 0 || !maps) return -1;
  constexpr std::uint64_t kLargest = std::uint64_t{64} << 20;
  int copies = 0;
  for (std::string line; std::getline(maps, line);) {
    unsigned long long first = 0;
    unsigned long long last = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%llx-%llx %4s", &first, &last, mode) != 3) continue;
    if (std::strncmp(mode, "rw", 2) != 0 || last - first > kLargest) continue;
    copies += CopiesIn(key, memory, first, last);
  }
  close(memory);
  return copies;
}

SecureBytes Holding(const TestKey& key) {
  SecureBytes bytes(kKeyBytes);
  key.Fill(bytes.mutable_bytes());
  return bytes;
}

class KeyResidueTest : public testing::Test {
 protected:
  void SetUp() override {
    if (Copies(TestKey(0)) < 0) GTEST_SKIP() << "this system does not show a process its memory";
  }
};

TEST_F(KeyResidueTest, SecureBytesLeaveNone) {
  const TestKey key(1);
  {
    const SecureBytes bytes = Holding(key);
    ASSERT_EQ(Copies(key), 1);  // the search finds what is there
  }
  EXPECT_EQ(Copies(key), 0);
}

TEST_F(KeyResidueTest, HmacLeavesNone) {
  const TestKey key(2);
  {
    Hmac mac(Holding(key).bytes());
    mac(Text("message"));
    Hmac clone = mac.Clone();
    clone(Text("message"));
    EXPECT_EQ(Copies(key), 0);  // only hash states made of it are kept
  }
  EXPECT_EQ(Copies(key), 0);
}

TEST_F(KeyResidueTest, ALinkageSecretIsInOnePlaceOnly) {
  const TestKey key(3);
  KeyRandom random(key);
  {
    const LinkageSecret secret = LinkageSecret::Generate(random).value();
    secret.Derive({}, "p", "l");
    const LinkageSecret moved = [&random] { return LinkageSecret::Generate(random).value(); }();
    EXPECT_EQ(Copies(key), 2);  // one for each
  }
  EXPECT_EQ(Copies(key), 0);
}

TEST_F(KeyResidueTest, SaveAndLoadLeaveNone) {
  const TemporaryFolder folder;
  const TestKey key(4);
  KeyRandom random(key);
  ASSERT_TRUE(LinkageSecret::Generate(random).value().Save(folder / "s.key").ok());
  EXPECT_EQ(Copies(key), 0);
  {
    const Result<LinkageSecret> loaded = LinkageSecret::Load(folder / "s.key");
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(Copies(key), 1);
  }
  EXPECT_EQ(Copies(key), 0);
}

}  // namespace
}  // namespace musubi::crypto
