// What other processes do to a store: hold it, race for it, and be killed while they change it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

// A running store_writer.
class Writer {
 public:
  explicit Writer(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    out_ = ends[0];
    arguments.insert(arguments.begin(), MUSUBI_STORE_WRITER);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) std::abort();
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
  }
  ~Writer() {
    if (pid_ > 0) {
      Kill();
      Wait();
    }
    ::close(out_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // The next thing that it tells, or 0 when it has ended.
  char Told() {
    char what = 0;
    return ::read(out_, &what, 1) == 1 ? what : '\0';
  }
  void Kill() { ::kill(pid_, SIGKILL); }
  // Its exit code, or -1 when it was killed.
  int Wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

class StoreKillTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(base(), contract_)));
    ASSERT_TRUE(IsOk(ImportInto(base(), RandomFile(contract_, "clinic", 300, 1))));
  }
  std::filesystem::path base() const { return scratch_ / "base"; }

  static Status ImportInto(const std::filesystem::path& folder, const EncodingFile& file) {
    MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(folder));
    const Result<DatasetInfo> imported = store.Import(file);
    return imported.ok() ? Status() : imported.error();
  }

  // Runs store_writer with `command` over copies of the base store and kills it at random moments.
  // Each copy must then be as before or as after `change`, which must work where it was not made.
  void KillAtRandom(const std::function<std::vector<std::string>(const std::string&)>& command,
                    const std::function<Status(const std::filesystem::path&)>& change);

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
};

void StoreKillTest::KillAtRandom(
    const std::function<std::vector<std::string>(const std::string&)>& command,
    const std::function<Status(const std::filesystem::path&)>& change) {
  constexpr int kRounds = 30;
  const auto seed = static_cast<std::uint64_t>(std::random_device()());
  std::cout << "seed " << seed << '\n';
  std::mt19937_64 random(seed);
  const std::string before = EverythingIn(base()).value();
  const std::filesystem::path folder = scratch_ / "copy";
  std::string after;
  std::chrono::microseconds whole{};
  int made = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::filesystem::remove_all(folder);
    std::filesystem::copy(base(), folder, std::filesystem::copy_options::recursive);
    Writer writer(command(folder.string()));
    ASSERT_EQ(writer.Told(), 'r');
    const auto start = std::chrono::steady_clock::now();
    if (round > 0) {
      std::this_thread::sleep_for(whole * (random() % 1100) / 1000);
      writer.Kill();
    }
    const bool done = writer.Told() == 'd';
    const auto taken = std::chrono::steady_clock::now() - start;
    writer.Wait();
    const Result<std::string> now = EverythingIn(folder);
    ASSERT_TRUE(IsOk(now)) << "round " << round;
    if (round == 0) {  // not killed: shows how long a change takes, and what it leads to
      ASSERT_TRUE(done);
      after = now.value();
      whole = std::chrono::duration_cast<std::chrono::microseconds>(taken);
      ASSERT_NE(after, before);
    }
    ASSERT_TRUE(now.value() == after || (!done && now.value() == before)) << "round " << round;
    if (now.value() == after) {
      ++made;
    } else {
      ASSERT_TRUE(IsOk(change(folder))) << "round " << round;
      ASSERT_EQ(EverythingIn(folder).value(), after) << "round " << round;
    }
  }
  std::cout << made << " of " << kRounds << " changes were made\n";
}

TEST_F(StoreKillTest, KilledImportIsThereWholeOrNotAtAll) {
  KillAtRandom(
      [](const std::string& folder) {
        return std::vector<std::string>{"import", folder, "9000", "5"};
      },
      [this](const std::filesystem::path& folder) {
        return ImportInto(folder, RandomFile(contract_, "killed", 9000, 5));
      });
}

TEST_F(StoreKillTest, KilledLinkRunIsThereWholeOrNotAtAll) {
  ASSERT_TRUE(IsOk(ImportInto(base(), RandomFile(contract_, "registry", 9000, 2))));
  KillAtRandom(
      [](const std::string& folder) {
        return std::vector<std::string>{"run", folder, "6"};
      },
      [](const std::filesystem::path& folder) -> Status {
        MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(folder));
        MUSUBI_ASSIGN_OR_RETURN(const EpochChange run, NextRun(&store, 6));
        return store.CommitEpoch(run);
      });
}

TEST_F(StoreKillTest, AnotherProcessIsToldThatTheStoreIsInUse) {
  const Result<LinkStore> holder = LinkStore::Open(base());
  ASSERT_TRUE(IsOk(holder));
  Writer second({"hold", base().string()});
  EXPECT_EQ(second.Told(), '\0');
  EXPECT_EQ(second.Wait(), static_cast<int>(ErrorCode::kLocked));
}

TEST_F(StoreKillTest, OneOfManyOpenersGetsTheStoreUntilItDies) {
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 6; ++i) {
    writers.push_back(std::make_unique<Writer>(std::vector<std::string>{"hold", base().string()}));
  }
  std::vector<Writer*> holders;
  for (const auto& writer : writers) {
    if (writer->Told() == 'r') {
      holders.push_back(writer.get());
    } else {
      EXPECT_EQ(writer->Wait(), static_cast<int>(ErrorCode::kLocked));
    }
  }
  ASSERT_EQ(holders.size(), 1U);
  holders[0]->Kill();
  holders[0]->Wait();
  EXPECT_TRUE(IsOk(EverythingIn(base())));
}

}  // namespace
}  // namespace musubi::storage
