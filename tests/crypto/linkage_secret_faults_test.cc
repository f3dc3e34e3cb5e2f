// Saves a secret while one system call after another fails: all or nothing must be left.
//
// This program has its own fsync, write and so on in place of the C library's, and tells them when
// to fail. It is a program of its own so that no other test meets them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "crypto/linkage_secret.h"
#include "tests/crypto/bytes.h"
#include "tests/crypto/fixed_random.h"
#include "tests/crypto/temporary_folder.h"

namespace {

struct Faults {
  int calls_left = -1;           // the call that fails, counted down; below 0 none does
  int cause = 0;                 // its errno
  bool no_noreplace = false;     // renameat2 is answered with EINVAL, as NFS does
  bool write_by_byte = false;    // each write takes one byte
  int interrupted_calls = 0;     // so many reads or writes are interrupted first
  bool open_to_all = false;      // every file has mode 0777, as FAT and some shares have it
  bool ends_early = false;       // read finds no more bytes
  std::vector<std::string> log;  // the calls made
};
Faults* g_faults = nullptr;  // set while a test wants faults

// True when this call is the one to fail; errno is then set.
bool Fails(const char* call) {
  if (g_faults == nullptr) return false;
  g_faults->log.emplace_back(call);
  if (g_faults->calls_left < 0 || g_faults->calls_left-- > 0) return false;
  errno = g_faults->cause;
  return true;
}

bool Interrupted() {
  if (g_faults == nullptr || g_faults->interrupted_calls == 0) return false;
  --g_faults->interrupted_calls;
  errno = EINTR;
  return true;
}

}  // namespace

