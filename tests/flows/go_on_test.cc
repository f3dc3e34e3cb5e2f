// A link run that was stopped, or has little memory, ends with the bytes of one that was not.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/flows/main_job.h"
#include "tests/storage/file_samples.h"

namespace musubi::flows {
namespace {

using engine::LinkReceipt;
using engine::LinkRequest;
using testing::HasSubstr;

// Stops the run once `steps` steps of a stage are done.
class Stopper : public Observer {
 public:
  Stopper(std::string stage, std::uint64_t steps) : stage_(std::move(stage)), steps_(steps) {}

  void OnStage(std::string_view stage, std::uint64_t total, std::uint64_t /*before*/) override {
    current_ = stage;
    if (stage == "compare") total_ = total;
    if (current_ == stage_ && steps_ == 0) stop_ = true;
  }
  void OnProgress(std::uint64_t done) override {
    if (current_ == stage_ && done >= steps_) stop_ = true;
  }
  void OnWarning(std::string_view message) override { warnings_.emplace_back(message); }

  const std::atomic<bool>& stop() const { return stop_; }
  std::uint64_t total() const { return total_; }  // of comparing
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::string stage_;
  std::uint64_t steps_;
  std::string current_;
  std::uint64_t total_ = 0;
  std::vector<std::string> warnings_;
  std::atomic<bool> stop_ = false;
};

struct Case {
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

  const char* name;
  const char* contract;
  CandidateMethod method;
  std::uint64_t checkpoint_pairs;
};

// Two holders of some people, with spelling mistakes.
class GoOnTest : public testing::TestWithParam<Case> {
 protected:
  static constexpr int kPeople = 1500;

  static std::string PeopleCsv(std::uint64_t seed) {
    std::mt19937_64 people(7);
    std::mt19937_64 errors(seed);
    std::string csv = "id,given_name,surname,birth_date,sex,postcode\n";
    for (int i = 0; i < kPeople; ++i) {
      const auto letters = [&](int count) {
        std::string word;
        for (int k = 0; k < count; ++k) word += static_cast<char>('a' + people() % 26);
        return word;
      };
      std::string given = letters(6);
      const std::string surname = letters(7);
      const std::string date = std::to_string(1930 + people() % 90) + "-0" +
                               std::to_string(1 + people() % 9) + "-1" +
                               std::to_string(people() % 10);
      if (errors() % 4 == 0) given[2] = 'x';
      csv += std::to_string(i) + ',' + given + ',' + surname + ',' + date + ",F," +
             std::to_string(10000 + people() % 80000) + '\n';
    }
    return csv;
  }

  static void Fill(MainJob* job) {
    job->Encode("hospital", PeopleCsv(1));
    job->Encode("insurer", PeopleCsv(2));
    job->Import("hospital");
    job->Import("insurer");
  }

  static std::string ContractText() {
    const std::string name = GetParam().contract;
    return name == "by_mean" ? WesternByMean() : std::string(ContractTemplate(name));
  }

  LinkRequest Request() const {
    LinkRequest request;
    request.candidates = GetParam().method;
    request.checkpoint_pairs = GetParam().checkpoint_pairs;
    return request;
  }

  static Result<LinkReceipt> Link(MainJob* job, const LinkRequest& request, Stopper* stopper,
                                  int threads = 2) {
    ExecContext context = job->context();
    context.threads = threads;
    context.observer = stopper;
    context.stop = &stopper->stop();
    return engine::Link(&job->store(), request, context);
  }

  // Every member with its key, and the run's report.
  static std::string MembersOf(MainJob* job) {
    std::string text = job->store().Report(1).value() + '\n';
    for (const auto& member : job->store().Members().value()) {
      text += ToHex(member.ref) + ' ' + ToHex(member.key) + '\n';
    }
    return text;
  }

