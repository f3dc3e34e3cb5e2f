// People decide on what link runs propose, and keys change by nothing else.
#include "engine/review/review.h"

#include <gmock/gmock.h>

#include <map>

#include "engine/release/persons.h"
#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

using storage::Proposal;
using storage::ProposalReason;
using storage::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kHeader = "id,given_name,surname,birth_date,sex,postcode\n";
constexpr Threshold kStrict{1, 1};

// Two spellings of one person are two keys under a strict threshold; a third record shows that they
// are one.
class ReviewTest : public testing::Test {
 protected:
  void SetUp() override { Start(1); }

  void Start(std::uint8_t decisions) {
    job_.emplace(WesternByMean(), 1, 5);
    job_->UsePolicy({decisions, 0});
    Add("a", "1,Annabella,Abelmann,1970-01-31,F,12345\n");
    Add("b", "1,Annabella,Abelman,1970-01-31,F,54321\n");
    job_->Link({.threshold = kStrict});
    Add("c", "1,Annabella,Abelmann,1970-01-31,F,\n");
    job_->Link();
  }

  void Add(const std::string& holder, const std::string& rows) {
    job_->Encode(holder, std::string(kHeader) + rows);
    job_->Import(holder);
  }

  // The number of each holder's key, holder by holder: keys are numbered as they are met.
  std::vector<int> Keys(std::optional<std::uint64_t> epoch = {}) {
    std::map<std::string, LinkageKey> key_of;
    const auto datasets = job_->store().Datasets().value();
    const auto visit = [&](const storage::Member& member) -> Status {
      key_of[datasets[member.dataset - 1].manifest.holder] = member.key;
      return {};
    };
    const std::uint64_t at = epoch.value_or(job_->store().Epoch().value());
    EXPECT_TRUE(job_->store().VisitMembersAt(at, visit).ok());
    std::map<LinkageKey, int> numbers;
    std::vector<int> keys;
    for (const auto& [holder, key] : key_of) {
      keys.push_back(numbers.try_emplace(key, static_cast<int>(numbers.size())).first->second);
    }
    return keys;
  }

  Result<engine::ReviewReceipt> Decide(Verdict verdict, std::vector<std::uint64_t> proposals,
                                       const std::string& reviewer = "ann") {
    return engine::Decide(&job_->store(), {std::move(proposals), verdict, reviewer, "seen"},
                          job_->context());
  }

  std::vector<Proposal> Open() {
    auto& store = job_->store();
    std::vector<Proposal> open;
    for (auto& state : storage::StatesOf(store.Proposals().value(), store.Decisions().value())) {
      if (!state.settled) open.push_back(std::move(state.proposal));
    }
    return open;
  }

  // The record and the key of a holder's only record.
  storage::Member MemberOf(const std::string& holder) {
    const auto datasets = job_->store().Datasets().value();
    for (const storage::Member& member : job_->store().Members().value()) {
      if (datasets[member.dataset - 1].manifest.holder == holder) return member;
    }
    MUSUBI_CHECK(false);
    return {};
  }

  // As if a link run had made proposals to give a record of each `from` the key of `to`; none: one
  // of its own.
  void Propose(const std::vector<std::pair<std::string, std::string>>& moves) {
    storage::EpochChange change;
    change.summary.epoch = job_->store().Epoch().value() + 1;
    std::uint64_t id = job_->store().Proposals().value().size();
    for (const auto& [from, to] : moves) {
      const storage::Member member = MemberOf(from);
      Proposal proposal;
      proposal.id = ++id;
      proposal.epoch = change.summary.epoch;
      proposal.from = member.key;
      if (!to.empty()) proposal.to = MemberOf(to).key;
      proposal.records = {member.ref};
      change.proposals.push_back(proposal);
    }
    ASSERT_TRUE(job_->store().CommitEpoch(change).ok());
  }

  ErrorCode RefusalOf(const Result<engine::ReviewReceipt>& result, const std::string& text) {
    EXPECT_FALSE(result.ok());
    if (result.ok()) return ErrorCode::kInternal;
    EXPECT_THAT(result.error().message, HasSubstr(text));
    return result.error().code;
  }

  std::optional<MainJob> job_;
};

TEST_F(ReviewTest, ARunProposesAndChangesNoKey) {
  EXPECT_THAT(Keys(), ElementsAre(0, 1, 0));
  const std::vector<Proposal> open = Open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].reason, ProposalReason::kReclustered);
  EXPECT_TRUE(open[0].whole);
  EXPECT_EQ(open[0].epoch, 2U);
  EXPECT_EQ(open[0].pairs, 2U);
  EXPECT_GT(open[0].best.score, open[0].worst.score);
  EXPECT_NE(open[0].best.levels, 0U);
}