extern "C" {

int fsync(int fd) { return Fails("fsync") ? -1 : static_cast<int>(syscall(SYS_fsync, fd)); }

int fchmod(int fd, mode_t mode) noexcept {
  if (Fails("fchmod")) return -1;
  const bool forced = g_faults != nullptr && g_faults->open_to_all;
  return static_cast<int>(syscall(SYS_fchmod, fd, forced ? 0777 : mode));
}

ssize_t write(int fd, const void* bytes, size_t size) {
  if (Interrupted() || Fails("write")) return -1;
  const bool cut = g_faults != nullptr && g_faults->write_by_byte;
  return syscall(SYS_write, fd, bytes, cut ? 1 : size);
}

ssize_t read(int fd, void* bytes, size_t size) {
  if (Interrupted() || Fails("read")) return -1;
  if (g_faults != nullptr && g_faults->ends_early) return 0;
  return syscall(SYS_read, fd, bytes, size);
}

int link(const char* from, const char* to) noexcept {
  return Fails("link") ? -1
                       : static_cast<int>(syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned int flags) noexcept {
  if (Fails("renameat2")) return -1;
  if (g_faults != nullptr && g_faults->no_noreplace) {
    errno = EINVAL;
    return -1;
  }
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

}  // extern "C"

namespace musubi::crypto {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Bytes kSecret = Range(0, 31);

// Saves to "s.key" of `folder` under `faults`.
Status SaveUnder(Faults* faults, const TemporaryFolder& folder) {
  const LinkageSecret secret = SecretOf(kSecret);
  g_faults = faults;
  Status saved = secret.Save(folder / "s.key");
  g_faults = nullptr;
  return saved;
}

// Without this the other tests could pass because nothing was intercepted.
TEST(LinkageSecretFaultsTest, EveryStepIsTakenInOrder) {
  const TemporaryFolder folder;
  Faults faults;
  ASSERT_TRUE(SaveUnder(&faults, folder).ok());
  EXPECT_THAT(faults.log, ElementsAre("fchmod", "write", "fsync", "renameat2", "fsync"));
}

// Fails the first call, then the second, and so on, until there is none left to fail.
void FailEveryCall(bool no_noreplace, int expected_calls) {
  int failures = 0;
  for (int nth = 0;; ++nth) {
    const TemporaryFolder folder;
    Faults faults;
    faults.calls_left = nth;
    faults.cause = EIO;
    faults.no_noreplace = no_noreplace;
    const Status saved = SaveUnder(&faults, folder);
    if (saved.ok()) {
      EXPECT_EQ(ReadFile(folder / "s.key"), kSecret);
      EXPECT_THAT(folder.Names(), ElementsAre("s.key"));
      break;
    }
    ++failures;
    EXPECT_EQ(saved.error().code, ErrorCode::kIo);
    EXPECT_THAT(folder.Names(), IsEmpty()) << "after " << faults.log.back();
  }
  EXPECT_EQ(failures, expected_calls);
}

TEST(LinkageSecretFaultsTest, AnyFailedCallLeavesNothing) { FailEveryCall(false, 5); }

TEST(LinkageSecretFaultsTest, AnyFailedCallLeavesNothingWhereAFileIsLinked) {
  FailEveryCall(true, 6);
}

TEST(LinkageSecretFaultsTest, ALinkNeverOverwritesEither) {
  const TemporaryFolder folder;
  WriteFile(folder / "s.key", Text("precious"), 0600);
  Faults faults;
  faults.no_noreplace = true;
  const Status saved = SaveUnder(&faults, folder);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kExists);
  EXPECT_EQ(ReadFile(folder / "s.key"), Text("precious"));
  EXPECT_THAT(folder.Names(), ElementsAre("s.key"));
}

// Some file systems cannot sync a folder, and say EINVAL: call 5 of EveryStepIsTakenInOrder.
TEST(LinkageSecretFaultsTest, AFolderThatCannotBeSyncedIsNoError) {
  const TemporaryFolder folder;
  Faults faults;
  faults.calls_left = 4;
  faults.cause = EINVAL;
  EXPECT_TRUE(SaveUnder(&faults, folder).ok());
  EXPECT_EQ(ReadFile(folder / "s.key"), kSecret);
}

TEST(LinkageSecretFaultsTest, ShortAndInterruptedWritesAreCarriedOn) {
  const TemporaryFolder folder;
  Faults faults;
  faults.write_by_byte = true;
  faults.interrupted_calls = 2;
  ASSERT_TRUE(SaveUnder(&faults, folder).ok());
  EXPECT_EQ(ReadFile(folder / "s.key"), kSecret);
}

TEST(LinkageSecretFaultsTest, NothingIsWrittenWhereOthersCouldReadIt) {
  const TemporaryFolder folder;
  Faults faults;
  faults.open_to_all = true;
  const Status saved = SaveUnder(&faults, folder);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, ErrorCode::kIo);
  EXPECT_THAT(faults.log, ElementsAre("fchmod"));
  EXPECT_THAT(folder.Names(), IsEmpty());
}

// Loads a good file under `faults`.
Result<LinkageSecret> LoadUnder(Faults* faults) {
  const TemporaryFolder folder;
  WriteFile(folder / "s.key", kSecret, 0600);
  g_faults = faults;
  Result<LinkageSecret> loaded = LinkageSecret::Load(folder / "s.key");
  g_faults = nullptr;
  return loaded;
}

TEST(LinkageSecretFaultsTest, LoadCarriesOnAnInterruptedRead) {
  Faults faults;
  faults.interrupted_calls = 1;
  EXPECT_TRUE(LoadUnder(&faults).ok());
  EXPECT_EQ(faults.interrupted_calls, 0);
}

TEST(LinkageSecretFaultsTest, LoadSaysWhenTheFileCannotBeRead) {
  Faults faults;
  faults.calls_left = 0;
  faults.cause = EIO;
  const Result<LinkageSecret> loaded = LoadUnder(&faults);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kIo);
}

// Someone cuts the file between the look at its length and the reading.
TEST(LinkageSecretFaultsTest, LoadSaysWhenTheFileEndsEarly) {
  Faults faults;
  faults.ends_early = true;
  const Result<LinkageSecret> loaded = LoadUnder(&faults);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kBadData);
}

}  // namespace
}  // namespace musubi::crypto
