// Every bad package is refused, for its own reason, and leaves nothing behind.
#include "tests/storage/bad_packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <set>

#include "tests/storage/package_samples.h"

namespace musubi::storage {
namespace {

using crypto::Unit;
using testing::HasSubstr;

std::vector<BadPackage> BadPackages() {
  std::vector<BadPackage> all = BadArchives();
  for (auto* more : {BadManifests, BadMessages}) {
    for (BadPackage& package : more()) all.push_back(std::move(package));
  }
  return all;
}

void Put(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

// The archives of these tests are those of the program, to the byte: else they would be refused
// for their form, and show nothing.
TEST(BadPackagesTest, ArchivesMadeByHandAreThoseOfTheProgram) {
  const ScratchFolder folder;
  WritePackage(folder / "x.pkg", SampleContent(), SampleRequest(folder.path()));
  std::ifstream in(folder / "x.pkg", std::ios::binary);
  const Bytes written(std::istreambuf_iterator<char>(in), {});
  std::vector<TarMember> members;
  for (std::size_t at = 0; written[at] != 0;) {
    const std::string name(reinterpret_cast<const char*>(&written[at]));
    const std::size_t size =
        std::stoul(std::string(reinterpret_cast<const char*>(&written[at + 124]), 11), nullptr, 8);
    const auto data = written.begin() + static_cast<std::ptrdiff_t>(at) + 512;
    members.push_back({name, Bytes(data, data + static_cast<std::ptrdiff_t>(size))});
    at += 512 + (size + 511) / 512 * 512;
  }
  ASSERT_EQ(members.size(), 4U);
  EXPECT_TRUE(TarOf(members) == written);
}

TEST(BadPackagesTest, TheGoodOneIsAccepted) {
  const ScratchFolder folder;
  Put(folder / "good.pkg", PackageOf(SamplePieces()));
  Bytes opened;
  const Status status = ReadPackage(folder / "good.pkg", SampleExpectation(), Unit(), &opened);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(opened, SampleContent());
}

TEST(BadPackagesTest, EachIsRefusedForItsOwnReason) {
  const ScratchFolder folder;
  const std::vector<BadPackage> bad = BadPackages();
  std::set<std::string> names;
  std::set<std::string> messages;
  for (const BadPackage& package : bad) {
    ASSERT_TRUE(names.insert(package.name).second) << package.name << " stands twice";
    Put(folder / "bad.pkg", package.bytes);
    Bytes opened;
    const Status status = ReadPackage(folder / "bad.pkg", SampleExpectation(), Unit(), &opened);
    ASSERT_FALSE(status.ok()) << package.name;
    ASSERT_FALSE(package.reason.empty()) << package.name;
    messages.insert(status.error().message);
    EXPECT_EQ(status.error().code, package.code) << package.name << ": " << status.error().message;
    EXPECT_THAT(status.error().message, HasSubstr(package.reason)) << package.name;
    EXPECT_THAT(status.error().message, HasSubstr("bad.pkg")) << package.name;
    EXPECT_LT(opened.size(), SampleContent().size() + 2) << package.name;
    EXPECT_EQ(folder.Names(), std::set<std::string>{"bad.pkg"}) << package.name;
    EXPECT_EQ(ERR_peek_error(), 0UL) << package.name;
  }
  EXPECT_GE(bad.size(), 200U);
  RecordProperty("bad_packages", static_cast<int>(bad.size()));
  RecordProperty("different_messages", static_cast<int>(messages.size()));
}

// Without a key even less is done: whatever inspect shows, it never ends the program.
TEST(BadPackagesTest, ShowingOneNeverEndsTheProgram) {
  const ScratchFolder folder;
  int shown = 0;
  for (const BadPackage& package : BadPackages()) {
    Put(folder / "bad.pkg", package.bytes);
    (void)LooksLikePackage(folder / "bad.pkg");
    shown += ReadUnverifiedManifest(folder / "bad.pkg").ok() ? 1 : 0;
  }
  EXPECT_GT(shown, 10);  // those whose fault lies in segments or claims
}

}  // namespace
}  // namespace musubi::storage
