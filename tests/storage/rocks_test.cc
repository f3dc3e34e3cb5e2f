#include "storage/rocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/status.h>
#include <rocksdb/write_batch.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
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
    Result<Rocks> opened = Rocks::Open(scratch_ / "db", mode);
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

  ScratchFolder scratch_;
  std::optional<Rocks> rocks_;
};

TEST_F(RocksTest, CreateRefusesADatabaseThatIsThere) {
  rocks_.reset();
  EXPECT_FALSE(Rocks::Open(scratch_ / "db", Rocks::Mode::kCreate).ok());
}

TEST_F(RocksTest, OnlyCreateMakesADatabase) {
  EXPECT_FALSE(Rocks::Open(scratch_ / "none", Rocks::Mode::kReadWrite).ok());
  EXPECT_FALSE(Rocks::Open(scratch_ / "none", Rocks::Mode::kReadOnly).ok());
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
  std::string value;
  const auto keep = [&](std::string_view bytes) -> Status {
    value = bytes;
    return {};
  };
  EXPECT_TRUE(rocks_->Read(Family::kMembers, "key", keep).value());
  EXPECT_EQ(value, "value");
  EXPECT_FALSE(rocks_->Read(Family::kEvents, "key", keep).value());
}

// Near and far apart: by steps, and by searches.
TEST_F(RocksTest, CountRowsFindsEachKeyHoweverFarApart) {
  rocksdb::WriteBatch batch;
  std::vector<std::string> names;
  for (int i = 100; i < 300; ++i) names.push_back(std::to_string(i));
  for (const std::string& name : names) rocks_->AddTo(&batch, Family::kMembers, name, "");
  ASSERT_TRUE(IsOk(rocks_->Commit(&batch)));
  const std::vector<std::string_view> every(names.begin(), names.end());
  EXPECT_EQ(rocks_->CountRows(Family::kMembers, every).value(), 200U);
  EXPECT_EQ(
      rocks_->CountRows(Family::kMembers, {"0", "100", "107", "108x", "250", "299", "3"}).value(),
      4U);
  EXPECT_EQ(rocks_->CountRows(Family::kMembers, {}).value(), 0U);
  EXPECT_EQ(rocks_->CountRows(Family::kEvents, every).value(), 0U);
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

}  // namespace
}  // namespace musubi::storage
