#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "store_fixture.h"
#include "tests/crypto/identities.h"

namespace musubi::storage {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class StoppedClock : public Clock {
 public:
  std::int64_t UnixSeconds() override { return crypto::kNoon; }
};

class LinkStoreLogTest : public testing::Test {
 protected:
  void SetUp() override {
    context_.clock = &clock_;
    ASSERT_TRUE(IsOk(
        LinkStore::Create(scratch_ / "store", crypto::TestStoreKey(), contract_, {}, context_)));
    Reopen();
  }
  void Reopen() {
    store_.reset();
    Result<LinkStore> opened = LinkStore::Open(scratch_ / "store", crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(opened));
    store_.emplace(std::move(opened).value());
  }
  std::vector<LogEntry> Entries() const {
    std::vector<LogEntry> entries;
    EXPECT_TRUE(IsOk(store_->VisitLog([&](std::string_view, const LogEntry& entry) -> Status {
      entries.push_back(entry);
      return {};
    })));
    return entries;
  }
  LogEntry Last() const { return Entries().back(); }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  StoppedClock clock_;
  ExecContext context_;
  std::optional<LinkStore> store_;
};

TEST_F(LinkStoreLogTest, EveryOperationIsOneEntry) {
  const EncodingFile file = RandomFile(contract_, "clinic", 40, 1);
  ASSERT_TRUE(IsOk(store_->Import(file, context_)));
  EpochChange run = NextRun(&*store_, 7).value();
  run.report = "{}";
  ASSERT_TRUE(IsOk(store_->CommitEpoch(run, context_)));
  EpochChange review;
  review.summary.epoch = 2;
  review.summary.kind = EpochKind::kReview;
  review.decisions = {{2, 1, Verdict::kReject, true, "ann", "a private remark"}};
  ASSERT_TRUE(IsOk(store_->CommitEpoch(review, context_)));
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 2}, crypto::SecureBytes(32), context_)));
  ReleaseContent content;
  content.records["clinic"] = 40;
  ASSERT_TRUE(
      IsOk(store_->AddRelease({0, 2, "stroke", 40, 39, "because I say so"}, content, context_)));
  ASSERT_TRUE(IsOk(store_->SetTrusted({crypto::Alpha().certificate()}, context_)));
  Reopen();
  const std::vector<LogEntry> entries = Entries();
  ASSERT_EQ(entries.size(), 7U);
  std::vector<std::string> kinds;
  for (const LogEntry& entry : entries) {
    kinds.emplace_back(NameOf(entry.event.kind));
    EXPECT_EQ(entry.time, crypto::kNoon);
    EXPECT_EQ(entry.event.error, "");
    EXPECT_THAT(LogLine(entry), Not(HasSubstr("remark")));
    EXPECT_THAT(LogLine(entry), Not(HasSubstr("because")));
  }
  EXPECT_THAT(kinds, testing::ElementsAre("create", "import", "link", "review", "project",
                                          "release", "trust"));
  EXPECT_EQ(entries[1].event.digests.at("file"), file.digest);
  EXPECT_THAT(entries[1].event.holders, Contains(Pair("clinic", 40)));
  EXPECT_EQ(entries[2].event.epoch, 1U);
  EXPECT_THAT(entries[2].event.counts, Contains(Pair("new", run.summary.new_records)));
  EXPECT_TRUE(entries[2].event.digests.contains("report"));
  EXPECT_EQ(entries[3].event.reviewer, "ann");
  EXPECT_THAT(entries[3].event.counts, Contains(Pair("rejected", 1)));
  EXPECT_EQ(entries[4].event.project, "stroke");
  EXPECT_THAT(entries[5].event.counts, Contains(Pair("despite_hold", 1)));
  EXPECT_EQ(entries[6].state, store_->StateDigest().value());
}

TEST_F(LinkStoreLogTest, ARefusalChangesTheLogAlone) {
  const auto state = store_->StateDigest().value();
  const Error error{ErrorCode::kRefused, "no"};
  LogEvent attempt{LogKind::kRelease};
  attempt.project = "A Name, 1 May 1950";  // what was typed may be anything
  const Error told = store_->LogRefusal(attempt, error, context_);
  EXPECT_EQ(told.code, error.code);
  EXPECT_EQ(told.message, error.message);
  Reopen();
  EXPECT_EQ(store_->StateDigest().value(), state);
  EXPECT_EQ(Last().event.error, "refused");
  EXPECT_EQ(Last().event.project, "");
  EXPECT_EQ(Last().state, state);
  EXPECT_EQ(Entries().size(), 2U);
}

// What failed may be tried again as it is: nobody refused it.
TEST_F(LinkStoreLogTest, AFailureIsNoRefusal) {
  for (const ErrorCode code : {ErrorCode::kIo, ErrorCode::kInternal, ErrorCode::kInterrupted}) {
    store_->LogRefusal({LogKind::kLink}, {code, "failed"}, context_);
  }
  EXPECT_EQ(Entries().size(), 1U);
}

TEST_F(LinkStoreLogTest, HasNoTimeWithoutAClock) {
  ASSERT_TRUE(IsOk(store_->AddProject({"stroke", 0}, crypto::SecureBytes(32))));
  EXPECT_EQ(Last().time, std::nullopt);
}

// Two stores with the same data, made at other times, are in the same state: a link run that did
// not end goes on in either.
TEST_F(LinkStoreLogTest, TheStateDoesNotDependOnTheLog) {
  ASSERT_TRUE(IsOk(LinkStore::Create(scratch_ / "other", crypto::TestStoreKey(), contract_)));
  LinkStore other = LinkStore::Open(scratch_ / "other", crypto::TestStoreKey()).value();
  EXPECT_EQ(other.StateDigest().value(), store_->StateDigest().value());
  EXPECT_NE(other.log().tree.Root(), store_->log().tree.Root());
}

}  // namespace
}  // namespace musubi::storage
