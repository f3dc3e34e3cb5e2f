// Random histories of link runs, reviews, withdrawals and reinstatements: who is in which release
// is what the rules of docs/withdrawal.md say, worked out epoch by epoch.
#include "engine/release/withdrawn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/crypto/test_store_key.h"
#include "tests/storage/file_samples.h"
#include "tests/storage/store_fixture.h"

namespace musubi::engine {
namespace {

using storage::EpochChange;
using storage::EpochKind;
using storage::IsOk;
using storage::LinkStore;
using storage::Withdrawal;
using storage::WithdrawalAction;

// A withdrawal, as the model has it.
struct Asked {
  Withdrawal made;
  std::set<RecordRef> named;     // of a project: they stay in the store
  std::set<LinkageKey> of_whom;  // the keys that they had
  bool is_active = true;
};

class WithdrawnTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(LinkStore::Create(scratch_ / "store", crypto::TestStoreKey(), contract_)));
    store_.emplace(LinkStore::Open(scratch_ / "store", crypto::TestStoreKey()).value());
    const storage::EncodingFile file = storage::RandomFile(contract_, "clinic", 40, 1);
    ASSERT_TRUE(IsOk(store_->Import(file)));
    records_.assign(file.records.refs.begin(), file.records.refs.end());
  }

  std::size_t Pick(std::size_t count) { return random_() % count; }
  std::uint64_t Next() { return store_->Epoch().value() + 1; }

  // A key of some record now, or now and then a new one.
  LinkageKey AnyKey() {
    if (now_.empty() || Pick(3) == 0) return storage::RandomId<LinkageKey>(&random_);
    return std::next(now_.begin(), static_cast<std::ptrdiff_t>(Pick(now_.size())))->second;
  }
  RecordRef AnyRecord() { return records_[Pick(records_.size())]; }

  void Keep() { keys_at_.push_back(now_); }

  void LinkSome() {
    EpochChange change;
    change.summary.epoch = Next();
    for (const RecordRef& ref : records_) {
      if (now_.contains(ref) || Pick(4) != 0) continue;
      now_[ref] = AnyKey();
      change.members.push_back({ref, now_[ref], 1, Next()});
    }
    ASSERT_TRUE(IsOk(store_->CommitEpoch(change)));
    Keep();
  }

  void MoveSome() {
    EpochChange change;
    change.summary.epoch = Next();
    change.summary.kind = EpochKind::kReview;
    std::map<RecordRef, LinkageKey> moves;
    for (int i = 0; i < 3; ++i) moves[AnyRecord()] = AnyKey();
    for (const auto& [ref, key] : moves) {
      if (!now_.contains(ref)) continue;
      change.moves.push_back({ref, key, Next()});
      now_[ref] = key;
    }
    ASSERT_TRUE(IsOk(store_->CommitEpoch(change)));
    Keep();
  }

  void Withdraw(const std::string& project) {
    Asked asked;
    asked.named = {AnyRecord(), AnyRecord()};
    for (const RecordRef& ref : asked.named) {
      if (now_.contains(ref)) asked.of_whom.insert(now_[ref]);
    }
    asked.made.epoch = Next();
    asked.made.request.id = storage::RandomId<storage::WithdrawalId>(&random_);
    asked.made.request.holder = "clinic";
    asked.made.request.project = project;
    asked.made.request.records.assign(asked.named.begin(), asked.named.end());
    asked.made.keys.assign(asked.of_whom.begin(), asked.of_whom.end());
    if (project.empty()) Erase(asked.named);
    ASSERT_TRUE(IsOk(store_->CommitWithdrawal(asked.made)));
    if (project.empty()) asked.named.clear();
    asked_.push_back(std::move(asked));
    Keep();
  }

  void Erase(const std::set<RecordRef>& named) {
    std::erase_if(records_, [&](const RecordRef& ref) { return named.contains(ref); });
    for (auto* keys : AllKeys()) {
      std::erase_if(*keys, [&](const auto& entry) { return named.contains(entry.first); });
    }
  }
  std::vector<std::map<RecordRef, LinkageKey>*> AllKeys() {
    std::vector<std::map<RecordRef, LinkageKey>*> all = {&now_};
    for (auto& keys : keys_at_) all.push_back(&keys);
    return all;
  }

  void TakeBack() {
    if (asked_.empty()) return;
    Asked& asked = asked_[Pick(asked_.size())];
    if (!asked.is_active) return;
    asked.is_active = false;
    Withdrawal made;
    made.epoch = Next();
    made.request.id = storage::RandomId<storage::WithdrawalId>(&random_);
    made.request.holder = "clinic";
    made.request.action = WithdrawalAction::kReinstate;
    made.request.reinstates = asked.made.request.id;
    ASSERT_TRUE(IsOk(store_->CommitWithdrawal(made)));
    Keep();
  }

  // Whether a record is one that a withdrawal is about.
  bool IsAbout(const Asked& asked, const std::string& project, const RecordRef& ref) const {
    const std::string& scope = asked.made.request.project;
    if (!asked.is_active || (!scope.empty() && scope != project)) return false;
    if (asked.named.contains(ref)) return true;
    for (std::uint64_t epoch = asked.made.epoch; epoch < keys_at_.size(); ++epoch) {
      const auto key = keys_at_[epoch].find(ref);
      if (key != keys_at_[epoch].end() && asked.of_whom.contains(key->second)) return true;
    }
    return false;
  }

  // The keys of persons with a record that a withdrawal is about.
  std::set<LinkageKey> LeftOut(const std::string& project, std::uint64_t epoch) const {
    std::set<LinkageKey> left_out;
    for (const auto& [ref, key] : keys_at_[epoch]) {
      if (std::ranges::any_of(asked_, [&, &about = ref](const Asked& asked) {
            return IsAbout(asked, project, about);
          })) {
        left_out.insert(key);
      }
    }
    return left_out;
  }

  // Who may be released.
  std::set<RecordRef> Expected(const std::string& project, std::uint64_t epoch) const {
    const std::set<LinkageKey> left_out = LeftOut(project, epoch);
    std::set<RecordRef> released;
    for (const auto& [ref, key] : keys_at_[epoch]) {
      if (!left_out.contains(key)) released.insert(ref);
    }
    return released;
  }

  std::set<RecordRef> Released(const std::string& project, std::uint64_t epoch) {
    const auto withdrawn = WithdrawnKeys(&*store_, project, epoch).value();
    std::set<RecordRef> released;
    EXPECT_TRUE(IsOk(store_->VisitMembersAt(epoch, [&](const storage::Member& member) -> Status {
      if (!withdrawn.contains(member.key)) released.insert(member.ref);
      return {};
    })));
    return released;
  }

  void Step() {
    switch (Pick(6)) {
      case 0:
      case 1:
        return LinkSome();
      case 2:
        return MoveSome();
      case 3:
        return Withdraw("");
      case 4:
        return Withdraw(Pick(2) == 0 ? "stroke" : "heart");
      default:
        return TakeBack();
    }
  }

  storage::ScratchFolder scratch_;
  Contract contract_ = storage::SmallContract();
  std::optional<LinkStore> store_;
  std::mt19937_64 random_;
  std::vector<RecordRef> records_;
  std::map<RecordRef, LinkageKey> now_;
  std::vector<std::map<RecordRef, LinkageKey>> keys_at_ = {{}};  // by epoch
  std::vector<Asked> asked_;
};

