// Withdrawals: what they erase, byte for byte, and what they leave as it was.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "file_samples.h"
#include "storage/link_store.h"
#include "storage/rocks.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

// The bytes of some rows of a set, as the store keeps them.
std::vector<std::string> NeedlesOf(const EncodingSet& set, std::span<const RecordRef> refs) {
  std::vector<std::string> needles;
  for (std::size_t row = 0; row < set.rows(); ++row) {
    if (!std::ranges::binary_search(refs, set.refs[row])) continue;
    // A table leaves out what a key has in common with the one before it: some bytes at most.
    needles.emplace_back(set.refs[row].bytes.begin() + 4, set.refs[row].bytes.end());
    for (const FilterColumn& filter : set.filters) {
      if (filter.present[row] == 0) continue;
      const auto words = filter.bits.row(row);
      needles.emplace_back(reinterpret_cast<const char*>(words.data()), filter.bits.bits() / 8);
    }
    for (const auto& pass : set.tokens) {
      if (!pass[row].is_none())
        needles.emplace_back(pass[row].bytes.begin(), pass[row].bytes.end());
    }
  }
  return needles;
}

// The rows of `set` that are not of `refs`, as text.
std::string Without(const EncodingSet& set, std::span<const RecordRef> refs) {
  std::string left;
  std::string text = TextOf(set);
  for (std::size_t row = 0, at = 0; row < set.rows(); ++row) {
    const std::size_t end = text.find('\n', at) + 1;
    if (!std::ranges::binary_search(refs, set.refs[row])) left += text.substr(at, end - at);
    at = end;
  }
  return left;
}

class WithdrawalTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(folder(), crypto::TestStoreKey(), contract_)));
    Reopen();
  }
  fs::path folder() const { return scratch_ / "store"; }
  void Reopen() {
    store_.reset();
    Result<LinkStore> opened = LinkStore::Open(folder(), crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(opened));
    store_.emplace(std::move(opened).value());
  }

  // Imports a file and gives each of its records a key, with one proposal.
  EpochChange Fill(const EncodingFile& file) {
    const auto imported = store_->Import(file);
    EXPECT_TRUE(IsOk(imported));
    EpochChange run =
        RandomRun(store_->Epoch().value(), {{imported.value().id, file.records}}, ++seed_);
    EXPECT_TRUE(IsOk(store_->CommitEpoch(run)));
    return run;
  }

  Withdrawal Of(std::vector<RecordRef> refs, std::string project = {}) {
    std::ranges::sort(refs);
    Withdrawal withdrawal;
    withdrawal.epoch = store_->Epoch().value() + 1;
    withdrawal.request.id.bytes.fill(static_cast<std::uint8_t>(withdrawal.epoch));
    withdrawal.request.holder = "clinic";
    withdrawal.request.project = std::move(project);
    withdrawal.records = withdrawal.persons = refs.size();
    withdrawal.request.records = std::move(refs);
    return withdrawal;
  }

  // How many of `needles` are in a row of the database, or in any file of the store.
  std::size_t CountFound(const std::vector<std::string>& needles) {
    store_.reset();
    std::vector<std::string> haystacks;
    for (const auto& entry : fs::recursive_directory_iterator(folder())) {
      if (entry.is_regular_file()) haystacks.push_back(ReadWhole(entry.path()));
    }
    {
      const Result<Rocks> rocks =
          Rocks::Open(folder() / "db", Rocks::Mode::kReadOnly,
                      std::make_shared<const StoreSeal>(crypto::TestStoreKey()));
      EXPECT_TRUE(IsOk(rocks));
      for (int family = 0; family <= static_cast<int>(Family::kLog); ++family) {
        EXPECT_TRUE(IsOk(rocks.value().Scan(
            static_cast<Family>(family), "", [&](std::string_view key, std::string_view value) {
              haystacks.push_back(std::string(key) + std::string(value));
              return Status();
            })));
      }
    }
    Reopen();
    return static_cast<std::size_t>(std::ranges::count_if(needles, [&](const std::string& needle) {
      return std::ranges::any_of(haystacks, [&](const std::string& haystack) {
        return haystack.find(needle) != std::string::npos;
      });
    }));
  }

  ScratchFolder scratch_;
  Contract contract_ = SmallContract();
  std::optional<LinkStore> store_;
  std::uint64_t seed_ = 1000;  // of runs: keys are drawn as references are
};