  // What a run that nothing disturbs gives.
  std::string Undisturbed(std::uint64_t* pairs) const {
    MainJob job(ContractText(), 2, 42);
    Fill(&job);
    Stopper observer("", 1);
    LinkRequest request = Request();
    request.checkpoint_pairs.reset();
    const auto linked = Link(&job, request, &observer);
    EXPECT_TRUE(linked.ok());
    EXPECT_EQ(linked.value().resources.disk_bytes, 0U);
    EXPECT_GT(linked.value().linked_records, 2000U);
    *pairs = observer.total();
    return MembersOf(&job);
  }
};

INSTANTIATE_TEST_SUITE_P(
    Methods, GoOnTest,
    testing::Values(Case{"learning", "western", CandidateMethod::kAllPairs, 300'000},
                    Case{"learning_in_blocks", "western", CandidateMethod::kBlocks, 1},
                    Case{"mean", "by_mean", CandidateMethod::kAllPairs, 300'000},
                    Case{"mean_in_blocks", "by_mean", CandidateMethod::kBlocks, 1},
                    Case{"join", "record", CandidateMethod::kJoin, 300'000},
                    Case{"lsh", "record", CandidateMethod::kLsh, 1}),
    [](const auto& c) { return std::string(c.param.name); });

TEST_P(GoOnTest, AStoppedRunEndsAsIfNothingHadHappened) {
  std::uint64_t pairs = 0;
  const std::string expected = Undisturbed(&pairs);
  for (const std::uint64_t percent : {60U, 80U}) {  // some segments are kept by then
    SCOPED_TRACE(percent);
    MainJob job(ContractText(), 2, 42);
    Fill(&job);
    Stopper stopper("compare", pairs * percent / 100);
    const auto stopped = Link(&job, Request(), &stopper);
    ASSERT_FALSE(stopped.ok());
    ASSERT_EQ(stopped.error().code, ErrorCode::kInterrupted);
    EXPECT_EQ(job.store().Epoch().value(), 0U);
    Stopper observer("", 1);
    const auto linked = Link(&job, Request(), &observer, 1);
    ASSERT_TRUE(linked.ok());
    EXPECT_TRUE(linked.value().resources.went_on);
    EXPECT_EQ(MembersOf(&job), expected);
    EXPECT_FALSE(std::filesystem::exists(job.store().run_place().folder));
    EXPECT_THAT(observer.warnings(), testing::IsEmpty());
  }
}

// Stopped again and again, at every stage behind the comparison too.
TEST_P(GoOnTest, SoDoesOneThatIsStoppedManyTimes) {
  std::uint64_t pairs = 0;
  const std::string expected = Undisturbed(&pairs);
  MainJob job(ContractText(), 2, 42);
  Fill(&job);
  std::vector<std::pair<std::string, std::uint64_t>> stops;
  for (int tenth = 5; tenth < 10; ++tenth) stops.emplace_back("compare", pairs * tenth / 10);
  stops.emplace_back("compare", pairs);
  stops.emplace_back("resolve", 0);
  stops.emplace_back("commit", 0);
  for (const auto& [stage, steps] : stops) {
    Stopper stopper(stage, steps);
    const auto stopped = Link(&job, Request(), &stopper);
    ASSERT_FALSE(stopped.ok()) << stage << ' ' << steps;
    ASSERT_EQ(stopped.error().code, ErrorCode::kInterrupted);
  }
  Stopper observer("", 1);
  const auto linked = Link(&job, Request(), &observer);
  ASSERT_TRUE(linked.ok());
  EXPECT_TRUE(linked.value().resources.went_on);
  EXPECT_GT(linked.value().resources.disk_bytes, 0U);
  EXPECT_EQ(MembersOf(&job), expected);
}

TEST_P(GoOnTest, LittleMemoryChangesNothing) {
  std::uint64_t pairs = 0;
  const std::string expected = Undisturbed(&pairs);
  MainJob job(ContractText(), 2, 42);
  Fill(&job);
  LinkRequest request = Request();
  request.memory_bytes = 1;
  Stopper observer("", 1);
  const auto refused = Link(&job, request, &observer);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_THAT(refused.error().message, HasSubstr("raise --memory"));
  request.memory_bytes = std::uint64_t{3} << 30;
  const auto linked = Link(&job, request, &observer);
  ASSERT_TRUE(linked.ok());
  EXPECT_LE(linked.value().resources.planned_bytes + linked.value().resources.links_bytes,
            request.memory_bytes);
  EXPECT_EQ(MembersOf(&job), expected);
}

// The segment after the first few does not fit the disk: the store is as it was, and the next run
// goes on.
TEST_P(GoOnTest, AFullDiskIsToldAndTheRunGoesOnLater) {
  std::uint64_t pairs = 0;
  const std::string expected = Undisturbed(&pairs);
  MainJob job(ContractText(), 2, 42);
  Fill(&job);
  Stopper observer("", 1);
  {
    const storage::FailingDisk disk(300);
    const auto full = Link(&job, Request(), &observer);
    ASSERT_FALSE(full.ok());
    EXPECT_EQ(full.error().code, ErrorCode::kIo);
    EXPECT_THAT(full.error().message, HasSubstr("the store is as it was"));
  }
  EXPECT_EQ(job.store().Epoch().value(), 0U);
  const auto linked = Link(&job, Request(), &observer);
  ASSERT_TRUE(linked.ok());
  EXPECT_EQ(MembersOf(&job), expected);
}

// A run of another threshold, or of a store that has changed, is another run.
TEST_P(GoOnTest, AnotherRequestOrStoreBeginsAnew) {
  MainJob job(ContractText(), 2, 42);
  Fill(&job);
  std::uint64_t pairs = 0;
  Undisturbed(&pairs);
  const auto stop_late = [&] {
    Stopper stopper("compare", pairs);
    const auto stopped = Link(&job, Request(), &stopper);
    ASSERT_FALSE(stopped.ok());
    ASSERT_TRUE(std::filesystem::exists(job.store().run_place().folder));
  };
  const auto expect_anew = [&](const LinkRequest& request) {
    Stopper observer("compare", 0);
    const auto stopped = Link(&job, request, &observer);
    EXPECT_FALSE(stopped.ok());
    ASSERT_EQ(observer.warnings().size(), 1U);
    EXPECT_THAT(observer.warnings()[0], HasSubstr("an unfinished link run is dropped"));
    EXPECT_FALSE(std::filesystem::exists(job.store().run_place().folder));
  };
  stop_late();
  LinkRequest other = Request();
  other.threshold = Threshold{9, 10};
  expect_anew(other);
  stop_late();
  job.Encode("registry", PeopleCsv(3));
  job.Import("registry");
  expect_anew(Request());
}

}  // namespace
}  // namespace musubi::flows
