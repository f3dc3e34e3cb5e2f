// A backup gives back the store that it was made of, to whoever has its key and to no one else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;

using crypto::BackupKey;

BackupKey KeyOf(std::uint8_t byte) {
  BackupKey backup{{}, 1'000'000'000, 0, 0, crypto::SecureBytes(32)};
  backup.id.fill(byte);
  std::ranges::fill(backup.key.mutable_bytes(), byte);
  return backup;
}

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)));
    Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(
        store.value().Import(WithCopies(contract_, RandomFile(contract_, "clinic", 100, 1), 30))));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(NextRun(&store.value(), 3).value())));
    ASSERT_TRUE(IsOk(store.value().AddProject({"stroke", 1}, crypto::SecureBytes(32))));
    before_ = WithoutLog(Everything(&store.value()).value());
    head_ = store.value().BeginBackup(KeyOf(1).id).value();
    ASSERT_TRUE(IsOk(store.value().WriteBackup(file(), Overwrite::kRefuse, KeyOf(1))));
  }
  fs::path folder() const { return scratch_ / "store"; }
  fs::path file() const { return scratch_ / "backup"; }
  fs::path restored() const { return scratch_ / "restored"; }

  static std::string WithoutLog(const std::string& everything) {
    return everything.substr(0, everything.find("\nlog "));
  }
  Result<BackupHead> Restore(const BackupKey& key) {
    return LinkStore::Restore(file(), key, crypto::TestStoreKey(), restored());
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  std::string before_;
  BackupHead head_;
};

TEST_F(BackupTest, ARestoredStoreIsTheStore) {
  const Result<BackupHead> head = Restore(KeyOf(1));
  ASSERT_TRUE(IsOk(head));
  EXPECT_EQ(head.value().commit, head_.commit);
  Result<LinkStore> store = LinkStore::Open(restored(), crypto::TestStoreKey());
  ASSERT_TRUE(IsOk(store));
  EXPECT_EQ(store.value().StateDigest().value(), head_.state);
  EXPECT_EQ(WithoutLog(Everything(&store.value()).value()), before_);
  std::vector<LogKind> kinds;
  ASSERT_TRUE(IsOk(store.value().VisitLog([&](std::string_view, const LogEntry& entry) -> Status {
    kinds.push_back(entry.event.kind);
    return {};
  })));
  EXPECT_THAT(kinds, testing::ElementsAre(LogKind::kCreate, LogKind::kImport, LogKind::kLink,
                                          LogKind::kProject, LogKind::kBackup, LogKind::kRestore));
  // And goes on as one.
  EXPECT_TRUE(IsOk(store.value().Import(RandomFile(contract_, "registry", 50, 2))));
}

TEST_F(BackupTest, TheStoreIsAsItWasAndGoesOn) {
  EXPECT_THAT(scratch_.Names(), testing::UnorderedElementsAre("store", "backup"));
  for (const auto& entry : fs::directory_iterator(folder())) {
    EXPECT_NE(entry.path().extension(), ".tmp");
  }
  Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_TRUE(IsOk(store));
  EXPECT_EQ(WithoutLog(Everything(&store.value()).value()), before_);
  EXPECT_EQ(store.value().StateDigest().value(), head_.state);
  EXPECT_EQ(CodeOf(store.value().WriteBackup(file(), Overwrite::kRefuse, KeyOf(1))),
            static_cast<int>(ErrorCode::kExists));
}

TEST_F(BackupTest, AnotherKeyOpensNothing) {
  BackupKey other = KeyOf(2);
  other.id = KeyOf(1).id;
  EXPECT_EQ(CodeOf(Restore(other)), static_cast<int>(ErrorCode::kBadData));
  crypto::SecureBytes bytes(crypto::StoreKey::kBytes);
  EXPECT_EQ(CodeOf(LinkStore::Restore(file(), KeyOf(1), crypto::StoreKey::Of(std::move(bytes)),
                                      restored())),
            static_cast<int>(ErrorCode::kRefused));
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(BackupTest, WhatIsDamagedOrCutRestoresNothing) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::string whole = ReadWhole(file());
  constexpr std::size_t kTitleBytes = 32;  // with the id, by which the key is found
  for (int i = 0; i < 40; ++i) {
    const std::size_t at = kTitleBytes + random() % (whole.size() - kTitleBytes);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
    WriteWhole(file(), i % 2 == 0 ? changed : whole.substr(0, at));
    EXPECT_EQ(CodeOf(Restore(KeyOf(1))), static_cast<int>(ErrorCode::kBadData)) << at;
    EXPECT_FALSE(fs::exists(restored()));
  }
  WriteWhole(file(), whole + "more");
  EXPECT_EQ(CodeOf(Restore(KeyOf(1))), static_cast<int>(ErrorCode::kBadData));
  // A piece less at the end, where a piece ends: the last one is missing.
  constexpr std::size_t kSealedPiece = 65'536 + 28;
  ASSERT_GT(whole.size(), kTitleBytes + kSealedPiece);
  WriteWhole(file(), whole.substr(0, kTitleBytes + kSealedPiece));
  EXPECT_EQ(CodeOf(Restore(KeyOf(1))), static_cast<int>(ErrorCode::kBadData));
  EXPECT_THAT(scratch_.Names(), testing::UnorderedElementsAre("store", "backup"));
}

TEST_F(BackupTest, AnExistingFolderIsNeverReplaced) {
  fs::create_directory(restored());
  EXPECT_EQ(CodeOf(Restore(KeyOf(1))), static_cast<int>(ErrorCode::kExists));
}

TEST_F(BackupTest, AFullDiskMakesNoBackup) {
  Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_TRUE(IsOk(store));
  {
    const FailingDisk disk(10'000);
    EXPECT_EQ(CodeOf(store.value().WriteBackup(scratch_ / "other", Overwrite::kRefuse, KeyOf(2))),
              static_cast<int>(ErrorCode::kIo));
  }
  EXPECT_THAT(scratch_.Names(), testing::UnorderedElementsAre("store", "backup"));
  EXPECT_TRUE(IsOk(store.value().WriteBackup(scratch_ / "other", Overwrite::kRefuse, KeyOf(2))));
}

}  // namespace
}  // namespace musubi::storage
