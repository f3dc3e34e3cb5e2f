#include "storage/rocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/status.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "raw_rows.h"
#include "storage/rocks_table.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(RocksErrorTest, FullDiskSaysSo) {
  const Error error = RocksError(rocksdb::Status::NoSpace("While appending", "/db/000012.log"));
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, HasSubstr("no space left"));
}

TEST(RocksErrorTest, DamageNamesTheFileAndNothingOfTheRow) {
  const Error error = RocksError(rocksdb::Status::Corruption(
      "bad entry 'row bytes' in /a/b/000012.sst offset 0 size 1234", "more row bytes"));
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, HasSubstr("(db/000012.sst)"));
  EXPECT_THAT(error.message, Not(HasSubstr("row bytes")));
  EXPECT_THAT(RocksError(rocksdb::Status::Corruption("row bytes")).message,
              Not(HasSubstr("row bytes")));
}

TEST(RocksErrorTest, EveryOtherFailureIsAnInputOutputError) {
  for (const rocksdb::Status& status :
       {rocksdb::Status::IOError("While open", "/db/000012.sst: Permission denied"),
        rocksdb::Status::InvalidArgument("x"), rocksdb::Status::Incomplete("x"),
        rocksdb::Status::ShutdownInProgress(), rocksdb::Status::Aborted()}) {
    EXPECT_EQ(RocksError(status).code, ErrorCode::kIo);
  }
}

class RocksTest : public testing::Test {
 protected:
  void SetUp() override { Open(Rocks::Mode::kCreate); }
  void Open(Rocks::Mode mode) {
    rocks_.reset();
    Result<Rocks> opened = Rocks::Open(scratch_ / "db", mode, seal_);
    ASSERT_TRUE(IsOk(opened));
    rocks_.emplace(std::move(opened).value());
  }
  void Put(std::string_view key, std::string_view value) {
    rocksdb::WriteBatch batch;
    rocks_->AddTo(&batch, Family::kMembers, key, value);
    ASSERT_TRUE(IsOk(rocks_->Commit(&batch)));
  }
  std::vector<std::string> Keys(std::string_view prefix) {
    std::vector<std::string> keys;
    const auto visit = [&](std::string_view key, std::string_view) -> Status {
      keys.emplace_back(key);
      return {};
    };
    EXPECT_TRUE(IsOk(rocks_->Scan(Family::kMembers, prefix, visit)));
    return keys;
  }
  std::string ValueOf(std::string_view key) {
    std::string value;
    const auto keep = [&](std::string_view bytes) -> Status {
      value = bytes;
      return {};
    };
    EXPECT_TRUE(rocks_->Read(Family::kMembers, key, keep).value());
    return value;
  }
  std::uint64_t Count(Family family, const std::vector<std::string>& keys) {
    const auto next = [key = keys.begin(), end = keys.end()]() mutable {
      return key == end ? std::nullopt : std::optional<std::string_view>(*key++);
    };
    return rocks_->CountRows(family, next).value();
  }
  Result<TableFile> Table(Family family, const std::vector<std::string>& keys) {
    const std::string name = "table" + std::to_string(static_cast<int>(family));
    MUSUBI_ASSIGN_OR_RETURN(TableFile table, TableFile::Create(*seal_, family, scratch_ / name));
    for (const std::string& key : keys) MUSUBI_RETURN_IF_ERROR(table.Put(key, "new"));
    MUSUBI_RETURN_IF_ERROR(table.Finish());
    return table;
  }

  ScratchFolder scratch_;
  std::shared_ptr<const StoreSeal> seal_ =
      std::make_shared<const StoreSeal>(crypto::TestStoreKey());
  std::optional<Rocks> rocks_;
};

TEST_F(RocksTest, CreateRefusesADatabaseThatIsThere) {
  rocks_.reset();
  EXPECT_FALSE(Rocks::Open(scratch_ / "db", Rocks::Mode::kCreate, seal_).ok());
}

TEST_F(RocksTest, OnlyCreateMakesADatabase) {
  EXPECT_FALSE(Rocks::Open(scratch_ / "none", Rocks::Mode::kReadWrite, seal_).ok());
  EXPECT_FALSE(Rocks::Open(scratch_ / "none", Rocks::Mode::kReadOnly, seal_).ok());
}

TEST_F(RocksTest, ScanGoesThroughAPrefixInOrder) {
  for (const char* key : {"b2", "a", "b", "c", "b1", "b\xff"}) Put(key, "");
  EXPECT_THAT(Keys("b"), ElementsAre("b", "b1", "b2", "b\xff"));
  EXPECT_THAT(Keys(""), ElementsAre("a", "b", "b1", "b2", "b\xff", "c"));
  EXPECT_THAT(Keys("bb"), ElementsAre());
}

TEST_F(RocksTest, ScanAndReadPassTheVisitorsErrorOn) {
  Put("a", "1");
  const Error stop{ErrorCode::kInternal, "stop"};
  EXPECT_EQ(
      CodeOf(rocks_->Scan(Family::kMembers, "",
                          [&](std::string_view, std::string_view) -> Status { return stop; })),
      static_cast<int>(ErrorCode::kInternal));
  EXPECT_EQ(
      CodeOf(rocks_->Read(Family::kMembers, "a", [&](std::string_view) -> Status { return stop; })),
      static_cast<int>(ErrorCode::kInternal));
}

