// What other processes do to a store: hold it, race for it, and be killed while they change it.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "store_fixture.h"
#include "writer_process.h"

namespace musubi::storage {
namespace {

class StoreKillTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(base(), crypto::TestStoreKey(), contract_)));
    ASSERT_TRUE(IsOk(ImportInto(base(), RandomFile(contract_, "clinic", 300, 1))));
  }
  std::filesystem::path base() const { return scratch_ / "base"; }

  static Status ImportInto(const std::filesystem::path& folder, const EncodingFile& file) {
    MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(folder, crypto::TestStoreKey()));
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

// A link run that keeps up to so many rows in memory.
std::function<std::vector<std::string>(const std::string&)> RunOf(const char* max_rows) {
  return [max_rows](const std::string& folder) {
    return std::vector<std::string>{"run", folder, "6", max_rows};
  };
}

Status CommitRun(const std::filesystem::path& folder) {
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(folder, crypto::TestStoreKey()));
  MUSUBI_ASSIGN_OR_RETURN(const EpochChange run, NextRun(&store, 6));
  return store.CommitEpoch(run);
}

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
        return std::vector<std::string>{"import", folder, "5", "9000"};
      },
      [this](const std::filesystem::path& folder) {
        return ImportInto(folder,
                          WithCopies(contract_, RandomFile(contract_, "killed", 9000, 5), 2250));
      });
}

TEST_F(StoreKillTest, KilledLinkRunIsThereWholeOrNotAtAll) {
  ASSERT_TRUE(IsOk(ImportInto(base(), RandomFile(contract_, "registry", 9000, 2))));
  KillAtRandom(RunOf("9300"), CommitRun);
}

TEST_F(StoreKillTest, KilledLinkRunOfManyRowsIsThereWholeOrNotAtAll) {
  ASSERT_TRUE(IsOk(ImportInto(base(), RandomFile(contract_, "registry", 9000, 2))));
  KillAtRandom(RunOf("9299"), CommitRun);
}

TEST_F(StoreKillTest, KilledWithdrawalIsThereWholeOrNotAtAll) {
  ASSERT_TRUE(IsOk(CommitRun(base())));
  KillAtRandom(
      [](const std::string& folder) {
        return std::vector<std::string>{"withdraw", folder, "3", "100"};
      },
      [](const std::filesystem::path& folder) {
        Writer writer({"withdraw", folder.string(), "3", "100"});
        return writer.Wait() == 0 ? Status() : Status(Error{ErrorCode::kIo, "the writer failed"});
      });
}

TEST_F(StoreKillTest, AnotherProcessIsToldThatTheStoreIsInUse) {
  const Result<LinkStore> holder = LinkStore::Open(base(), crypto::TestStoreKey());
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
