// A store that lost or changed bytes, or could not write them, says so and never shows other
// content than it was given.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "storage/rocks.h"
#include "storage/store_keys.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

// All files below a folder, with their bytes.
std::map<std::string, std::string> FilesOf(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), folder).string()] = ReadWhole(entry.path());
    }
  }
  return files;
}

// A store with two data sets, each with planted copies, a link run and a project.
class StoreDamageTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)));
    ASSERT_TRUE(IsOk(Import("clinic", 1)));
    fs::copy(folder(), scratch_ / "earlier", fs::copy_options::recursive);
    ASSERT_TRUE(IsOk(Import("registry", 2)));
    Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(store.value().AddProject({"stroke", 0}, crypto::SecureBytes(32))));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(NextRun(&store.value(), 3).value())));
    whole_ = Everything(&store.value()).value();
  }
  Status Import(std::string_view holder, std::uint64_t seed) {
    MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(folder(), crypto::TestStoreKey()));
    const auto imported =
        store.Import(WithCopies(contract_, RandomFile(contract_, holder, 100, seed), 30));
    return imported.ok() ? Status() : imported.error();
  }
  fs::path folder() const { return scratch_ / "store"; }

  // The error that a copy of the store gives after `damage`, or 0 where it shows all that the
  // store held. Anything else fails the test.
  int CodeAfter(const std::function<void(const fs::path&)>& damage) {
    const fs::path copy = scratch_ / "copy";
    fs::remove_all(copy);
    fs::copy(folder(), copy, fs::copy_options::recursive);
    damage(copy);
    const Result<std::string> shown = EverythingIn(copy);
    if (shown.ok()) {
      EXPECT_TRUE(shown.value() == whole_) << "content changed in silence";
    }
    return CodeOf(shown);
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  std::string whole_;
};

// RocksDB by itself opens a database whose last changes are cut off as if they had never been.
TEST_F(StoreDamageTest, CutFilesAreNoticed) {
  std::map<int, int> outcomes;
  for (const auto& [name, bytes] : FilesOf(folder())) {
    for (const std::size_t keep : {std::size_t{0}, bytes.size() / 3, bytes.size() * 3 / 4,
                                   bytes.size() - std::min<std::size_t>(bytes.size(), 20),
                                   bytes.size() - std::min<std::size_t>(bytes.size(), 1)}) {
      SCOPED_TRACE(name + " cut to " + std::to_string(keep));
      ++outcomes[CodeAfter([&](const fs::path& copy) { fs::resize_file(copy / name, keep); })];
    }
  }
  for (const auto& [code, times] : outcomes) std::cout << code << ": " << times << " times\n";
  EXPECT_GT(outcomes[static_cast<int>(ErrorCode::kIo)], 0);
  EXPECT_GT(outcomes[static_cast<int>(ErrorCode::kBadData)], 0);
}

TEST_F(StoreDamageTest, LostFilesAreNoticed) {
  for (const auto& [name, bytes] : FilesOf(folder())) {
    SCOPED_TRACE(name + " lost");
    const int code = CodeAfter([&](const fs::path& copy) { fs::remove(copy / name); });
    if (name.ends_with(".sst") || name.starts_with("db/MANIFEST") || name == "db/CURRENT") {
      EXPECT_NE(code, 0);
    }
  }
}

TEST_F(StoreDamageTest, FlippedBitsAreNoticed) {
  const auto seed = static_cast<std::uint64_t>(std::random_device()());
  std::cout << "seed " << seed << std::endl;  // at once: RocksDB may abort
  std::mt19937_64 random(seed);
  std::map<int, int> outcomes;
  for (const auto& [name, bytes] : FilesOf(folder())) {
    for (int i = 0; i < 12 && !bytes.empty(); ++i) {
      std::string damaged = bytes;
      const std::size_t at = random() % bytes.size();
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
      SCOPED_TRACE(name + " flipped at " + std::to_string(at));
      ++outcomes[CodeAfter([&](const fs::path& copy) { WriteWhole(copy / name, damaged); })];
    }
  }
  for (const auto& [code, times] : outcomes) std::cout << code << ": " << times << " times\n";
  EXPECT_GT(outcomes[static_cast<int>(ErrorCode::kIo)], 0);
}