TEST_F(RocksTest, CommittedRowsSurviveReopening) {
  Put("key", "value");
  Open(Rocks::Mode::kReadOnly);
  EXPECT_EQ(ValueOf("key"), "value");
  EXPECT_FALSE(
      rocks_->Read(Family::kEvents, "key", [](std::string_view) -> Status { return {}; }).value());
}

// Near and far apart: by steps, and by searches.
TEST_F(RocksTest, CountRowsFindsEachKeyHoweverFarApart) {
  rocksdb::WriteBatch batch;
  std::vector<std::string> names;
  for (int i = 100; i < 300; ++i) names.push_back(std::to_string(i));
  for (const std::string& name : names) rocks_->AddTo(&batch, Family::kMembers, name, "");
  ASSERT_TRUE(IsOk(rocks_->Commit(&batch)));
  EXPECT_EQ(Count(Family::kMembers, names), 200U);
  EXPECT_EQ(Count(Family::kMembers, {"0", "100", "107", "108x", "250", "299", "3"}), 4U);
  EXPECT_EQ(Count(Family::kMembers, {}), 0U);
  EXPECT_EQ(Count(Family::kEvents, names), 0U);
}

TEST_F(RocksTest, IngestedRowsJoinAndReplaceTheOthersAndSurvive) {
  Put("b", "old");
  Put("d", "old");
  {
    const Result<TableFile> members = Table(Family::kMembers, {"a", "b", "c"});
    const Result<TableFile> events = Table(Family::kEvents, {"x"});
    ASSERT_TRUE(IsOk(members));
    ASSERT_TRUE(IsOk(events));
    EXPECT_THAT(Keys(""), ElementsAre("b", "d"));
    ASSERT_TRUE(IsOk(rocks_->Ingest({&members.value(), &events.value()})));
  }
  EXPECT_THAT(scratch_.Names(), ElementsAre("db"));
  for (const Rocks::Mode mode : {Rocks::Mode::kReadOnly, Rocks::Mode::kReadWrite}) {
    Open(mode);
    EXPECT_THAT(Keys(""), ElementsAre("a", "b", "c", "d"));
    EXPECT_EQ(ValueOf("b"), "new");
    EXPECT_EQ(ValueOf("d"), "old");
    EXPECT_EQ(Count(Family::kEvents, {"x"}), 1U);
  }
}

TEST_F(RocksTest, ATableThatWasNotIngestedIsRemoved) {
  {
    const Result<TableFile> table = Table(Family::kMembers, {"a"});
    ASSERT_TRUE(IsOk(table));
    EXPECT_THAT(scratch_.Names(), ElementsAre("db", "table3"));
  }
  EXPECT_THAT(scratch_.Names(), ElementsAre("db"));
}

TEST_F(RocksTest, ATableThatDoesNotReadBackIsRefused) {
  Result<TableFile> table = TableFile::Create(*seal_, Family::kMembers, scratch_ / "table");
  ASSERT_TRUE(IsOk(table));
  ASSERT_TRUE(IsOk(table.value().Put("a", "1")));
  // What is read back is another table.
  std::filesystem::remove(scratch_ / "table");
  Result<TableFile> other = TableFile::Create(*seal_, Family::kMembers, scratch_ / "table");
  ASSERT_TRUE(IsOk(other));
  ASSERT_TRUE(IsOk(other.value().Put("a", "2")));
  ASSERT_TRUE(IsOk(other.value().Finish()));
  const Status finished = table.value().Finish();
  ASSERT_EQ(CodeOf(finished), static_cast<int>(ErrorCode::kIo));
  EXPECT_THAT(finished.error().message, HasSubstr("does not read back"));
}

TEST_F(RocksTest, EraseFromRemovesTheRestOfAFamily) {
  for (const char* key : {"a", "b", "c", "d"}) Put(key, "");
  ASSERT_TRUE(IsOk(rocks_->EraseFrom(Family::kMembers, "e")));
  EXPECT_THAT(Keys(""), ElementsAre("a", "b", "c", "d"));
  ASSERT_TRUE(IsOk(rocks_->EraseFrom(Family::kMembers, "bb")));
  EXPECT_THAT(Keys(""), ElementsAre("a", "b"));
  Open(Rocks::Mode::kReadWrite);
  EXPECT_THAT(Keys(""), ElementsAre("a", "b"));
}

TEST_F(RocksTest, ForgetReplacedLeavesNoByteOfEarlierValues) {
  Put("a", "the value that must go");
  const std::string sealed = RawRows(scratch_ / "db").Get(Family::kMembers, "a");
  Put("b", "stays");
  ASSERT_TRUE(IsOk(rocks_->ForgetReplaced(Family::kMembers)));
  EXPECT_TRUE(FilesHold(scratch_ / "db", sealed));
  Put("a", "another");
  EXPECT_TRUE(FilesHold(scratch_ / "db", sealed));
  ASSERT_TRUE(IsOk(rocks_->ForgetReplaced(Family::kMembers)));
  EXPECT_FALSE(FilesHold(scratch_ / "db", sealed));
  EXPECT_EQ(ValueOf("a"), "another");
  EXPECT_EQ(ValueOf("b"), "stays");
  Open(Rocks::Mode::kReadWrite);
  EXPECT_THAT(Keys(""), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace musubi::storage
