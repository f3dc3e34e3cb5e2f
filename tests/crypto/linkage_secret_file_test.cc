#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>

#include "crypto/linkage_secret.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/fixed_random.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::crypto {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Bytes kSecret = Range(0, 31);

// Why `file` is not loaded.
Error LoadError(const fs::path& file) {
  const Result<LinkageSecret> secret = LinkageSecret::Load(file);
  if (!secret.ok()) return secret.error();
  ADD_FAILURE() << file << " was loaded";
  return {ErrorCode::kInternal, "loaded"};
}

TEST(LinkageSecretLoadTest, ReadsWhatTheFileHolds) {
  const TemporaryFolder folder;
  WriteFile(folder / "s.key", kSecret, 0600);
  const Result<LinkageSecret> loaded = LinkageSecret::Load(folder / "s.key");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const SecureBytes expected = SecretOf(kSecret).Derive({}, "p", "l");
  EXPECT_EQ(ToHex(loaded.value().Derive({}, "p", "l").bytes()), ToHex(expected.bytes()));
}

// All 512 modes. Root reads a file whatever its owner's bits say.
TEST(LinkageSecretLoadTest, RefusesEveryModeThatLetsOthersIn) {
  const TemporaryFolder folder;
  const fs::path file = folder / "s.key";
  WriteFile(file, kSecret, 0600);
  for (mode_t mode = 0; mode <= 0777; ++mode) {
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
    const Result<LinkageSecret> secret = LinkageSecret::Load(file);
    const bool readable = geteuid() == 0 || (mode & 0400) != 0;
    ASSERT_EQ(secret.ok(), readable && (mode & 077) == 0) << std::oct << mode;
    if (!readable) {
      EXPECT_EQ(secret.error().code, ErrorCode::kIo) << std::oct << mode;
    } else if (!secret.ok()) {
      EXPECT_EQ(secret.error().code, ErrorCode::kRefused) << std::oct << mode;
      EXPECT_THAT(secret.error().message, HasSubstr("chmod 600"));
    }
  }
}

TEST(LinkageSecretLoadTest, RefusesAnothersFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const TemporaryFolder folder;
  WriteFile(folder / "s.key", kSecret, 0600);
  ASSERT_EQ(chown((folder / "s.key").c_str(), 65534, 65534), 0);
  EXPECT_EQ(LoadError(folder / "s.key").code, ErrorCode::kRefused);
}

TEST(LinkageSecretLoadTest, RefusesASymbolicLink) {
  const TemporaryFolder folder;
  WriteFile(folder / "s.key", kSecret, 0600);
  fs::create_symlink(folder / "s.key", folder / "link.key");
  const Error error = LoadError(folder / "link.key");
  EXPECT_EQ(error.code, ErrorCode::kRefused);
  EXPECT_THAT(error.message, HasSubstr("link.key"));
}

TEST(LinkageSecretLoadTest, FollowsALinkAmongTheFoldersThatLeadToIt) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "real");
  WriteFile(folder / "real" / "s.key", kSecret, 0600);
  fs::create_symlink(folder / "real", folder / "alias");
  EXPECT_TRUE(LinkageSecret::Load(folder / "alias" / "s.key").ok());
}

TEST(LinkageSecretLoadTest, RefusesAFolder) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "s.key");
  ASSERT_EQ(chmod((folder / "s.key").c_str(), 0700), 0);
  EXPECT_EQ(LoadError(folder / "s.key").code, ErrorCode::kRefused);
}

// No one ever writes to this pipe: a Load that waits for one is ended by the alarm.
TEST(LinkageSecretLoadTest, RefusesAPipeWithoutWaiting) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "s.key").c_str(), 0600), 0);
  alarm(20);
  EXPECT_EQ(LoadError(folder / "s.key").code, ErrorCode::kRefused);
  alarm(0);
}

TEST(LinkageSecretLoadTest, RefusesADevice) {
  EXPECT_EQ(LoadError("/dev/zero").code, ErrorCode::kRefused);
}

TEST(LinkageSecretLoadTest, RefusesASocket) {
  const TemporaryFolder folder;
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (folder / "s.key").string();
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(LoadError(folder / "s.key").code, ErrorCode::kRefused);
  close(fd);
}

