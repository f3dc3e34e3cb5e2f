// What a run asks people about.
#include "engine/link/proposals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/contract_text.h"
#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

using storage::Decision;
using storage::PairEvidence;
using storage::Proposal;
using storage::ProposalReason;
using storage::ProposalState;
using storage::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t kThreshold = 600'000;

// Pairs with scores and levels, as a run would read them.
class Pairs : public PairReader, public LinkSource {
 public:
  explicit Pairs(std::map<std::pair<std::uint32_t, std::uint32_t>, PairReading> readings)
      : readings_(std::move(readings)) {}

  PairReading Read(std::uint32_t left, std::uint32_t right) const override {
    const auto found = readings_.find({left, right});
    return found == readings_.end() ? PairReading() : found->second;
  }
  std::uint32_t Of(std::uint32_t left, std::uint32_t right) const override {
    return Read(left, right).score;
  }
  std::uint64_t links() const override { return readings_.size(); }
  Status Visit(const Visitor& visit) const override {
    std::vector<ScoredPair> links;
    for (const auto& [pair, reading] : readings_) {
      if (reading.score >= kThreshold) links.push_back({pair.first, pair.second, reading.score});
    }
    visit(links);
    return {};
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, PairReading> readings_;
};

Population NumberedPeople(const std::vector<std::uint16_t>& sources) {
  Population population = PeopleOf(sources);
  for (std::uint32_t row = 0; row < population.rows(); ++row) {
    population.records.refs[row].bytes[0] = static_cast<std::uint8_t>(row + 1);
  }
  return population;
}

RecordRef Ref(std::uint32_t row) {
  RecordRef ref;
  ref.bytes[0] = static_cast<std::uint8_t>(row + 1);
  return ref;
}

LinkageKey Key(std::uint8_t number) {
  LinkageKey key;
  key.bytes[0] = number;
  return key;
}

class DoubtsTest : public testing::Test {
 protected:
  std::vector<Doubt> Found(const Rows& first_of, const Pairs& pairs) const {
    std::vector<std::uint16_t> sources;
    for (std::uint16_t row = 0; row < first_of.size(); ++row) sources.push_back(row);
    const Population population = NumberedPeople(sources);
    return FindDoubts({population, contract_, first_of, pairs, pairs, kThreshold}, {}).value();
  }

  // given_name, surname, birth_date, sex, postcode.
  static Pattern Levels(unsigned given, unsigned surname, unsigned birth) {
    return AtPlace(given, 0) | AtPlace(surname, 1) | AtPlace(birth, 2) | AtPlace(kEqual, 3);
  }