// Records of the first, a middle and the last chunk, one with a move and one in a proposal; every
// byte of them is there before, in a row or in a file, and none is afterwards.
TEST_F(WithdrawalTest, NothingOfAnErasedRecordStays) {
  const EncodingFile file = WithCopies(contract_, RandomFile(contract_, "clinic", 9000, 1), 4500);
  const EpochChange run = Fill(file);
  const auto& refs = file.records.refs;
  EpochChange review;
  review.summary.epoch = 2;
  review.summary.kind = EpochKind::kReview;
  review.moves = {{refs[4300], run.members[5].key, 2}, {refs[10], run.members[5].key, 2}};
  ASSERT_TRUE(IsOk(store_->CommitEpoch(review)));
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of({refs[10], refs[4300]}, "stroke"))));
  std::vector<RecordRef> erased = {refs[0], refs[4300], refs[4301], refs[8999],
                                   run.proposals[0].records[0]};
  std::ranges::sort(erased);
  std::vector<std::string> needles = NeedlesOf(file.records, erased);
  const std::vector<std::string> copies = NeedlesOf(file.planted, erased);
  needles.insert(needles.end(), copies.begin(), copies.end());
  ASSERT_EQ(CountFound(needles), needles.size());
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of(erased))));
  EXPECT_EQ(CountFound(needles), 0U);
  EXPECT_EQ(TextOf(Load(&*store_, 1).value()), Without(file.records, erased));
  EXPECT_EQ(TextOf(LoadPlanted(&*store_, 1).value()), Without(file.planted, erased));
  EXPECT_EQ(store_->members(), 8995U);
  EXPECT_EQ(store_->Members().value().size(), 8995U);
  ASSERT_EQ(store_->Moves().size(), 1U);
  EXPECT_EQ(store_->Moves()[0].ref, refs[10]);
  EXPECT_THAT(store_->Withdrawals().value()[0].request.records, ElementsAre(refs[10]));
}

TEST_F(WithdrawalTest, CountsOfTheDataSetFollow) {
  const EncodingFile file = WithCopies(contract_, RandomFile(contract_, "clinic", 50, 1), 20);
  Fill(file);
  const std::vector<RecordRef> erased(file.records.refs.begin() + 10,
                                      file.records.refs.begin() + 30);
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of(erased))));
  Reopen();
  const DatasetInfo info = store_->Datasets().value()[0];
  EXPECT_EQ(info.manifest.records, 30U);
  EXPECT_EQ(info.manifest.planted, 10U);
  const EncodingSet left = Load(&*store_, 1).value();
  for (std::size_t f = 0; f < info.present.size(); ++f) {
    EXPECT_EQ(info.present[f],
              static_cast<std::uint64_t>(std::ranges::count(left.filters[f].present, 1)));
  }
}

TEST_F(WithdrawalTest, AWholeDataSetCanBeErased) {
  const EncodingFile file = WithCopies(contract_, RandomFile(contract_, "clinic", 5000, 1), 4200);
  const EncodingFile other = RandomFile(contract_, "registry", 30, 2);
  Fill(file);
  Fill(other);
  const std::vector<RecordRef> all(file.records.refs.begin(), file.records.refs.end());
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of(all))));
  Reopen();
  EXPECT_EQ(Load(&*store_, 1).value().rows(), 0U);
  EXPECT_EQ(LoadPlanted(&*store_, 1).value().rows(), 0U);
  EXPECT_EQ(TextOf(Load(&*store_, 2).value()), TextOf(other.records));
  EXPECT_EQ(store_->members(), 30U);
  // Its file is known still, and the references of others are.
  EXPECT_EQ(CodeOf(store_->Import(file)), static_cast<int>(ErrorCode::kExists));
  EXPECT_TRUE(IsOk(store_->Import(RandomFile(contract_, "clinic", 10, 3))));
}

TEST_F(WithdrawalTest, AnOpenProposalThatNamesTheRecordIsClosedAndForgetsIt) {
  const EpochChange run = Fill(RandomFile(contract_, "clinic", 40, 1));
  const Proposal& proposal = run.proposals[0];
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of({proposal.records[0]}))));
  Reopen();
  const Proposal left = store_->Proposals().value()[0];
  EXPECT_THAT(left.records, IsEmpty());
  EXPECT_EQ(left.best, PairEvidence());
  EXPECT_EQ(left.worst, PairEvidence());
  EXPECT_EQ(left.pairs + left.mean_score, 0U);
  EXPECT_THAT(store_->Decisions().value(),
              ElementsAre(Decision{2, 1, Verdict::kWithdraw, true, "", ""}));
  EXPECT_EQ(store_->Epochs().value()[1].withdrawn, 1U);
}

TEST_F(WithdrawalTest, ASettledProposalKeepsTheEvidenceOfOthers) {
  const EpochChange run = Fill(RandomFile(contract_, "clinic", 40, 1));
  EpochChange next = RandomRun(1, {}, 5);
  Proposal proposal = run.proposals[0];
  proposal.id = 2;
  proposal.epoch = 2;
  proposal.records = {run.members[2].ref, run.members[3].ref};
  std::ranges::sort(proposal.records);
  proposal.best = {run.members[2].ref, run.members[0].ref, 0x8F, 9};
  proposal.worst = {run.members[3].ref, run.members[0].ref, 0x1, 3};
  next.proposals = {proposal};
  ASSERT_TRUE(IsOk(store_->CommitEpoch(next)));
  EpochChange review;
  review.summary.epoch = 3;
  review.summary.kind = EpochKind::kReview;
  review.decisions = {{3, 2, Verdict::kReject, true, "ann", ""}};
  ASSERT_TRUE(IsOk(store_->CommitEpoch(review)));
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of({run.members[3].ref}))));
  const Proposal left = store_->Proposals().value()[1];
  EXPECT_THAT(left.records, ElementsAre(run.members[2].ref));
  EXPECT_EQ(left.best, proposal.best);
  EXPECT_EQ(left.worst, PairEvidence());
  EXPECT_EQ(store_->Decisions().value().size(), 1U);
}

