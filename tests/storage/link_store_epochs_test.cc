#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "raw_rows.h"
#include "storage/link_store.h"
#include "storage/rocks.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A store with data sets 1 and 2.
class LinkStoreEpochsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(scratch_ / "store", crypto::TestStoreKey(), contract_)));
    Reopen();
    for (const std::uint32_t id : {1U, 2U}) {
      EncodingFile file = RandomFile(contract_, "clinic", 40, id);
      ASSERT_TRUE(IsOk(store_->Import(file)));
      datasets_.emplace_back(id, std::move(file.records));
    }
  }
  void Reopen() {
    store_.reset();
    Result<LinkStore> opened = LinkStore::Open(scratch_ / "store", crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(opened));
    store_.emplace(std::move(opened).value());
  }
  std::string Now() { return Everything(&*store_).value(); }
  EpochChange FirstRun() const { return RandomRun(0, {datasets_[0]}, 7); }

  // Commits `change`, which breaks a rule, and returns the message.
  std::string RefusalOf(const EpochChange& change) {
    const std::string before = Now();
    const Status refused = store_->CommitEpoch(change);
    EXPECT_EQ(CodeOf(refused), static_cast<int>(ErrorCode::kInternal));
    EXPECT_EQ(Now(), before);
    return refused.ok() ? "" : refused.error().message;
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  std::optional<LinkStore> store_;
  std::vector<std::pair<std::uint32_t, EncodingSet>> datasets_;
};

TEST_F(LinkStoreEpochsTest, CommitKeepsTheSummary) {
  EpochChange run = FirstRun();
  run.summary = {1, EpochKind::kLinkRun, 80, 40, 900, 12, 33, 4, 1, 0, 0, "17/20", "not sure"};
  ASSERT_TRUE(IsOk(store_->CommitEpoch(run)));
  Reopen();
  EXPECT_EQ(store_->Epoch().value(), 1U);
  const std::vector<EpochSummary> epochs = store_->Epochs().value();
  EXPECT_THAT(epochs, ElementsAre(run.summary));
}

TEST_F(LinkStoreEpochsTest, AReportIsKeptWithItsEpoch) {
  EpochChange run = FirstRun();
  run.report = R"({"pairs":3})";
  ASSERT_TRUE(IsOk(store_->CommitEpoch(run)));
  run = RandomRun(1, {datasets_[1]}, 8);
  run.report.clear();
  ASSERT_TRUE(IsOk(store_->CommitEpoch(run)));
  Reopen();
  EXPECT_EQ(store_->Report(1).value(), R"({"pairs":3})");
  EXPECT_EQ(store_->Report(2).value(), "");
  EXPECT_EQ(store_->Epochs().value().size(), 2U);
}

TEST_F(LinkStoreEpochsTest, AReportHasALargestLength) {
  EpochChange run = FirstRun();
  run.report = std::string(kMaxReportBytes + 1, ' ');
  EXPECT_THAT(RefusalOf(run), HasSubstr("too long"));
  run.report.pop_back();
  EXPECT_TRUE(IsOk(store_->CommitEpoch(run)));
}

TEST_F(LinkStoreEpochsTest, MembersOfAllRunsComeOrderedByReference) {
  EpochChange first = FirstRun();
  EpochChange second = RandomRun(1, {datasets_[1]}, 8);
  ASSERT_TRUE(IsOk(store_->CommitEpoch(first)));
  ASSERT_TRUE(IsOk(store_->CommitEpoch(second)));
  Reopen();
  std::vector<Member> expected = first.members;
  expected.insert(expected.end(), second.members.begin(), second.members.end());
  std::ranges::sort(expected, {}, &Member::ref);
  const std::vector<Member> members = store_->Members().value();
  ASSERT_EQ(members.size(), expected.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    EXPECT_EQ(members[i].ref, expected[i].ref);
    EXPECT_EQ(members[i].key, expected[i].key);
    EXPECT_EQ(members[i].dataset, expected[i].dataset);
    EXPECT_EQ(members[i].epoch, expected[i].epoch);
  }
}

