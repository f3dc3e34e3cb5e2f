#include "crypto/secure_bytes.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "tests/crypto/bytes.h"

namespace musubi::crypto {
namespace {

constexpr std::uint8_t kPattern = 0xa5;

SecureBytes Patterned(std::size_t size) {
  SecureBytes bytes(size);
  std::ranges::fill(bytes.mutable_bytes(), kPattern);
  return bytes;
}

// Looks at memory that was given back: the secure heap is never unmapped, so it can be read.
int PatternsLeft(const volatile std::uint8_t* freed, std::size_t size) {
  int left = 0;
  for (std::size_t i = 0; i < size; ++i) left += freed[i] == kPattern ? 1 : 0;
  return left;
}

TEST(SecureBytesTest, StartsAsZeros) {
  { const SecureBytes used_before = Patterned(100); }
  const SecureBytes bytes(100);
  EXPECT_EQ(Bytes(bytes.bytes().begin(), bytes.bytes().end()), Bytes(100));
}

TEST(SecureBytesTest, IsWipedWhenItDies) {
  for (const std::size_t size : {32U, 33U, 1000U, 4096U}) {
    const volatile std::uint8_t* freed = nullptr;
    {
      const SecureBytes bytes = Patterned(size);
      freed = bytes.bytes().data();
      ASSERT_EQ(PatternsLeft(freed, size), static_cast<int>(size));
    }
    EXPECT_EQ(PatternsLeft(freed, size), 0) << size << " bytes";
  }
}

TEST(SecureBytesTest, AssignmentWipesWhatItReplaces) {
  SecureBytes target = Patterned(64);
  const volatile std::uint8_t* const freed = target.bytes().data();
  target = SecureBytes(64);
  EXPECT_EQ(PatternsLeft(freed, 64), 0);
}

TEST(SecureBytesTest, MoveTakesTheBytesAndLeavesNone) {
  SecureBytes source = Patterned(40);
  const std::uint8_t* const data = source.bytes().data();
  const SecureBytes target = std::move(source);
  EXPECT_EQ(target.bytes().data(), data);
  EXPECT_EQ(target.bytes().size(), 40U);
  EXPECT_EQ(PatternsLeft(data, 40), 40);
  EXPECT_TRUE(source.bytes().empty());  // NOLINT: what is tested
}

TEST(SecureBytesTest, AssignmentToItselfKeepsTheBytes) {
  SecureBytes bytes = Patterned(40);
  SecureBytes& same = bytes;
  bytes = std::move(same);
  ASSERT_EQ(bytes.bytes().size(), 40U);
  EXPECT_EQ(PatternsLeft(bytes.bytes().data(), 40), 40);
}

// The kernel's word on the mapping that holds `address`, or nothing where it gives none.
std::string MappingFlags(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long long first = 0;
    unsigned long long last = 0;
    if (std::sscanf(line.c_str(), "%llx-%llx ", &first, &last) == 2) {
      inside = first <= wanted && wanted < last;
    } else if (inside && line.starts_with("VmFlags:")) {
      return line + ' ';
    }
  }
  return {};
}

TEST(SecureBytesTest, LiesInMemoryThatIsLockedAndLeftOutOfCoreDumps) {
  const SecureBytes bytes(32);
  const std::string flags = MappingFlags(bytes.bytes().data());
  if (flags.empty()) GTEST_SKIP() << "this kernel does not show the flags of a mapping";
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  EXPECT_EQ(flags.find(" lo ") != std::string::npos, SecretsAreLocked()) << flags;
}

// Becomes an ordinary user who may lock `bytes` at most, then keeps a secret. Exits with 1 where it
// was locked, 0 where it was not.
[[noreturn]] void KeepSecretUnderLimit(rlim_t bytes) {
  const rlimit limit{bytes, bytes};
  constexpr uid_t kNobody = 65534;
  if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0) _exit(2);
  if (geteuid() == 0 && setresuid(kNobody, kNobody, kNobody) != 0) _exit(3);
  SecureBytes secret = Patterned(32);
  if (secret.bytes().back() != kPattern) _exit(4);
  _exit(SecretsAreLocked() ? 1 : 0);
}

// A fresh process each, because the secure heap is set up once.
class SecureHeapDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(SecureHeapDeathTest, SaysWhenTheSystemForbidsLocking) {
  EXPECT_EXIT(KeepSecretUnderLimit(0), testing::ExitedWithCode(0), "");
}

TEST_F(SecureHeapDeathTest, IsSmallerWhereLessMayBeLocked) {
  EXPECT_EXIT(KeepSecretUnderLimit(100'000), testing::ExitedWithCode(1), "");
}

TEST_F(SecureHeapDeathTest, EndsTheProgramWhenItIsFull) {
  const auto fill = [] {
    std::vector<SecureBytes> secrets;
    for (int i = 0; i < 1000; ++i) secrets.emplace_back(4096);
    _exit(0);
  };
  EXPECT_DEATH(fill(), "internal error");
}

TEST_F(SecureHeapDeathTest, RefusesSizesOutOfRange) {
  EXPECT_DEATH(SecureBytes(0), "internal error");
  EXPECT_DEATH(SecureBytes(4097), "internal error");
}

}  // namespace
}  // namespace musubi::crypto
