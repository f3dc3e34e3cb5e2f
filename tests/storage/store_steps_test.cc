// Every step that a change takes on the disk fails once, and dies once.

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "store_fixture.h"
#include "writer_process.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;

// RandomRun gives each of the 90 records a key and makes one proposal: with the summary's row these
// are as many as wait in memory, and one more than that.
constexpr const char* kInMemory = "91";
constexpr const char* kInTables = "90";

// The names of table files, of the database or beside it.
std::set<std::string> Tables(const fs::path& store) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".sst") || name.ends_with(".tmp")) names.insert(name);
  }
  return names;
}

class StoreStepsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(base(), crypto::TestStoreKey(), contract_)));
    Result<LinkStore> store = LinkStore::Open(base(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(store.value().Import(RandomFile(contract_, "clinic", 50, 1))));
    ASSERT_TRUE(IsOk(store.value().Import(RandomFile(contract_, "registry", 40, 2))));
    before_ = Everything(&store.value()).value();
  }
  // So that there is something of a record in every family. What a kill left to be erased is erased
  // when the store is opened, which writes tables anew.
  void PrepareWithdrawal() {
    rewrites_ = true;
    Result<LinkStore> store = LinkStore::Open(base(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(NextRun(&store.value(), 6).value())));
    before_ = Everything(&store.value()).value();
  }
  fs::path base() const { return scratch_ / "base"; }
  fs::path copy() const { return scratch_ / "copy"; }

  // Runs `change` of store_writer with `fault` at each step in turn, until one is beyond the last.
  void StrikeEveryStep(const std::string& change, const std::string& seed, const std::string& size,
                       const std::string& fault);
  // Looks at the copy of the store after a change that was told to be done, or not.
  void ExpectWhole(bool done, const std::string& after);

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  std::string before_;
  bool rewrites_ = false;
};

void StoreStepsTest::ExpectWhole(bool done, const std::string& after) {
  const Result<std::string> now = EverythingIn(copy());
  ASSERT_TRUE(IsOk(now));
  ASSERT_TRUE(now.value() == after || (!done && now.value() == before_));
  // Nothing of a change that was not made stays on the disk.
  if (now.value() != before_) return;
  if (rewrites_) {
    EXPECT_LE(Tables(copy()).size(), Tables(base()).size());
  } else {
    EXPECT_EQ(Tables(copy()), Tables(base()));
  }
}

void StoreStepsTest::StrikeEveryStep(const std::string& change, const std::string& seed,
                                     const std::string& size, const std::string& fault) {
  std::string after;
  int made = 0;
  for (int step = 0;; ++step) {
    SCOPED_TRACE(fault + " at step " + std::to_string(step));
    fs::remove_all(copy());
    fs::copy(base(), copy(), fs::copy_options::recursive);
    std::vector<std::string> arguments = {change, copy().string(), seed, size};
    if (step != 0) arguments.insert(arguments.end(), {fault, std::to_string(step)});
    Writer writer(arguments);
    ASSERT_EQ(writer.Told(), 'r');
    char told = writer.Told();
    const bool struck = told == 's';
    if (struck) told = writer.Told();
    const bool done = told == 'd';
    const int code = writer.Wait();
    if (step == 0) {  // without a fault: what the change leads to
      ASSERT_TRUE(done);
      after = EverythingIn(copy()).value();
      ASSERT_NE(after, before_);
      continue;
    }
    // A killed process tells no code; one whose disk is full must, or it died of it.
    ASSERT_EQ(code, done ? 0 : fault == "kill" ? -1 : static_cast<int>(ErrorCode::kIo));
    ASSERT_NO_FATAL_FAILURE(ExpectWhole(done, after));
    if (done) ++made;
    if (done && !struck) {
      std::cout << step - 1 << " steps\n";
      EXPECT_GT(step, 10);
      break;
    }
  }
}

TEST_F(StoreStepsTest, ImportIsWholeWhereverItIsKilled) {
  StrikeEveryStep("import", "5", "30", "kill");
}

TEST_F(StoreStepsTest, ImportIsWholeWhereverTheDiskIsFull) {
  StrikeEveryStep("import", "5", "30", "full");
}

TEST_F(StoreStepsTest, LinkRunIsWholeWhereverItIsKilled) {
  StrikeEveryStep("run", "6", kInMemory, "kill");
}

TEST_F(StoreStepsTest, LinkRunIsWholeWhereverTheDiskIsFull) {
  StrikeEveryStep("run", "6", kInMemory, "full");
}

TEST_F(StoreStepsTest, LinkRunOfManyRowsIsWholeWhereverItIsKilled) {
  StrikeEveryStep("run", "6", kInTables, "kill");
}

TEST_F(StoreStepsTest, LinkRunOfManyRowsIsWholeWhereverTheDiskIsFull) {
  StrikeEveryStep("run", "6", kInTables, "full");
}

TEST_F(StoreStepsTest, WithdrawalIsWholeWhereverItIsKilled) {
  PrepareWithdrawal();
  StrikeEveryStep("withdraw", "3", "5", "kill");
}

TEST_F(StoreStepsTest, WithdrawalIsWholeWhereverTheDiskIsFull) {
  PrepareWithdrawal();
  StrikeEveryStep("withdraw", "3", "5", "full");
}

TEST_F(StoreStepsTest, RefusalIsLoggedWhollyWhereverItIsKilled) {
  StrikeEveryStep("refuse", "0", "0", "kill");
}

TEST_F(StoreStepsTest, RefusalIsLoggedWhollyWhereverTheDiskIsFull) {
  StrikeEveryStep("refuse", "0", "0", "full");
}

}  // namespace
}  // namespace musubi::storage