  Contract contract_ = Contract::Parse(ContractTemplate("western")).value();
};

TEST_F(DoubtsTest, RecordsAloneAreNotDoubted) {
  EXPECT_THAT(Found({0, 1}, Pairs({{{0, 1}, {0, 500'000}}})), IsEmpty());
}

TEST_F(DoubtsTest, APairThatAgreesIsNotDoubted) {
  EXPECT_THAT(Found({0, 0}, Pairs({{{0, 1}, {Levels(kEqual, kEqual, kEqual), 700'000}}})),
              IsEmpty());
}

TEST_F(DoubtsTest, ATwinAgreesInDateAndOneNameAlone) {
  const auto found = [this](Pattern levels) {
    return Found({0, 0}, Pairs({{{0, 1}, {levels, 700'000}}}));
  };
  EXPECT_THAT(found(Levels(kUnlike, 12, 15)), ElementsAre(Doubt{1, ProposalReason::kTwin}));
  EXPECT_THAT(found(Levels(kEqual, kUnlike, kEqual)), ElementsAre(Doubt{1, ProposalReason::kTwin}));
  EXPECT_THAT(found(Levels(2, kEqual, kEqual)), IsEmpty());
  EXPECT_THAT(found(Levels(kUnlike, 3, kEqual)), IsEmpty());
  EXPECT_THAT(found(Levels(kUnlike, kEqual, 3)), IsEmpty());
  EXPECT_THAT(found(Levels(kUnlike, kEqual, kMissing)), IsEmpty());
}

TEST_F(DoubtsTest, TheTwinIsTheRecordThatDiffersFromMostOthers) {
  const Pattern same = Levels(kEqual, kEqual, kEqual);
  const Pattern twin = Levels(kUnlike, kEqual, kEqual);
  EXPECT_THAT(
      Found(
          {0, 0, 0},
          Pairs({{{0, 1}, {twin, 700'000}}, {{0, 2}, {twin, 700'000}}, {{1, 2}, {same, 900'000}}})),
      ElementsAre(Doubt{0, ProposalReason::kTwin}));
}

// Row 1 links to row 2 of another cluster as well as to row 0 of its own.
TEST_F(DoubtsTest, ATieIsDoubted) {
  const Pattern same = Levels(kEqual, kEqual, kEqual);
  EXPECT_THAT(Found({0, 0, 2}, Pairs({{{0, 1}, {same, 700'000}}, {{1, 2}, {same, 700'000}}})),
              ElementsAre(Doubt{1, ProposalReason::kTie}));
  EXPECT_THAT(Found({0, 0, 2}, Pairs({{{0, 1}, {same, 700'000}}, {{1, 2}, {same, 699'999}}})),
              IsEmpty());
}

// The mean of row 2 with the others is (700,000 + 490,000) / 2, which is below the threshold.
TEST_F(DoubtsTest, AWeakMemberIsDoubted) {
  const Pattern same = Levels(kEqual, kEqual, kEqual);
  const auto found = [&](std::uint32_t score) {
    return Found(
        {0, 0, 0},
        Pairs({{{0, 1}, {same, 900'000}}, {{0, 2}, {same, 700'000}}, {{1, 2}, {same, score}}}));
  };
  EXPECT_THAT(found(490'000), ElementsAre(Doubt{2, ProposalReason::kWeak}));
  EXPECT_THAT(found(500'000), IsEmpty());
}

TEST_F(DoubtsTest, DoNotDependOnThreads) {
  Rows first_of;
  std::map<std::pair<std::uint32_t, std::uint32_t>, PairReading> readings;
  std::mt19937_64 random(7);
  for (std::uint32_t row = 0; row < 60'000; row += 3) {
    first_of.insert(first_of.end(), 3, row);
    for (const auto& [a, b] : {std::pair(0U, 1U), std::pair(0U, 2U), std::pair(1U, 2U)}) {
      readings[{row + a, row + b}] = {Levels(random() % 3 == 0 ? kUnlike : kEqual, kEqual, kEqual),
                                      static_cast<std::uint32_t>(500'000 + random() % 400'000)};
    }
  }
  const Pairs pairs(std::move(readings));
  std::vector<std::uint16_t> sources;
  for (std::uint32_t row = 0; row < first_of.size(); ++row) {
    sources.push_back(static_cast<std::uint16_t>(row % 3));
  }
  const Population population = NumberedPeople(sources);
  const DoubtBasis basis{population, contract_, first_of, pairs, pairs, kThreshold};
  ExecContext one;
  one.threads = 1;
  ExecContext four;
  four.threads = 4;
  const std::vector<Doubt> expected = FindDoubts(basis, one).value();
  EXPECT_GT(expected.size(), 1000U);
  EXPECT_EQ(FindDoubts(basis, four).value(), expected);
}

// Rows 0 and 1 under key 0, row 2 under key 1, row 3 under key 2.
class ProposeTest : public testing::Test {
 protected:
  ProposeTest() {
    regrouping_.key_of = {0, 0, 1, 2};
    regrouping_.moves = {{{2}, 1, 0, true}};
  }

  ProposedChanges Proposed() const {
    const ProposalBasis basis{population_, regrouping_, keys_,  doubts_, decided_,
                              states_,     pairs_,      since_, 9};
    return Propose(basis, {}).value();
  }

  // As if the proposals of an earlier run were decided on.
  void Remember(std::vector<Proposal> proposals, std::vector<Decision> decisions) {
    states_ = storage::StatesOf(std::move(proposals), decisions);
    decided_ = DecidedPairs(states_, population_);
  }

  Population population_ = NumberedPeople({0, 1, 2, 3});
  Regrouping regrouping_;
  std::vector<LinkageKey> keys_ = {Key(10), Key(11), Key(12)};
  std::vector<Doubt> doubts_;
  Rows since_ = {1, 1, 1, 1};
  std::vector<ProposalState> states_;
  std::vector<DecidedPair> decided_;
  Pairs pairs_ =
      Pairs({{{0, 2}, {0x88, 700'000}}, {{1, 2}, {0x81, 640'000}}, {{0, 1}, {0x18, 610'000}}});
};

TEST_F(ProposeTest, AMoveIsProposedWithItsEvidence) {
  const ProposedChanges changes = Proposed();
  const Proposal expected{1,
                          9,
                          ProposalReason::kReclustered,
                          Key(11),
                          Key(10),
                          true,
                          {Ref(2)},
                          {Ref(2), Ref(0), 0x88, 700'000},
                          {Ref(2), Ref(1), 0x81, 640'000},
                          670'000,
                          2};
  EXPECT_THAT(changes.made, ElementsAre(expected));
  EXPECT_THAT(changes.withdrawn, IsEmpty());
}

TEST_F(ProposeTest, ADoubtIsProposedAsAKeyOfItsOwn) {
  regrouping_.moves.clear();
  doubts_ = {{1, ProposalReason::kTwin}};
  const ProposedChanges changes = Proposed();
  ASSERT_THAT(changes.made, SizeIs(1));
  EXPECT_EQ(changes.made[0].reason, ProposalReason::kTwin);
  EXPECT_EQ(changes.made[0].from, Key(10));
  EXPECT_TRUE(changes.made[0].to.is_none());
  EXPECT_FALSE(changes.made[0].whole);
  EXPECT_EQ(changes.made[0].best, (PairEvidence{Ref(1), Ref(0), 0x18, 610'000}));
}

// The anchor of key 10 is the record that has been under it longest, of several the one of the
// least reference: where it is doubted, the key stays with it, and the other records get another.
TEST_F(ProposeTest, ADoubtedAnchorKeepsItsKey) {
  regrouping_.key_of = {0, 0, 0, 2};
  regrouping_.moves.clear();
  const auto leaving = [this](std::uint32_t doubted) {
    doubts_ = {{doubted, ProposalReason::kTwin}};
    const ProposedChanges changes = Proposed();
    EXPECT_THAT(changes.made, SizeIs(1));
    return changes.made.at(0).records;
  };
  EXPECT_THAT(leaving(0), ElementsAre(Ref(1), Ref(2)));
  EXPECT_THAT(leaving(1), ElementsAre(Ref(1)));
  since_ = {2, 1, 1, 1};
  EXPECT_THAT(leaving(0), ElementsAre(Ref(0)));
  EXPECT_THAT(leaving(1), ElementsAre(Ref(0), Ref(2)));
  since_ = {0, 0, 8, 1};  // rows 0 and 1 are new
  EXPECT_THAT(leaving(1), ElementsAre(Ref(1)));
  EXPECT_THAT(leaving(2), ElementsAre(Ref(0), Ref(1)));
}

TEST_F(ProposeTest, ADoubtAboutAKeyThatMayMoveWaits) {
  doubts_ = {{1, ProposalReason::kTwin}};
  EXPECT_THAT(Proposed().made, SizeIs(1));
}

TEST_F(ProposeTest, AnOpenProposalStaysAndNewOnesAreNumberedOn) {
  Remember(Proposed().made, {});
  EXPECT_THAT(Proposed().made, IsEmpty());
  EXPECT_THAT(Proposed().withdrawn, IsEmpty());
  regrouping_.moves.push_back({{3}, 2, 0, true});
  const ProposedChanges more = Proposed();
  ASSERT_THAT(more.made, SizeIs(1));
  EXPECT_EQ(more.made[0].id, 2U);
  EXPECT_THAT(more.made[0].records, ElementsAre(Ref(3)));
}

// Row 3 was under key 1 as well, and has left it since: what was a move is a merge.
TEST_F(ProposeTest, AMoveThatHasBecomeAMergeIsProposedAsOne) {
  regrouping_.key_of = {0, 0, 1, 1};
  regrouping_.moves = {{{2}, 1, 0, false}};
  Remember(Proposed().made, {});
  regrouping_.key_of = {0, 0, 1, 2};
  regrouping_.moves = {{{2}, 1, 0, true}};
  const ProposedChanges changes = Proposed();
  ASSERT_THAT(changes.made, SizeIs(1));
  EXPECT_TRUE(changes.made[0].whole);
  EXPECT_THAT(changes.withdrawn, ElementsAre(Decision{9, 1, Verdict::kWithdraw, true, "", ""}));
}

TEST_F(ProposeTest, AnOpenProposalThatIsFoundNoLongerIsWithdrawn) {
  Remember(Proposed().made, {});
  regrouping_.moves.clear();
  const ProposedChanges changes = Proposed();
  EXPECT_THAT(changes.made, IsEmpty());
  EXPECT_THAT(changes.withdrawn, ElementsAre(Decision{9, 1, Verdict::kWithdraw, true, "", ""}));
}

TEST_F(ProposeTest, WhatWasDecidedIsNotProposedAgain) {
  const std::vector<Proposal> made = Proposed().made;
  Remember(made, {{10, 1, Verdict::kReject, true, "ann", ""}});
  EXPECT_THAT(decided_, ElementsAre(DecidedPair{0, 2, false}));
  EXPECT_THAT(Proposed().made, IsEmpty());
  regrouping_.moves = {{{2, 3}, 1, 0, true}};  // with another record: the answer is the same
  regrouping_.key_of = {0, 0, 1, 1};
  EXPECT_THAT(Proposed().made, IsEmpty());
}

TEST_F(ProposeTest, WhatWasWithdrawnMayBeProposedAgain) {
  Remember(Proposed().made, {{10, 1, Verdict::kWithdraw, true, "", ""}});
  EXPECT_THAT(decided_, IsEmpty());
  ASSERT_THAT(Proposed().made, SizeIs(1));
  EXPECT_EQ(Proposed().made[0].id, 2U);
}

TEST_F(ProposeTest, ARejectedSplitKeepsRecordsTogether) {
  regrouping_.moves.clear();
  doubts_ = {{1, ProposalReason::kTwin}};
  Remember(Proposed().made, {{10, 1, Verdict::kReject, true, "ann", ""}});
  EXPECT_THAT(decided_, ElementsAre(DecidedPair{0, 1, true}));
  EXPECT_THAT(Proposed().made, IsEmpty());
  Rows first_of = {0, 1, 2, 3};
  JoinDecided(population_, decided_, &first_of);
  EXPECT_THAT(first_of, ElementsAre(0, 0, 2, 3));
}

TEST_F(ProposeTest, TheLastDecisionOnAPairHolds) {
  std::vector<Proposal> made = Proposed().made;
  made.push_back(made[0]);
  made[1].id = 2;
  Remember(made, {{10, 2, Verdict::kReject, true, "ann", ""},
                  {11, 1, Verdict::kAccept, true, "ann", ""}});
  EXPECT_THAT(decided_, ElementsAre(DecidedPair{0, 2, true}));
}

// Rows 0 and 3 are of one holder: deciding that 0 and 2 are one person's cannot join their
// clusters.
TEST_F(ProposeTest, ADecisionDoesNotJoinWhatCannotBeOnePerson) {
  population_ = NumberedPeople({0, 1, 2, 0});
  const std::vector<DecidedPair> together = {{0, 2, true}};
  Rows first_of = {0, 0, 2, 2};
  JoinDecided(population_, together, &first_of);
  EXPECT_THAT(first_of, ElementsAre(0, 0, 2, 2));
  first_of = {0, 0, 2, 3};
  JoinDecided(population_, together, &first_of);
  EXPECT_THAT(first_of, ElementsAre(0, 0, 0, 3));
}

}  // namespace
}  // namespace musubi::engine