// The end of a table is looked at before anything is verified. RocksDB itself would end the process
// for one of these bits, where it was built with assertions.
TEST_F(StoreDamageTest, ChangedEndsOfTablesAreNoticed) {
  constexpr std::size_t kEndBytes = 200;
  std::string name;  // of the newest table
  for (const auto& [file, bytes] : FilesOf(folder())) {
    if (file.ends_with(".sst")) name = file;
  }
  const std::string bytes = ReadWhole(folder() / name);
  for (std::size_t at = bytes.size() - kEndBytes; at < bytes.size(); ++at) {
    SCOPED_TRACE(name + " changed at " + std::to_string(at));
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x80);
    CodeAfter([&](const fs::path& copy) { WriteWhole(copy / name, damaged); });
  }
}

// Were it opened for writing first, RocksDB would delete the tables that it no longer knows.
TEST_F(StoreDamageTest, RefusedStoreIsLeftAsItIs) {
  for (const auto& [name, bytes] : FilesOf(folder())) {
    if (name.starts_with("db/MANIFEST")) fs::resize_file(folder() / name, bytes.size() * 2 / 3);
  }
  const auto before = FilesOf(folder());
  EXPECT_NE(CodeOf(LinkStore::Open(folder(), crypto::TestStoreKey())), 0);
  EXPECT_TRUE(FilesOf(folder()) == before);
}

TEST_F(StoreDamageTest, EarlierDatabaseUnderTheSameWitnessIsRefused) {
  fs::remove_all(folder() / "db");
  fs::copy(scratch_ / "earlier/db", folder() / "db", fs::copy_options::recursive);
  const auto opened = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_EQ(CodeOf(opened), static_cast<int>(ErrorCode::kBadData));
  EXPECT_THAT(opened.error().message, HasSubstr("database is at change 1 and its witness at "));
}

// Both made one import into a store of the same contract; only what they imported differs.
TEST_F(StoreDamageTest, DatabaseOfAnotherStoreIsRefused) {
  const fs::path other = scratch_ / "other";
  ASSERT_TRUE(IsOk(LinkStore::Create(other, crypto::TestStoreKey(), contract_)));
  {
    Result<LinkStore> store = LinkStore::Open(other, crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(store.value().Import(RandomFile(contract_, "clinic", 100, 9))));
  }
  ASSERT_TRUE(IsOk(EverythingIn(other)));
  fs::copy(scratch_ / "earlier/WITNESS", other / "WITNESS", fs::copy_options::overwrite_existing);
  EXPECT_EQ(CodeOf(LinkStore::Open(other, crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kBadData));
}

// What a kill between a change and its witness leaves.
TEST_F(StoreDamageTest, DatabaseOneChangeAheadOfItsWitnessIsTaken) {
  fs::copy(folder() / "WITNESS", scratch_ / "witness");
  {
    Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(store.value().AddProject({"asthma", 1}, crypto::SecureBytes(32))));
    whole_ = Everything(&store.value()).value();
  }
  const std::string last = ReadWhole(folder() / "WITNESS");
  fs::copy(scratch_ / "witness", folder() / "WITNESS", fs::copy_options::overwrite_existing);
  EXPECT_EQ(EverythingIn(folder()).value(), whole_);
  EXPECT_EQ(ReadWhole(folder() / "WITNESS"), last);
  fs::copy(scratch_ / "earlier/WITNESS", folder() / "WITNESS",
           fs::copy_options::overwrite_existing);
  EXPECT_EQ(CodeOf(LinkStore::Open(folder(), crypto::TestStoreKey())),
            static_cast<int>(ErrorCode::kBadData));
}

