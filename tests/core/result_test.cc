#include "core/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <type_traits>

#include "core/exec_context.h"

namespace musubi {
namespace {

// The numbers are the exit codes that scripts rely on.
static_assert(static_cast<int>(ErrorCode::kUsage) == 64);
static_assert(static_cast<int>(ErrorCode::kBadData) == 65);
static_assert(static_cast<int>(ErrorCode::kNoInput) == 66);
static_assert(static_cast<int>(ErrorCode::kInternal) == 70);
static_assert(static_cast<int>(ErrorCode::kExists) == 73);
static_assert(static_cast<int>(ErrorCode::kIo) == 74);
static_assert(static_cast<int>(ErrorCode::kLocked) == 75);
static_assert(static_cast<int>(ErrorCode::kRefused) == 77);
static_assert(static_cast<int>(ErrorCode::kContract) == 78);
static_assert(static_cast<int>(ErrorCode::kInterrupted) == 130);

// A Result is always one or the other.
static_assert(!std::is_default_constructible_v<Result<int>>);
static_assert(std::is_default_constructible_v<Status>);

Result<int> Half(int n) {
  if (n % 2 != 0) return Error{ErrorCode::kBadData, "odd"};
  return n / 2;
}

Result<int> Quarter(int n) {
  MUSUBI_ASSIGN_OR_RETURN(const int half, Half(n));
  MUSUBI_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

Status CheckEven(int n, bool* went_on) {
  MUSUBI_RETURN_IF_ERROR(n % 2 == 0 ? Status() : Status(Error{ErrorCode::kUsage, "odd"}));
  *went_on = true;
  return {};
}

TEST(ResultTest, HoldsAValue) {
  const Result<int> half = Half(8);
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(half.value(), 4);
}

TEST(ResultTest, HoldsAnError) {
  const Result<int> half = Half(7);
  ASSERT_FALSE(half.ok());
  EXPECT_EQ(half.error().code, ErrorCode::kBadData);
  EXPECT_EQ(half.error().message, "odd");
}

TEST(ResultTest, GivesUpAMoveOnlyValue) {
  Result<std::unique_ptr<int>> made(std::make_unique<int>(5));
  const std::unique_ptr<int> taken = std::move(made).value();
  EXPECT_EQ(*taken, 5);
}

TEST(ResultTest, StatusIsSuccessUnlessGivenAnError) {
  EXPECT_TRUE(Status().ok());
  const Status failed = Error{ErrorCode::kIo, "no space left"};
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, ErrorCode::kIo);
}

TEST(ResultTest, AssignOrReturnGoesOnWithTheValue) { EXPECT_EQ(Quarter(12).value(), 3); }

TEST(ResultTest, AssignOrReturnStopsAtEitherError) {
  EXPECT_FALSE(Quarter(7).ok());
  EXPECT_FALSE(Quarter(6).ok());
}

TEST(ResultTest, ReturnIfErrorStopsAtAnErrorOnly) {
  bool went_on = false;
  EXPECT_EQ(CheckEven(3, &went_on).error().code, ErrorCode::kUsage);
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(CheckEven(4, &went_on).ok());
  EXPECT_TRUE(went_on);
}

TEST(ResultDeathTest, ReadingWhatIsNotThereEndsTheProgram) {
  EXPECT_DEATH(static_cast<void>(Half(7).value()), "internal error");
  EXPECT_DEATH(static_cast<void>(Half(8).error()), "internal error");
  EXPECT_DEATH(static_cast<void>(Status().error()), "internal error");
}

// The message is for a person's screen, so it must not hold what the condition compared.
TEST(CheckDeathTest, NamesThePlaceAndTheCondition) {
  const int secret = 4711;
  EXPECT_DEATH(MUSUBI_CHECK(secret == 0), "result_test.cc:[0-9]+: secret == 0");
}

class Recorder : public Observer {
 public:
  void OnStage(std::string_view stage, std::uint64_t total, std::uint64_t /*before*/) override {
    said += std::string(stage) + std::to_string(total);
  }
  void OnProgress(std::uint64_t done) override { said += "+" + std::to_string(done); }
  void OnWarning(std::string_view message) override { said += "!" + std::string(message); }

  std::string said;
};

TEST(ExecContextTest, WorksWithoutObserverAndStopFlag) {
  const ExecContext context;
  context.Stage("read");
  context.Progress(1);
  context.Warn("careful");
  EXPECT_FALSE(context.stopped());
}

TEST(ExecContextTest, TellsTheObserver) {
  Recorder recorder;
  ExecContext context;
  context.observer = &recorder;
  context.Stage("read", 3);
  context.Progress(2);
  context.Warn("careful");
  EXPECT_EQ(recorder.said, "read3+2!careful");
}

TEST(ExecContextTest, SeesTheStopFlag) {
  std::atomic<bool> stop = false;
  ExecContext context;
  context.stop = &stop;
  EXPECT_FALSE(context.stopped());
  stop = true;
  EXPECT_TRUE(context.stopped());
  EXPECT_EQ(Interrupted().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace musubi