TEST_F(ReviewTest, AnAcceptedMergeBringsAllUnderTheOldestKey) {
  const auto receipt = Decide(Verdict::kAccept, {1}).value();
  EXPECT_EQ(receipt.epoch, 3U);
  EXPECT_THAT(receipt.settled, ElementsAre(1));
  EXPECT_EQ(receipt.keys_retired, 1U);
  EXPECT_EQ(receipt.keys_minted, 0U);
  EXPECT_EQ(receipt.moved, Open().size() + job_->store().Moves().size());
  EXPECT_THAT(Keys(), ElementsAre(0, 0, 0));
  const auto epochs = job_->store().Epochs().value();
  EXPECT_EQ(epochs[2].kind, storage::EpochKind::kReview);
  EXPECT_EQ(epochs[2].moved, receipt.moved);
}

TEST_F(ReviewTest, EarlierEpochsStayWhatTheyWere) {
  const auto persons = [this](std::uint64_t epoch) {
    return engine::ReplayPersons(&job_->store(), epoch, job_->context()).value();
  };
  const auto before = persons(2).digest;
  ASSERT_TRUE(Decide(Verdict::kAccept, {1}).ok());
  EXPECT_THAT(Keys(1), ElementsAre(0, 1));
  EXPECT_THAT(Keys(2), ElementsAre(0, 1, 0));
  EXPECT_THAT(Keys(3), ElementsAre(0, 0, 0));
  EXPECT_EQ(persons(2).digest, before);
  EXPECT_EQ(persons(2).persons, 2U);
  EXPECT_EQ(persons(3).persons, 1U);
  EXPECT_NE(persons(3).digest, before);
}

TEST_F(ReviewTest, WhatWasAcceptedIsNotUndoneByALaterRun) {
  ASSERT_TRUE(Decide(Verdict::kAccept, {1}).ok());
  job_->Link({.threshold = kStrict});  // by which they are three persons
  EXPECT_THAT(Keys(), ElementsAre(0, 0, 0));
  for (const Proposal& proposal : Open()) {
    EXPECT_TRUE(proposal.to.is_none());
    EXPECT_NE(proposal.records.front(), job_->store().Proposals().value()[0].best.record);
  }
}

TEST_F(ReviewTest, WhatWasRejectedIsNotProposedAgain) {
  ASSERT_TRUE(Decide(Verdict::kReject, {1}).ok());
  EXPECT_THAT(Keys(), ElementsAre(0, 1, 0));
  EXPECT_EQ(job_->Link().summary.proposals, 0U);
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(ReviewTest, AnOpenProposalIsNotMadeTwice) {
  const auto again = job_->Link();
  EXPECT_EQ(again.summary.proposals, 0U);
  EXPECT_EQ(again.summary.withdrawn, 0U);
  EXPECT_EQ(Open().size(), 1U);
}

TEST_F(ReviewTest, WhatIsFoundNoLongerIsWithdrawn) {
  const auto strict = job_->Link({.threshold = kStrict});
  EXPECT_EQ(strict.summary.withdrawn, 1U);
  const auto states =
      storage::StatesOf(job_->store().Proposals().value(), job_->store().Decisions().value());
  EXPECT_EQ(states[0].settled, Verdict::kWithdraw);
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {1}), "closed by a later link run"),
            ErrorCode::kRefused);
}

TEST_F(ReviewTest, DecisionsNameAProposalThatIsOpen) {
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {2}), "no proposal 2"), ErrorCode::kNoInput);
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {0}), "no proposal 0"), ErrorCode::kNoInput);
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {}), "name the proposals"), ErrorCode::kUsage);
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {1}, "Ann B"), "name"), ErrorCode::kUsage);
  EXPECT_EQ(job_->store().Epoch().value(), 2U);
  ASSERT_TRUE(Decide(Verdict::kAccept, {1, 1}).ok());
  EXPECT_EQ(RefusalOf(Decide(Verdict::kReject, {1}), "accepted already"), ErrorCode::kRefused);
  EXPECT_EQ(job_->store().Epoch().value(), 3U);
}

