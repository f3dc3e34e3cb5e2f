#include "storage/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <functional>
#include <vector>

#include "file_samples.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

unsigned ModeOf(const fs::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

AtomicFile MustCreate(const fs::path& file, Overwrite overwrite = Overwrite::kRefuse,
                      unsigned mode = 0644) {
  auto created = AtomicFile::Create(file, overwrite, mode);
  if (!created.ok()) ADD_FAILURE() << created.error().message;
  return std::move(created).value();
}

// Runs `body` in a child process whose renameat2 always fails with `error`, as on a file system
// without it. Returns the child's exit status.
int RunWithoutRenameat2(unsigned error, const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{std::size(filter), filter};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(99);
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) ::_exit(99);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(AtomicFileTest, AppearsOnlyAtCommit) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out");
  ASSERT_TRUE(file.Write("hello").ok());
  EXPECT_FALSE(fs::exists(folder / "out"));
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_THAT(folder.Names(), ElementsAre("out"));
  EXPECT_EQ(ReadWhole(folder / "out"), "hello");
}

TEST(AtomicFileTest, LeavesNothingWithoutCommit) {
  const ScratchFolder folder;
  {
    AtomicFile file = MustCreate(folder / "out");
    ASSERT_TRUE(file.Write(std::string(1 << 20, 'x')).ok());
    EXPECT_EQ(folder.Names().size(), 1U);  // the temporary file
  }
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(AtomicFileTest, KeepsTheOrderOfSmallAndLargeWrites) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out");
  std::string expected;
  for (const std::size_t size : {1U, 300'000U, 2U, 262'143U, 1U, 262'144U, 0U, 5U}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    expected += piece;
    ASSERT_TRUE(file.Write(piece).ok());
    EXPECT_EQ(file.size(), expected.size());
  }
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_EQ(ReadWhole(folder / "out"), expected);
}

TEST(AtomicFileTest, RewritesWhatWasWritten) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out");
  const std::string large(1 << 20, 'x');
  ASSERT_TRUE(file.Write("0123456789").ok());
  ASSERT_TRUE(file.Write(large).ok());
  ASSERT_TRUE(file.Write("abc").ok());
  const auto rewrite = [&](std::uint64_t begin, std::string_view text) {
    return file.Rewrite(begin, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  ASSERT_TRUE(rewrite(8, "YZ").ok());
  ASSERT_TRUE(rewrite(10 + large.size(), "ABC").ok());
  ASSERT_TRUE(file.Write("d").ok());
  EXPECT_EQ(file.size(), 10 + large.size() + 4);
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_EQ(ReadWhole(folder / "out"), "01234567YZ" + large + "ABCd");
}

TEST(AtomicFileTest, RefusesAnExistingFileAtOnce) {
  const ScratchFolder folder;
  WriteWhole(folder / "out", "old");
  const auto created = AtomicFile::Create(folder / "out", Overwrite::kRefuse, 0644);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().code, ErrorCode::kExists);
  EXPECT_THAT(created.error().message, HasSubstr("--force"));
}

TEST(AtomicFileTest, RefusesADanglingSymbolicLink) {
  const ScratchFolder folder;
  fs::create_symlink("nowhere", folder / "out");
  const auto created = AtomicFile::Create(folder / "out", Overwrite::kRefuse, 0644);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().code, ErrorCode::kExists);
}

TEST(AtomicFileTest, RefusesAFileThatAppearsBeforeCommit) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out");
  ASSERT_TRUE(file.Write("new").ok());
  WriteWhole(folder / "out", "other");
  const Status committed = file.Commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code, ErrorCode::kExists);
  EXPECT_EQ(ReadWhole(folder / "out"), "other");
  EXPECT_THAT(folder.Names(), ElementsAre("out"));
}

TEST(AtomicFileTest, ReplacesAFileWhenAsked) {
  const ScratchFolder folder;
  WriteWhole(folder / "out", "old");
  AtomicFile file = MustCreate(folder / "out", Overwrite::kReplace);
  ASSERT_TRUE(file.Write("new").ok());
  EXPECT_EQ(ReadWhole(folder / "out"), "old");
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_EQ(ReadWhole(folder / "out"), "new");
}

TEST(AtomicFileTest, RemovesWhatItWillReplaceBeforehand) {
  const ScratchFolder folder;
  WriteWhole(folder / "out", "old");
  AtomicFile file = MustCreate(folder / "out", Overwrite::kReplace);
  ASSERT_TRUE(file.Write("new").ok());
  ASSERT_TRUE(file.RemoveReplaced().ok());
  EXPECT_FALSE(fs::exists(folder / "out"));
  ASSERT_TRUE(file.RemoveReplaced().ok()) << "there is none any more";
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_EQ(ReadWhole(folder / "out"), "new");
}

TEST(AtomicFileTest, RemovesNothingThatItMayNotReplace) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out");
  WriteWhole(folder / "out", "other");
  ASSERT_TRUE(file.RemoveReplaced().ok());
  EXPECT_EQ(ReadWhole(folder / "out"), "other");
}

TEST(AtomicFileTest, NeverReplacesAFolderOrADevice) {
  const ScratchFolder folder;
  fs::create_directory(folder / "out");
  for (const fs::path& target : {folder / "out", fs::path("/dev/null")}) {
    const auto created = AtomicFile::Create(target, Overwrite::kReplace, 0644);
    ASSERT_FALSE(created.ok()) << target;
    EXPECT_EQ(created.error().code, ErrorCode::kExists);
  }
}