TEST(LinkageSecretLoadTest, RefusesAnyOtherLength) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0U, 1U, 31U, 33U, 64U, 5000U}) {
    WriteFile(folder / "s.key", Repeat(size, 7), 0600);
    const Error error = LoadError(folder / "s.key");
    EXPECT_EQ(error.code, ErrorCode::kBadData) << size;
    EXPECT_THAT(error.message, HasSubstr("this one has " + std::to_string(size)));
  }
}

TEST(LinkageSecretLoadTest, SaysWhenThereIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(LoadError(folder / "s.key").code, ErrorCode::kNoInput);
  EXPECT_EQ(LoadError(folder / "no" / "s.key").code, ErrorCode::kNoInput);
  WriteFile(folder / "file", {}, 0600);
  EXPECT_EQ(LoadError(folder / "file" / "s.key").code, ErrorCode::kNoInput);
}

TEST(LinkageSecretSaveTest, WritesExactlyTheSecret) {
  const TemporaryFolder folder;
  ASSERT_TRUE(SecretOf(kSecret).Save(folder / "s.key").ok());
  EXPECT_EQ(ReadFile(folder / "s.key"), kSecret);
  EXPECT_THAT(folder.Names(), ElementsAre("s.key"));
}

TEST(LinkageSecretSaveTest, GivesMode0600WhateverTheUmask) {
  for (const mode_t mask : {0U, 022U, 077U, 0777U}) {
    const TemporaryFolder folder;
    const mode_t before = umask(mask);
    const Status saved = SecretOf(kSecret).Save(folder / "s.key");
    umask(before);
    ASSERT_TRUE(saved.ok()) << saved.error().message;
    EXPECT_EQ(ModeOf(folder / "s.key"), 0600U) << std::oct << mask;
  }
}

TEST(LinkageSecretSaveTest, NeverOverwrites) {
  const TemporaryFolder folder;
  WriteFile(folder / "s.key", Text("precious"), 0640);
  const Status saved = SecretOf(kSecret).Save(folder / "s.key");
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kExists);
  EXPECT_EQ(ReadFile(folder / "s.key"), Text("precious"));
  EXPECT_EQ(ModeOf(folder / "s.key"), 0640U);
  EXPECT_THAT(folder.Names(), ElementsAre("s.key"));
}

TEST(LinkageSecretSaveTest, NeverWritesThroughALink) {
  const TemporaryFolder folder;
  fs::create_symlink(folder / "elsewhere", folder / "s.key");
  const Status saved = SecretOf(kSecret).Save(folder / "s.key");
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kExists);
  EXPECT_THAT(folder.Names(), ElementsAre("s.key"));
}

TEST(LinkageSecretSaveTest, NeedsTheFolder) {
  const TemporaryFolder folder;
  const Status saved = SecretOf(kSecret).Save(folder / "no" / "s.key");
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kIo);
}

TEST(LinkageSecretSaveTest, TakesANameWithoutAFolder) {
  const TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  const Status saved = SecretOf(kSecret).Save("s.key");
  fs::current_path(before);
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  EXPECT_EQ(ReadFile(folder / "s.key"), kSecret);
}

// A full disk, played by a limit on the size of files: half of the secret can be written.
TEST(LinkageSecretSaveTest, LeavesNothingWhereItDoesNotFit) {
  const TemporaryFolder folder;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit half{LinkageSecret::kBytes / 2, before.rlim_max};
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &half), 0);
  const Status saved = SecretOf(kSecret).Save(folder / "s.key");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kIo);
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(LinkageSecretSaveTest, WhatIsSavedCanBeLoaded) {
  const TemporaryFolder folder;
  const LinkageSecret secret = SecretOf(kSecret);
  ASSERT_TRUE(secret.Save(folder / "s.key").ok());
  const Result<LinkageSecret> loaded = LinkageSecret::Load(folder / "s.key");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(ToHex(loaded.value().Derive({}, "p", "").bytes()),
            ToHex(secret.Derive({}, "p", "").bytes()));
}

}  // namespace
}  // namespace musubi::crypto