// A reason is shown on a line of its own, on terminals too.
TEST_F(ReviewTest, AReasonHasNoControlCharacters) {
  ASSERT_TRUE(engine::AddProject(&job_->store(), "p", job_->context()).ok());
  for (const std::string reason : {"two\nlines", "\x1b[2J", "\xc2\x9b", "\xff"}) {
    const auto decided =
        engine::Decide(&job_->store(), {{1}, Verdict::kReject, "ann", reason}, job_->context());
    EXPECT_EQ(RefusalOf(decided, "control characters"), ErrorCode::kUsage);
    const auto released =
        engine::Release(&job_->store(), {"p", job_->File("maps"), {}, reason}, job_->context());
    ASSERT_FALSE(released.ok());
    EXPECT_EQ(released.error().code, ErrorCode::kUsage);
  }
  EXPECT_TRUE(engine::Decide(&job_->store(), {{1}, Verdict::kReject, "ann", "Geburtsdatum prüfen?"},
                             job_->context())
                  .ok());
}

TEST_F(ReviewTest, TwoReviewersMustAgreeWhereThePolicySaysSo) {
  Start(2);
  const auto first = Decide(Verdict::kAccept, {1}, "ann").value();
  EXPECT_THAT(first.waiting, ElementsAre(1));
  EXPECT_EQ(first.moved, 0U);
  EXPECT_THAT(Keys(), ElementsAre(0, 1, 0));
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {1}, "ann"), "another reviewer"),
            ErrorCode::kRefused);
  EXPECT_THAT(Decide(Verdict::kReject, {1}, "ben").value().waiting, ElementsAre(1));
  EXPECT_THAT(Decide(Verdict::kAccept, {1}, "ben").value().settled, ElementsAre(1));
  EXPECT_THAT(Keys(), ElementsAre(0, 0, 0));
}

// The records of one key belong under two others, so that nothing stays under it.
TEST_F(ReviewTest, AKeyMayBeTakenApart) {
  for (const bool together : {true, false}) {
    Start(1);
    Add("d", "1,Zoltan,Quimby,1931-11-02,M,99999\n");
    job_->Link({.threshold = kStrict});
    ASSERT_THAT(Keys(), ElementsAre(0, 1, 0, 2));
    Propose({{"a", "b"}, {"c", "d"}});
    const std::uint64_t last = job_->store().Proposals().value().size();
    if (together) {
      EXPECT_EQ(Decide(Verdict::kAccept, {last - 1, last}).value().keys_retired, 1U);
    } else {
      EXPECT_EQ(Decide(Verdict::kAccept, {last - 1}).value().keys_retired, 0U);
      EXPECT_EQ(Decide(Verdict::kAccept, {last}).value().keys_retired, 1U);
    }
    EXPECT_THAT(Keys(), ElementsAre(0, 0, 1, 1));
  }
}

// The last record of a key has no other to be split from: a new key would change nothing but ids.
TEST_F(ReviewTest, WhatIsAloneUnderItsKeyIsNotSplit) {
  Propose({{"a", ""}, {"c", ""}});
  ASSERT_TRUE(Decide(Verdict::kAccept, {2}).ok());
  EXPECT_EQ(RefusalOf(Decide(Verdict::kAccept, {3}), "other keys"), ErrorCode::kRefused);
  EXPECT_THAT(Keys(), ElementsAre(0, 1, 2));
}

// Under a looser threshold b was taken for the person of a and c; a stricter one splits it off.
TEST_F(ReviewTest, AnAcceptedSplitGivesANewKey) {
  ASSERT_TRUE(Decide(Verdict::kAccept, {1}).ok());
  job_->Link({.threshold = kStrict});
  const std::vector<Proposal> open = Open();
  ASSERT_FALSE(open.empty());
  const auto receipt = Decide(Verdict::kAccept, {open[0].id}).value();
  EXPECT_EQ(receipt.keys_minted, 1U);
  EXPECT_EQ(receipt.keys_retired, 0U);
  EXPECT_EQ(receipt.moved, 1U);
  std::vector<int> keys = Keys();
  EXPECT_EQ(*std::ranges::max_element(keys), 1);
  // By the looser threshold they are one person's; that they are not was decided.
  for (const Proposal& proposal : (job_->Link(), Open())) {
    EXPECT_NE(proposal.from, open[0].from);
  }
}