TEST(AtomicFileTest, NeverReplacesAFolderThatAppearsBeforeCommit) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out", Overwrite::kReplace);
  fs::create_directory(folder / "out");
  const Status committed = file.Commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code, ErrorCode::kExists);
  EXPECT_THAT(folder.Names(), ElementsAre("out"));
}

TEST(AtomicFileTest, SetsTheModeWhateverTheUmask) {
  for (const mode_t umask : {0000U, 0022U, 0077U, 0777U}) {
    for (const unsigned mode : {0600U, 0644U}) {
      const ScratchFolder folder;
      const mode_t before = ::umask(umask);
      AtomicFile file = MustCreate(folder / "out", Overwrite::kRefuse, mode);
      ASSERT_TRUE(file.Commit().ok());
      ::umask(before);
      EXPECT_EQ(ModeOf(folder / "out"), mode) << "umask " << umask;
    }
  }
}

TEST(AtomicFileTest, TemporaryFileOfAPrivateFileIsPrivate) {
  const ScratchFolder folder;
  const mode_t before = ::umask(0);
  const AtomicFile file = MustCreate(folder / "out", Overwrite::kRefuse, 0600);
  ::umask(before);
  ASSERT_EQ(folder.Names().size(), 1U);
  EXPECT_EQ(ModeOf(folder / *folder.Names().begin()), 0600U);
}

TEST(AtomicFileTest, NamesTheFolderThatIsMissingOrIsAFile) {
  const ScratchFolder folder;
  WriteWhole(folder / "file", "");
  for (const fs::path& target : {folder / "none/out", folder / "file/out", folder / "dir/"}) {
    const auto created = AtomicFile::Create(target, Overwrite::kRefuse, 0644);
    ASSERT_FALSE(created.ok()) << target;
    EXPECT_EQ(created.error().code, ErrorCode::kIo);
    EXPECT_THAT(created.error().message, HasSubstr("cannot write " + target.string() + ": "));
  }
}

TEST(AtomicFileTest, RefusesAFolderThatTakesNoFiles) {
  const auto created = AtomicFile::Create("/proc/out", Overwrite::kRefuse, 0644);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().code, ErrorCode::kIo);
}

TEST(AtomicFileTest, WritesALongNameAndBesideALeftTemporaryFile) {
  const ScratchFolder folder;
  const std::string name(255, 'n');
  const AtomicFile left = MustCreate(folder / name);
  AtomicFile file = MustCreate(folder / name);
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_TRUE(fs::exists(folder / name));
}

TEST(AtomicFileTest, RemovesThePartOfAFileThatCouldNotBeWritten) {
  const ScratchFolder folder;
  AtomicFile file = MustCreate(folder / "out");
  Status written;
  {
    const FailingDisk full(100'000);
    written = file.Write(std::string(1 << 20, 'x'));
  }
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_THAT(written.error().message, AllOf(HasSubstr("cannot write " + (folder / "out").string()),
                                             HasSubstr("File too large")));
  EXPECT_THAT(folder.Names(), IsEmpty());
  EXPECT_FALSE(file.Write("more").ok());
  EXPECT_FALSE(file.Commit().ok());
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(AtomicFileTest, MovesItsFile) {
  const ScratchFolder folder;
  AtomicFile first = MustCreate(folder / "first");
  AtomicFile second = MustCreate(folder / "second");
  ASSERT_TRUE(second.Write("2").ok());
  first = std::move(second);  // gives up "first"
  EXPECT_EQ(folder.Names().size(), 1U);
  ASSERT_TRUE(first.Commit().ok());
  EXPECT_THAT(folder.Names(), ElementsAre("second"));
}

TEST(AtomicFileTest, CommitsByHardLinkWhereRenameCannotRefuse) {
  for (const unsigned error : {EINVAL, ENOSYS}) {
    const ScratchFolder folder;
    const int code = RunWithoutRenameat2(error, [&] {
      AtomicFile file = MustCreate(folder / "out");
      return file.Write("hello").ok() && file.Commit().ok() ? 0 : 1;
    });
    EXPECT_EQ(code, 0);
    EXPECT_THAT(folder.Names(), ElementsAre("out"));
    EXPECT_EQ(ReadWhole(folder / "out"), "hello");
  }
}

TEST(AtomicFileTest, RemovesItsTemporaryFileWhenTheRenameFails) {
  const ScratchFolder folder;
  const int code = RunWithoutRenameat2(EIO, [&] {
    AtomicFile file = MustCreate(folder / "out");
    const Status committed = file.Commit();
    return !committed.ok() && committed.error().code == ErrorCode::kIo ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(ReadSmallFileTest, ReadsUpToTheLimitAndNoFurther) {
  const ScratchFolder folder;
  const std::string text(100'000, 't');
  WriteWhole(folder / "in", text);
  const auto whole = ReadSmallFile(folder / "in", text.size());
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole.value(), text);
  const auto refused = ReadSmallFile(folder / "in", text.size() - 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kBadData);
}

TEST(ReadSmallFileTest, RefusesWhatIsNoFile) {
  const ScratchFolder folder;
  for (const fs::path& path : {folder.path(), folder / "none", folder / "none/file"}) {
    const auto read = ReadSmallFile(path, 10);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, ErrorCode::kNoInput);
    EXPECT_THAT(read.error().message, HasSubstr(path.string()));
  }
}

}  // namespace
}  // namespace musubi::storage
