// Random bits of a package change: none is accepted. MUSUBI_FLIPS says how many packages are tried
// (docs/testing.md), MUSUBI_SEED which.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/fuzz/memory_file.h"
#include "tests/storage/package_samples.h"

namespace musubi::storage {
namespace {

std::uint64_t NumberFrom(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One bit of each package, and of every fourth up to eight.
TEST(PackageFlipsTest, NoPackageWithChangedBitsIsAccepted) {
  const std::uint64_t count = NumberFrom("MUSUBI_FLIPS", 3000);
  const std::uint64_t seed = NumberFrom("MUSUBI_SEED", 20261130);
  std::mt19937_64 random(seed);
  const Bytes good = PackageOf(SamplePieces());
  const MemoryFile file(good.data(), good.size());
  std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  Bytes opened;
  const Status untouched = ReadPackage(file.path(), SampleExpectation(), crypto::Unit(), &opened);
  ASSERT_TRUE(untouched.ok()) << untouched.error().message;
  std::uint64_t tried = 0;
  for (; tried < count; ++tried) {
    std::set<std::size_t> bits;
    const std::size_t wanted = random() % 4 == 0 ? 1 + random() % 8 : 1;
    while (bits.size() < wanted) bits.insert(random() % (good.size() * 8));
    Bytes changed = good;
    for (const std::size_t bit : bits) {
      changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      bytes.seekp(static_cast<std::streamoff>(bit / 8));
      bytes.put(static_cast<char>(changed[bit / 8]));
    }
    bytes.flush();
    opened.clear();
    const Status status = ReadPackage(file.path(), SampleExpectation(), crypto::Unit(), &opened);
    ASSERT_FALSE(status.ok()) << "seed " << seed << ", package " << tried << ", first bit "
                              << *bits.begin();
    ASSERT_TRUE(opened.empty());
    for (const std::size_t bit : bits) {
      bytes.seekp(static_cast<std::streamoff>(bit / 8));
      bytes.put(static_cast<char>(good[bit / 8]));
    }
    bytes.flush();
  }
  std::cout << tried << " changed packages refused, seed " << seed << "\n";
}

// Every single bit, where the signature need not be looked at anew: of headers, padding and end.
TEST(PackageFlipsTest, NoBitOfAHeaderOrPaddingIsFree) {
  const Bytes good = PackageOf(SamplePieces());
  const MemoryFile file(good.data(), good.size());
  std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  Bytes opened;
  for (std::size_t bit = 0; bit < 512 * 8; ++bit) {
    bytes.seekp(static_cast<std::streamoff>(bit / 8));
    bytes.put(static_cast<char>(good[bit / 8] ^ (1U << bit % 8)));
    bytes.flush();
    ASSERT_FALSE(ReadPackage(file.path(), SampleExpectation(), crypto::Unit(), &opened).ok())
        << bit;
    bytes.seekp(static_cast<std::streamoff>(bit / 8));
    bytes.put(static_cast<char>(good[bit / 8]));
    bytes.flush();
  }
}

// Two bits of one header, one set and one cleared, so that its check sum stays right: libarchive
// reads such a header without complaint where the rest of a field is passed over.
TEST(PackageFlipsTest, NoTwoBitsOfAHeaderMakeUpForEachOther) {
  constexpr std::size_t kTimeField = 136;
  constexpr std::size_t kDeviceField = 329;
  std::mt19937_64 random(20261201);
  const PackagePieces pieces = SamplePieces();
  const Bytes good = PackageOf(pieces);
  const std::string name = SegmentName(1) + '\0';  // in the manifest a quote follows it
  const auto header =
      static_cast<std::size_t>(std::ranges::search(good, name).begin() - good.begin());
  const MemoryFile file(good.data(), good.size());
  std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&](std::size_t at, int byte) {
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(static_cast<char>(byte));
    bytes.flush();
  };
  Bytes opened;
  int tried = 0;
  for (int i = 0; i < 4000; ++i) {
    // Every second pair has a digit of the time in it, as the pair had that was once accepted.
    const std::size_t one = header + (i % 2 == 0 ? kTimeField + random() % 12 : random() % 512);
    const std::size_t other =
        header + (i % 4 == 0 ? kDeviceField + random() % 183 : random() % 512);
    const int mask = 1 << random() % 8;
    if (one == other || (good[one] & mask) == (good[other] & mask)) continue;
    ++tried;
    put(one, good[one] ^ mask);
    put(other, good[other] ^ mask);
    ASSERT_FALSE(ReadPackage(file.path(), SampleExpectation(), crypto::Unit(), &opened).ok())
        << "bytes " << one - header << " and " << other - header << " of the header";
    put(one, good[one]);
    put(other, good[other]);
  }
  EXPECT_GT(tried, 500);
}

}  // namespace
}  // namespace musubi::storage
