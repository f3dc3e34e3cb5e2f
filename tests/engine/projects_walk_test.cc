// Random sequences of all that is done with a project, against a model of a few lines.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "crypto/random.h"
#include "engine/release/projects.h"
#include "engine/release/release.h"
#include "review_bodies.h"
#include "tests/storage/file_samples.h"
#include "tests/storage/store_fixture.h"

namespace musubi::engine {
namespace {

using storage::CodeOf;
using storage::IsOk;
using storage::LinkStore;
using storage::ProjectState;
using storage::ProjectVerdict;

constexpr int kOk = 0;
constexpr int kNoInput = static_cast<int>(ErrorCode::kNoInput);
constexpr int kExists = static_cast<int>(ErrorCode::kExists);
constexpr int kRefused = static_cast<int>(ErrorCode::kRefused);

// Whom the applications name.
const crypto::Identity& Ann() {
  static const auto kIdentity = crypto::IdentityFor(crypto::Role::kResearcher, "ann");
  return kIdentity;
}

class WalkClock : public Clock {
 public:
  std::int64_t UnixSeconds() override { return now; }
  std::int64_t now = crypto::kNoon;
};

// What is known of the project without the store.
struct Model {
  bool exists = false;
  ProjectState ended = ProjectState::kApproved;
  std::int64_t expires = 0;
  std::int64_t decided = 0;
  bool has_beta = false;

  bool IsOpen() const { return exists && ended == ProjectState::kApproved; }
  ProjectState StateAt(std::int64_t now) const {
    return ended == ProjectState::kApproved && now > expires ? ProjectState::kExpired : ended;
  }
};

class ProjectsWalkTest : public testing::Test {
 protected:
  void SetUp() override {
    storage::StorePolicy policy;
    policy.approvals = 2;
    policy.trusted = {Irb().certificate(), Ethics().certificate(), crypto::Alpha().certificate(),
                      crypto::Beta().certificate()};
    std::ranges::sort(policy.trusted, {}, &crypto::Certificate::fingerprint);
    ASSERT_TRUE(
        IsOk(LinkStore::Create(scratch_ / "store", crypto::TestStoreKey(), contract_, policy)));
    auto opened = LinkStore::Open(scratch_ / "store", crypto::TestStoreKey());
    ASSERT_TRUE(IsOk(opened));
    store_.emplace(std::move(opened).value());
    for (const char* holder : {"alpha", "beta"}) {
      const auto file = storage::RandomFile(contract_, holder, 8, holder[0]);
      ASSERT_TRUE(IsOk(store_->Import(file)));
    }
    ASSERT_TRUE(IsOk(store_->CommitEpoch(storage::NextRun(&*store_, 7).value())));
    context_.clock = &clock_;
    context_.random = &random_;
  }

  Application ApplicationFor(const std::string& project, std::int64_t days, bool has_beta) {
    Application application = SmallApplication(project, crypto::FingerprintOf(contract_),
                                               clock_.now + days * crypto::kDaySeconds);
    application.purpose += std::to_string(serial_++);
    application.recipient_certificate = Ann().certificate().fingerprint();
    if (has_beta) application.holders.push_back({"beta", {}});
    return application;
  }

  std::filesystem::path Decide(const Application& application, ProjectVerdict verdict,
                               const crypto::Identity& body) {
    const auto file = scratch_ / ("decision-" + std::to_string(serial_++));
    storage::WriteWhole(file, Decided(application, verdict, body, clock_.now));
    return file;
  }

  std::vector<std::filesystem::path> Approvals(const Application& application) {
    return {Decide(application, ProjectVerdict::kApprove, Irb()),
            Decide(application, ProjectVerdict::kApprove, Ethics())};
  }

  // Each gives the code of the error that the model expects, and that of what was done.
  struct Codes {
    int expected = 0;
    int got = 0;
  };

  Codes Add() {
    const auto application = ApplicationFor(name_, Days(), Coin());
    const Codes codes{model_.exists ? kExists : kOk,
                      CodeOf(AddApprovedProject(&*store_, Approvals(application), context_))};
    if (codes.expected == kOk) Approve(application);
    return codes;
  }