// Many rows are written another way than few; what is in the store, its state and its witness do
// not tell which.
TEST_F(LinkStoreEpochsTest, RunsOfManyAndOfFewRowsLeadToTheSameState) {
  store_.reset();
  std::filesystem::copy(scratch_ / "store", scratch_ / "other",
                        std::filesystem::copy_options::recursive);
  std::vector<std::string> shown;
  std::vector<std::string> witnesses;
  for (const auto& [name, max_rows] : {std::pair("store", 1'000), std::pair("other", 0)}) {
    const std::size_t most = static_cast<std::size_t>(max_rows);
    Result<LinkStore> store =
        LinkStore::Open(scratch_ / name, crypto::TestStoreKey(), {.max_rows_in_memory = most});
    ASSERT_TRUE(IsOk(store));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(FirstRun())));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(RandomRun(1, {datasets_[1]}, 8))));
    ASSERT_TRUE(IsOk(store.value().CommitEpoch(RandomRun(2, {}, 9))));
    shown.push_back(Everything(&store.value()).value());
    witnesses.push_back(ReadWhole(scratch_ / name / "WITNESS"));
  }
  EXPECT_EQ(shown[0], shown[1]);
  EXPECT_EQ(witnesses[0], witnesses[1]);
}

TEST_F(LinkStoreEpochsTest, VisitingMembersEndsWithTheFirstError) {
  ASSERT_TRUE(IsOk(store_->CommitEpoch(FirstRun())));
  int visited = 0;
  const Status ended = store_->VisitMembers([&](const Member&) -> Status {
    if (++visited == 3) return Error{ErrorCode::kInterrupted, ""};
    return {};
  });
  EXPECT_EQ(CodeOf(ended), static_cast<int>(ErrorCode::kInterrupted));
  EXPECT_EQ(visited, 3);
}

TEST_F(LinkStoreEpochsTest, ARunThatFoundNothingIsARun) {
  ASSERT_TRUE(IsOk(store_->CommitEpoch(RandomRun(0, {}, 1))));
  EXPECT_EQ(store_->Epoch().value(), 1U);
  EXPECT_THAT(store_->Members().value(), IsEmpty());
}

TEST_F(LinkStoreEpochsTest, EpochsFollowOneAnother) {
  EpochChange run = FirstRun();
  for (const std::uint64_t epoch : {std::uint64_t{0}, std::uint64_t{2}, UINT64_MAX}) {
    run.summary.epoch = epoch;
    EXPECT_THAT(RefusalOf(run), HasSubstr("epoch"));
  }
  run = FirstRun();
  run.members[5].epoch = 2;
  EXPECT_THAT(RefusalOf(run), HasSubstr("another epoch"));
}

TEST_F(LinkStoreEpochsTest, AMemberIsARecordOfItsDataSet) {
  EpochChange run = FirstRun();
  run.members[3].ref.bytes[0] ^= 0x80;
  EXPECT_THAT(RefusalOf(run), HasSubstr("not a record"));
  run = FirstRun();
  run.members[3].dataset = 2;
  EXPECT_THAT(RefusalOf(run), HasSubstr("not a record"));
  for (const std::uint32_t dataset : {0U, 3U}) {
    run.members[3].dataset = dataset;
    EXPECT_THAT(RefusalOf(run), HasSubstr("no such data set"));
  }
}

TEST_F(LinkStoreEpochsTest, ARecordGetsItsKeyOnce) {
  EpochChange run = FirstRun();
  run.members.push_back(run.members[0]);
  EXPECT_THAT(RefusalOf(run), HasSubstr("two keys"));
  run = FirstRun();
  run.members[0].key = {};
  EXPECT_THAT(RefusalOf(run), HasSubstr("no key"));
  ASSERT_TRUE(IsOk(store_->CommitEpoch(FirstRun())));
  run = RandomRun(1, {datasets_[1]}, 9);
  Member again = FirstRun().members[0];
  again.epoch = 2;
  run.members.push_back(again);
  EXPECT_THAT(RefusalOf(run), HasSubstr("has a key already"));
}

crypto::SecureBytes Key(std::uint8_t fill) {
  crypto::SecureBytes key(32);
  std::ranges::fill(key.mutable_bytes(), fill);
  return key;
}

TEST_F(LinkStoreEpochsTest, ProjectsKeepTheirKeys) {
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke-2", 5}, Key(0xbb))));
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 0}, Key(0xaa))));
  Reopen();
  const std::vector<ProjectInfo> projects = store_->Projects().value();
  ASSERT_EQ(projects.size(), 2U);
  EXPECT_EQ(projects[0].name, "stroke");
  EXPECT_EQ(projects[0].added_at_epoch, 0U);
  EXPECT_EQ(projects[1].name, "stroke-2");
  EXPECT_EQ(projects[1].added_at_epoch, 5U);
  EXPECT_TRUE(std::ranges::equal(store_->ProjectKey("stroke").value().bytes(), Key(0xaa).bytes()));
  EXPECT_TRUE(
      std::ranges::equal(store_->ProjectKey("stroke-2").value().bytes(), Key(0xbb).bytes()));
}