TEST_F(WithdrawnTest, ReleasesHaveWhomTheRulesAllow) {
  constexpr int kSteps = 40;
  const auto seed = static_cast<std::uint64_t>(std::random_device()());
  std::cout << "seed " << seed << '\n';
  random_.seed(seed);
  std::size_t left_out = 0;
  for (int step = 0; step < kSteps; ++step) {
    ASSERT_NO_FATAL_FAILURE(Step());
    for (std::uint64_t epoch = 1; epoch < keys_at_.size(); ++epoch) {
      for (const std::string project : {"stroke", "heart"}) {
        const std::set<RecordRef> expected = Expected(project, epoch);
        ASSERT_EQ(Released(project, epoch), expected) << "step " << step << ", epoch " << epoch;
        left_out += keys_at_[epoch].size() - expected.size();
      }
    }
  }
  EXPECT_GT(left_out, 0U);
}

TEST_F(WithdrawnTest, NoChangeNamesWhoIsLeftOut) {
  constexpr int kSteps = 30;
  const auto seed = static_cast<std::uint64_t>(std::random_device()());
  std::cout << "seed " << seed << '\n';
  random_.seed(seed);
  ASSERT_NO_FATAL_FAILURE(LinkSome());
  for (int step = 0; step < kSteps; ++step) {
    ASSERT_NO_FATAL_FAILURE(Pick(2) == 0 ? MoveSome() : Step());
  }
  const std::uint64_t last = keys_at_.size() - 1;
  std::size_t taken_out = 0;
  for (std::uint64_t before = 1; before < last; ++before) {
    std::vector<KeyChange> changes = KeyChangesBetween(&*store_, {1}, before, last).value();
    std::vector<KeyChange> expected = changes;
    const std::set<LinkageKey> from = LeftOut("stroke", before);
    const std::set<LinkageKey> to = LeftOut("stroke", last);
    taken_out += std::erase_if(expected, [&](const KeyChange& change) {
      return from.contains(change.from) || to.contains(change.to);
    });
    ASSERT_TRUE(IsOk(LeaveOutWithdrawn(&*store_, "stroke", before, last, &changes)));
    EXPECT_TRUE(changes == expected) << "since epoch " << before;
  }
  std::cout << taken_out << " changes taken out\n";
}

}  // namespace
}  // namespace musubi::engine