TEST_F(ReviewTest, ALaterReleaseTellsWhichIdsChanged) {
  ASSERT_TRUE(engine::AddProject(&job_->store(), "p", job_->context()).ok());
  EXPECT_FALSE(job_->Release("p", "first").since);
  ASSERT_TRUE(Decide(Verdict::kAccept, {1}).ok());
  const auto second = job_->Release("p", "second");
  EXPECT_EQ(second.since, 2U);
  EXPECT_EQ(second.changed_ids, 1U);
  const std::string changes = BytesOf(job_->File("second") / "changes.csv");
  EXPECT_THAT(changes, testing::StartsWith("old_project_id,new_project_id,event,records\n"));
  EXPECT_THAT(changes, HasSubstr(",merged,"));
  // The new id is that of the maps now, the old one of the first release's.
  const std::string now = BytesOf(job_->File("second") / "b.map.csv");
  const std::string before = BytesOf(job_->File("first") / "b.map.csv");
  const auto id_of = [](const std::string& map) { return map.substr(map.rfind(',') + 1, 25); };
  EXPECT_THAT(changes, HasSubstr(id_of(now)));
  EXPECT_THAT(job_->store().Releases().value(),
              ElementsAre(storage::ReleaseInfo{1, 2, "p", 3, 2, ""},
                          storage::ReleaseInfo{2, 3, "p", 3, 1, ""}));
  // The first epoch can still be released as it was.
  const auto old = engine::Release(&job_->store(), {"p", job_->File("old"), 2}, job_->context());
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(BytesOf(job_->File("old") / "b.map.csv"), before);
  EXPECT_EQ(job_->store().Releases().value().back(), (storage::ReleaseInfo{3, 2, "p", 3, 2, ""}));
  EXPECT_EQ(job_->Release("p", "fourth").epoch, 3U);
}

// A release is recorded first: one whose folder did not appear, as after a kill, is made again and
// tells the same changes, whatever was released since.
TEST_F(ReviewTest, AReleaseMadeAgainIsTheSame) {
  ASSERT_TRUE(engine::AddProject(&job_->store(), "p", job_->context()).ok());
  job_->Release("p", "first");
  ASSERT_TRUE(Decide(Verdict::kAccept, {1}).ok());
  ASSERT_TRUE(job_->store().AddRelease({0, 3, "p", 3, 1, ""}, {}).ok());
  const auto again = job_->Release("p", "again");
  EXPECT_EQ(again.since, 2U);
  EXPECT_EQ(again.changed_ids, 1U);
  job_->Link();
  EXPECT_EQ(job_->Release("p", "third").since, 3U);
  for (const auto& [epoch, folder] : {std::pair(2U, "first"), std::pair(3U, "again")}) {
    const std::string copy = std::string(folder) + " copy";
    ASSERT_TRUE(
        engine::Release(&job_->store(), {"p", job_->File(copy), epoch}, job_->context()).ok());
    EXPECT_EQ(BytesOf(job_->File(copy) / "manifest.json"),
              BytesOf(job_->File(folder) / "manifest.json"));
  }
  // Copies are nothing new: a later release goes on from the last epoch that was.
  job_->Link();
  EXPECT_EQ(job_->Release("p", "fifth").since, 4U);
}

// What the model and the control do not agree on is not released without a word.
TEST_F(ReviewTest, AnEpochOnHoldIsNotReleased) {
  ASSERT_TRUE(engine::AddProject(&job_->store(), "p", job_->context()).ok());
  storage::EpochChange change;
  change.summary.epoch = 3;
  change.summary.hold = "they disagree";
  ASSERT_TRUE(job_->store().CommitEpoch(change).ok());
  const auto refused = engine::Release(&job_->store(), {"p", job_->File("maps")}, job_->context());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_THAT(refused.error().message, HasSubstr("they disagree"));
  EXPECT_FALSE(std::filesystem::exists(job_->File("maps")));
  EXPECT_THAT(job_->store().Releases().value(), IsEmpty());
  ASSERT_TRUE(engine::Release(&job_->store(), {"p", job_->File("maps"), {}, "checked by hand"},
                              job_->context())
                  .ok());
  EXPECT_EQ(job_->store().Releases().value()[0].despite_hold, "checked by hand");
  EXPECT_THAT(BytesOf(job_->File("maps") / "manifest.json"), HasSubstr("checked by hand"));
  // Of an epoch that is not on hold nothing is said.
  ASSERT_TRUE(engine::Release(&job_->store(), {"p", job_->File("earlier"), 2, "checked by hand"},
                              job_->context())
                  .ok());
  EXPECT_EQ(job_->store().Releases().value()[1].despite_hold, "");
  EXPECT_THAT(BytesOf(job_->File("earlier") / "manifest.json"), Not(HasSubstr("checked")));
}

}  // namespace
}  // namespace musubi::flows