TEST_F(LinkStoreEpochsTest, AProjectThatEndsLosesItsKey) {
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 0}, Key(0xaa))));
  ASSERT_TRUE(IsOk(store_->AddProject({"gout", 0}, Key(0xbb))));
  ASSERT_TRUE(IsOk(store_->EndProject("stroke", std::nullopt)));
  EXPECT_EQ(CodeOf(store_->ProjectKey("stroke")), static_cast<int>(ErrorCode::kRefused));
  Reopen();
  EXPECT_EQ(CodeOf(store_->ProjectKey("stroke")), static_cast<int>(ErrorCode::kRefused));
  EXPECT_EQ(store_->Project("stroke").value().state, ProjectState::kClosed);
  EXPECT_TRUE(std::ranges::equal(store_->ProjectKey("gout").value().bytes(), Key(0xbb).bytes()));
  EXPECT_EQ(CodeOf(store_->EndProject("asthma", std::nullopt)),
            static_cast<int>(ErrorCode::kNoInput));
}

// As a kill leaves it between the change that ends a project and the end of its key's bytes: an
// earlier row, and the one that replaced it.
TEST_F(LinkStoreEpochsTest, OpenForgetsWhatAKillLeftOfAKey) {
  std::string earlier;  // as it lies on the disk
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 0}, Key(0xaa))));
  ASSERT_TRUE(IsOk(store_->EndProject("stroke", std::nullopt)));
  store_.reset();
  {
    Rocks rocks = Rocks::Open(scratch_ / "store/db", Rocks::Mode::kReadWrite,
                              std::make_shared<const StoreSeal>(crypto::TestStoreKey()))
                      .value();
    std::string ended;
    const auto keep = [&ended](std::string_view value) -> Status {
      ended = value;
      return {};
    };
    ASSERT_TRUE(rocks.Read(Family::kProjects, "stroke", keep).value());
    for (const std::string& value : {std::string("a row with the key of the project"), ended}) {
      rocksdb::WriteBatch batch;
      rocks.AddTo(&batch, Family::kProjects, "stroke", value);
      ASSERT_TRUE(IsOk(rocks.Commit(&batch)));
      if (value != ended) earlier = RawRows(scratch_ / "store/db").Get(Family::kProjects, "stroke");
    }
  }
  EXPECT_TRUE(FilesHold(scratch_ / "store/db", earlier));
  Reopen();
  EXPECT_FALSE(FilesHold(scratch_ / "store/db", earlier));
  EXPECT_EQ(store_->Project("stroke").value().state, ProjectState::kClosed);
}

TEST_F(LinkStoreEpochsTest, AProjectIsNeverReplaced) {
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 0}, Key(0xaa))));
  const std::string before = Now();
  EXPECT_EQ(CodeOf(store_->AddProject({"stroke", 1}, Key(0xbb))),
            static_cast<int>(ErrorCode::kExists));
  EXPECT_EQ(Now(), before);
}

TEST_F(LinkStoreEpochsTest, AnUnknownProjectHasNoKey) {
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 0}, Key(0xaa))));
  for (const char* name : {"strok", "stroke-", "", "Stroke"}) {
    EXPECT_EQ(CodeOf(store_->ProjectKey(name)), static_cast<int>(ErrorCode::kNoInput)) << name;
  }
}

TEST_F(LinkStoreEpochsTest, AProjectNeedsAProperName) {
  const std::string longest(64, 'a');
  for (const std::string& name :
       {std::string(), std::string("-a"), std::string("_a"), std::string("A"), std::string("a b"),
        std::string("a/b"), std::string("a\0", 2), longest + "a"}) {
    EXPECT_EQ(CodeOf(store_->AddProject({name, 0}, Key(1))), static_cast<int>(ErrorCode::kUsage));
  }
  EXPECT_THAT(store_->Projects().value(), IsEmpty());
  EXPECT_TRUE(IsOk(store_->AddProject({longest, 0}, Key(1))));
  EXPECT_TRUE(IsOk(store_->AddProject({"0", 0}, Key(1))));
}

}  // namespace
}  // namespace musubi::storage