  Codes Amend() {
    const auto application = ApplicationFor(name_, Days(), Coin());
    int expected = kOk;
    if (!model_.IsOpen() || clock_.now <= model_.decided) expected = kRefused;
    if (!model_.exists) expected = kNoInput;
    const Codes codes{expected, CodeOf(AmendProject(&*store_, Approvals(application), context_))};
    if (codes.expected == kOk) Approve(application);
    return codes;
  }

  Codes Revoke() {
    const auto known = applications_.empty() ? ApplicationFor(name_, 1, true)
                                             : applications_[engine_() % applications_.size()];
    int expected = model_.IsOpen() ? kOk : kRefused;
    if (!model_.exists) expected = kNoInput;
    const auto file = Decide(known, ProjectVerdict::kRevoke, Coin() ? Irb() : Ethics());
    const Codes codes{expected, CodeOf(RevokeProject(&*store_, file, context_))};
    if (expected == kOk) model_.ended = ProjectState::kRevoked;
    return codes;
  }

  Codes Close() {
    int expected = model_.IsOpen() ? kOk : kRefused;
    if (!model_.exists) expected = kNoInput;
    const Codes codes{expected, CodeOf(CloseProject(&*store_, name_, context_))};
    if (expected == kOk) model_.ended = ProjectState::kClosed;
    return codes;
  }

  Codes MakeRelease() {
    const auto folder = scratch_ / ("release-" + std::to_string(serial_++));
    ReleaseRequest request{name_, folder};
    request.seal = {&crypto::Unit(), {Ann().certificate()}};
    const auto receipt = Release(&*store_, request, context_);
    const bool approved = model_.StateAt(clock_.now) == ProjectState::kApproved;
    int expected = approved ? kOk : kRefused;
    if (!model_.exists) expected = kNoInput;
    EXPECT_EQ(std::filesystem::exists(folder), expected == kOk);
    if (receipt.ok()) {
      EXPECT_EQ(receipt.value().maps.size(), model_.has_beta ? 2U : 1U);
    }
    return {expected, CodeOf(receipt)};
  }

  Codes Step() {
    switch (engine_() % 12) {
      case 0:
      case 1:
        return Add();
      case 2:
      case 3:
        return Amend();
      case 4:
        return Revoke();
      case 5:
        return Close();
      case 6:
      case 7:
      case 8:
        return MakeRelease();
      default:
        clock_.now += static_cast<std::int64_t>(engine_() % (2 * crypto::kDaySeconds));
        return {};
    }
  }

  void Walk(std::uint32_t seed) {
    engine_.seed(seed);
    name_ = "p" + std::to_string(seed);
    model_ = {};
    applications_.clear();
    clock_.now = crypto::kNoon;
    for (int step = 0; step < 12; ++step) {
      const Codes codes = Step();
      ASSERT_EQ(codes.got, codes.expected) << "seed " << seed << ", step " << step;
      if (!model_.exists) continue;
      const auto project = store_->Project(name_);
      ASSERT_TRUE(IsOk(project)) << "seed " << seed;
      ASSERT_EQ(StateAt(project.value(), clock_.now), model_.StateAt(clock_.now))
          << "seed " << seed << ", step " << step;
      ASSERT_EQ(store_->ProjectKey(name_).ok(), model_.IsOpen()) << "seed " << seed;
    }
  }

  void Approve(const Application& application) {
    model_.exists = true;
    model_.expires = application.expires;
    model_.decided = clock_.now;
    model_.has_beta = application.holders.size() == 2;
    applications_.push_back(application);
  }
  std::int64_t Days() { return static_cast<std::int64_t>(engine_() % 4); }
  bool Coin() { return engine_() % 2 == 0; }

  storage::ScratchFolder scratch_;
  Contract contract_ = storage::SmallContract();
  std::optional<LinkStore> store_;
  WalkClock clock_;
  crypto::SystemRandom random_;
  ExecContext context_;
  std::mt19937 engine_;
  std::string name_;
  Model model_;
  std::vector<Application> applications_;
  int serial_ = 0;
};

TEST_F(ProjectsWalkTest, EveryStepEndsAsTheModelSays) {
  for (std::uint32_t seed = 1; seed <= 16 && !HasFatalFailure(); ++seed) Walk(seed);
}

}  // namespace
}  // namespace musubi::engine
