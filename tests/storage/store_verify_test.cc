// Whatever is missing or changed in a store, reading all of it finds it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "file_samples.h"
#include "raw_rows.h"
#include "storage/link_store.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;

class StoreVerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)));
    Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(
        store.value().Import(WithCopies(contract_, RandomFile(contract_, "clinic", 100, 1), 30))));
    ASSERT_TRUE(IsOk(store.value().Import(RandomFile(contract_, "registry", 50, 2))));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(NextRun(&store.value(), 3).value())));
    ASSERT_TRUE(IsOk(store.value().AddProject({"stroke", 1}, crypto::SecureBytes(32))));
  }
  fs::path folder() const { return scratch_ / "store"; }

  static Result<StoreCheck> Verify(const fs::path& store) {
    MUSUBI_ASSIGN_OR_RETURN(LinkStore opened, LinkStore::Open(store, crypto::TestStoreKey()));
    return opened.Verify();
  }
  // A copy of the store, closed.
  fs::path Copy() {
    const fs::path copy = scratch_ / "copy";
    fs::remove_all(copy);
    fs::copy(folder(), copy, fs::copy_options::recursive);
    return copy;
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
};

TEST_F(StoreVerifyTest, AWholeStoreIsTold) {
  const Result<StoreCheck> check = Verify(folder());
  ASSERT_TRUE(IsOk(check));
  EXPECT_EQ(check.value().commit, 4U);
  EXPECT_EQ(check.value().epoch, 1U);
  EXPECT_EQ(check.value().log_entries, 5U);
  Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
  EXPECT_EQ(check.value().state, store.value().StateDigest().value());
  std::vector<std::string> rows;
  for (const FamilyCheck& family : check.value().families) {
    rows.push_back(family.name + " " + std::to_string(family.rows));
  }
  // Of encodings: five columns of each data set, and of the planted copies.
  EXPECT_THAT(rows, testing::ElementsAre("default 5", "datasets 2", "encodings 15", "members 150",
                                         "events 3", "projects 1", "log 5"));
}

TEST_F(StoreVerifyTest, EveryRowThatIsMissingIsNoticed) {
  for (std::size_t number = 0; number < kFamilies; ++number) {
    const auto family = static_cast<Family>(number);
    std::vector<std::string> keys = RawRows(folder() / "db").Keys(family);
    if (family == Family::kMembers) keys.resize(3);  // each is like the others
    for (const std::string& key : keys) {
      SCOPED_TRACE(std::string(kFamilyNames[number]) + " " +
                   ToHex(reinterpret_cast<const std::uint8_t*>(key.data()), key.size()));
      const fs::path copy = Copy();
      RawRows(copy / "db", true).Remove(family, key);
      EXPECT_FALSE(Verify(copy).ok());
    }
  }
}

TEST_F(StoreVerifyTest, EveryChangedByteOfATableIsNoticed) {
  const std::uint64_t seed = std::random_device()();
  std::cout << "seed " << seed << '\n';
  std::mt19937_64 random(seed);
  const std::string whole = EverythingIn(folder()).value();
  for (const auto& entry : fs::directory_iterator(folder() / "db")) {
    if (entry.path().extension() != ".sst") continue;
    const std::string bytes = ReadWhole(entry.path());
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random() % bytes.size();
      SCOPED_TRACE(entry.path().filename().string() + " at " + std::to_string(at));
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
      const fs::path copy = Copy();
      WriteWhole(copy / "db" / entry.path().filename(), changed);
      // Some bytes at a table's end are padding, and nothing is read from them.
      if (Verify(copy).ok()) {
        EXPECT_EQ(EverythingIn(copy).value(), whole);
      }
    }
  }
}

TEST_F(StoreVerifyTest, AStopIsObeyed) {
  Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_TRUE(IsOk(store));
  const std::atomic<bool> stop = true;
  ExecContext context;
  context.stop = &stop;
  EXPECT_EQ(CodeOf(store.value().Verify(context)), static_cast<int>(ErrorCode::kInterrupted));
}

}  // namespace
}  // namespace musubi::storage