TEST_F(WithdrawalTest, OneOfAProjectErasesNothing) {
  const EncodingFile file = RandomFile(contract_, "clinic", 40, 1);
  const EpochChange run = Fill(file);
  Withdrawal withdrawal = Of({file.records.refs[3]}, "stroke");
  withdrawal.keys = {run.members[0].key};
  withdrawal.request.by = AskedBy::kProxy;
  withdrawal.request.made = 1796040000;
  withdrawal.digest.fill(7);
  const auto state = store_->StateDigest().value();
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(withdrawal)));
  Reopen();
  EXPECT_NE(store_->StateDigest().value(), state);
  EXPECT_THAT(store_->Withdrawals().value(), ElementsAre(withdrawal));
  EXPECT_EQ(TextOf(Load(&*store_, 1).value()), TextOf(file.records));
  EXPECT_EQ(store_->members(), 40U);
  EXPECT_EQ(store_->Epochs().value()[1].kind, EpochKind::kWithdrawal);
}

TEST_F(WithdrawalTest, BrokenRulesChangeNothing) {
  const EncodingFile file = RandomFile(contract_, "clinic", 40, 1);
  const EpochChange run = Fill(file);
  const std::string before = Everything(&*store_).value();
  std::vector<Withdrawal> broken(4, Of({file.records.refs[3]}));
  broken[0].epoch = 1;
  broken[1].epoch = 3;
  broken[2].request.records = {RandomFile(contract_, "clinic", 1, 9).records.refs[0]};
  broken[3].keys = {run.members[0].key, run.members[0].key};
  for (const Withdrawal& withdrawal : broken) {
    EXPECT_EQ(CodeOf(store_->CommitWithdrawal(withdrawal)), static_cast<int>(ErrorCode::kInternal));
  }
  EXPECT_EQ(Everything(&*store_).value(), before);
  EXPECT_FALSE(fs::exists(folder() / "ERASING"));
}

TEST_F(WithdrawalTest, AnUnfinishedRunGoesToo) {
  const EncodingFile file = RandomFile(contract_, "clinic", 40, 1);
  Fill(file);
  fs::create_directory(store_->run_place().folder);
  WriteWhole(store_->run_place().folder / "RUN", "rows");
  ASSERT_TRUE(IsOk(store_->CommitWithdrawal(Of({file.records.refs[3]}))));
  EXPECT_FALSE(fs::exists(store_->run_place().folder));
}

// A kill after the change and before its end leaves the file: the next one to open the store ends
// it.
TEST_F(WithdrawalTest, OpenGoesOnWithErasing) {
  Fill(RandomFile(contract_, "clinic", 40, 1));
  const std::string before = Everything(&*store_).value();
  WriteWhole(folder() / "ERASING", "");
  Reopen();
  EXPECT_FALSE(fs::exists(folder() / "ERASING"));
  EXPECT_EQ(Everything(&*store_).value(), before);
}

TEST_F(WithdrawalTest, HistoriesHaveEveryKeyInItsOrder) {
  const EpochChange run = Fill(RandomFile(contract_, "clinic", 3, 1));
  const Member& moving = run.members[1];
  for (const std::uint64_t epoch : {2U, 3U}) {
    EpochChange review;
    review.summary.epoch = epoch;
    review.summary.kind = EpochKind::kReview;
    review.moves = {{moving.ref, run.members[epoch == 2 ? 0 : 2].key, epoch}};
    ASSERT_TRUE(IsOk(store_->CommitEpoch(review)));
  }
  std::vector<std::size_t> lengths;
  ASSERT_TRUE(IsOk(store_->VisitHistories([&](const RecordHistory& history) -> Status {
    lengths.push_back(history.keys.size());
    if (history.ref != moving.ref) return {};
    EXPECT_EQ(history.keys[0].key, moving.key);
    EXPECT_EQ(history.keys[1].key, run.members[0].key);
    EXPECT_EQ(history.keys[2].key, run.members[2].key);
    EXPECT_EQ(history.keys[2].epoch, 3U);
    return {};
  })));
  std::ranges::sort(lengths);
  EXPECT_THAT(lengths, ElementsAre(1, 1, 3));
}

}  // namespace
}  // namespace musubi::storage