// No file can grow beyond the limit, so that the change fails at one write or another: of the log,
// a table, the MANIFEST or the witness.
TEST_F(StoreDamageTest, FailedWriteIsReportedAndMakesNoHalfChange) {
  int failures = 0;
  for (const rlim_t limit : {0, 50, 110, 200, 700, 1'400, 3'000, 20'000}) {
    SCOPED_TRACE("limit " + std::to_string(limit));
    const fs::path copy = scratch_ / "copy";
    fs::remove_all(copy);
    fs::copy(folder(), copy, fs::copy_options::recursive);
    {
      Result<LinkStore> store = LinkStore::Open(copy, crypto::TestStoreKey());
      ASSERT_TRUE(IsOk(store));
      const FailingDisk disk(limit);
      const Status added = store.value().AddProject({"asthma", 1}, crypto::SecureBytes(32));
      if (!added.ok()) {
        ++failures;
        EXPECT_EQ(added.error().code, ErrorCode::kIo);
        EXPECT_EQ(CodeOf(store.value().Members()), static_cast<int>(ErrorCode::kIo));
      }
    }
    Result<LinkStore> store = LinkStore::Open(copy, crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    if (!store.value().ProjectKey("asthma").ok()) {
      EXPECT_EQ(Everything(&store.value()).value(), whole_);
      ASSERT_TRUE(IsOk(store.value().AddProject({"asthma", 1}, crypto::SecureBytes(32))));
    }
    EXPECT_THAT(Everything(&store.value()).value(), HasSubstr("project asthma"));
  }
  EXPECT_GE(failures, 4);
}

TEST_F(StoreDamageTest, ImportThatFailsMidwayChangesNothing) {
  const EncodingFile file = WithCopies(contract_, RandomFile(contract_, "insurer", 5000, 4), 900);
  {
    Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(store));
    const FailingDisk disk(200'000);
    const auto imported = store.value().Import(file);
    ASSERT_EQ(CodeOf(imported), static_cast<int>(ErrorCode::kIo));
    EXPECT_THAT(imported.error().message, HasSubstr("nothing was changed"));
  }
  EXPECT_EQ(EverythingIn(folder()).value(), whole_);
  Result<LinkStore> store = LinkStore::Open(folder(), crypto::TestStoreKey());
  ASSERT_TRUE(IsOk(store));
  ASSERT_TRUE(IsOk(store.value().Import(file)));
  EXPECT_EQ(TextOf(Load(&store.value(), 3).value()), TextOf(file.records));
  EXPECT_EQ(TextOf(LoadPlanted(&store.value(), 3).value()), TextOf(file.planted));
}

// A disk that is full before the rows are ready leaves the store as it was, and in use.
TEST_F(StoreDamageTest, LinkRunOfManyRowsThatFailsMidwayChangesNothing) {
  ASSERT_TRUE(IsOk(Import("insurer", 4)));
  Result<LinkStore> store =
      LinkStore::Open(folder(), crypto::TestStoreKey(), {.max_rows_in_memory = 50});
  ASSERT_TRUE(IsOk(store));
  whole_ = Everything(&store.value()).value();
  const EpochChange run = RandomRun(1, {{3, Load(&store.value(), 3).value()}}, 6);
  for (const rlim_t limit : {0, 1'000, 2'000, 5'000}) {
    SCOPED_TRACE("limit " + std::to_string(limit));
    {
      const FailingDisk disk(limit);
      const Status committed = store.value().CommitEpoch(run);
      ASSERT_EQ(CodeOf(committed), static_cast<int>(ErrorCode::kIo));
      EXPECT_THAT(committed.error().message, HasSubstr("nothing was changed"));
    }
    EXPECT_EQ(Everything(&store.value()).value(), whole_);
    for (const auto& entry : fs::directory_iterator(folder())) {
      EXPECT_NE(entry.path().extension(), ".tmp");
    }
  }
  ASSERT_TRUE(IsOk(store.value().CommitEpoch(run)));
  const std::string after = Everything(&store.value()).value();
  EXPECT_NE(after, whole_);
  store = Error{ErrorCode::kInternal, ""};
  EXPECT_EQ(EverythingIn(folder()).value(), after);
}

// Encodings of a file that was never imported are not to stay on the unit's disk.
TEST_F(StoreDamageTest, OpenErasesChunksOfNoDataSet) {
  const std::string mark = ChunkKey(3, 4, 7);  // the row's key is not sealed
  {
    Result<Rocks> rocks = Rocks::Open(folder() / "db", Rocks::Mode::kReadWrite,
                                      std::make_shared<const StoreSeal>(crypto::TestStoreKey()));
    ASSERT_TRUE(IsOk(rocks));
    rocksdb::WriteBatch batch;
    rocks.value().AddTo(&batch, Family::kEncodings, ChunkKey(3, 4, 7), "any");
    rocks.value().AddTo(&batch, Family::kEncodings, ChunkKey(4, 0, 0), "any");
    ASSERT_TRUE(IsOk(rocks.value().Commit(&batch)));
  }
  const auto holds_mark = [&] {
    return std::ranges::any_of(FilesOf(folder()), [&](const auto& file) {
      return file.first.ends_with(".sst") && file.second.find(mark) != file.second.npos;
    });
  };
  ASSERT_TRUE(holds_mark());
  EXPECT_EQ(EverythingIn(folder()).value(), whole_);
  EXPECT_FALSE(holds_mark());
}

}  // namespace
}  // namespace musubi::storage
