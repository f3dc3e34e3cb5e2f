// The gate before a release, in every state of a project.
#include "engine/release/project_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace musubi::engine {
namespace {

using storage::ProjectInfo;
using storage::ProjectState;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kExpires = 1'000'000;

ProjectInfo Project(ProjectState state, const std::vector<std::string>& holders) {
  ProjectInfo project;
  project.name = "stroke";
  project.state = state;
  project.application.emplace();
  project.application->expires = kExpires;
  for (const std::string& holder : holders) project.application->holders.push_back({holder, {}});
  return project;
}

std::string Refusal(const ProjectInfo& project, std::optional<std::int64_t> now,
                    const std::vector<std::string>& holders = {"a", "b"}) {
  const auto outcome = HoldersToRelease(project, now, holders);
  if (outcome.ok()) return "";
  EXPECT_EQ(outcome.error().code, ErrorCode::kRefused);
  return outcome.error().message;
}

TEST(ProjectGateTest, LetsTheApplicationsHoldersThrough) {
  const ProjectInfo project = Project(ProjectState::kApproved, {"a", "c"});
  EXPECT_THAT(HoldersToRelease(project, kExpires, {"a", "b", "c"}).value(), ElementsAre("a", "c"));
  EXPECT_THAT(HoldersToRelease(project, 0, {"b", "c"}).value(), ElementsAre("c"));
}

TEST(ProjectGateTest, EveryOtherStateIsRefused) {
  const std::vector<std::string> both = {"a", "b"};
  EXPECT_THAT(Refusal(Project(ProjectState::kRevoked, both), 0), HasSubstr("revoked"));
  EXPECT_THAT(Refusal(Project(ProjectState::kRevoked, both), kExpires + 1), HasSubstr("revoked"));
  EXPECT_THAT(Refusal(Project(ProjectState::kClosed, both), 0), HasSubstr("closed"));
  EXPECT_THAT(Refusal(Project(ProjectState::kApproved, both), kExpires + 1), HasSubstr("expired"));
  EXPECT_THAT(Refusal(Project(ProjectState::kApproved, both), std::nullopt), HasSubstr("clock"));
  EXPECT_THAT(Refusal(Project(ProjectState::kApproved, {"c"}), 0), HasSubstr("other holders"));
  EXPECT_THAT(Refusal(Project(ProjectState::kApproved, both), 0, {}), HasSubstr("other holders"));
}

TEST(ProjectGateTest, WithoutApprovalsAllHoldersAreLetThroughUntilItEnds) {
  ProjectInfo project;
  project.name = "stroke";
  EXPECT_THAT(HoldersToRelease(project, std::nullopt, {"a", "b"}).value(), ElementsAre("a", "b"));
  project.state = ProjectState::kClosed;
  EXPECT_THAT(Refusal(project, 0), HasSubstr("closed"));
}

TEST(ProjectGateTest, AnExpiredProjectHasNotEnded) {
  EXPECT_TRUE(CheckNotEnded(Project(ProjectState::kApproved, {"a"})).ok());
  EXPECT_FALSE(CheckNotEnded(Project(ProjectState::kRevoked, {"a"})).ok());
  EXPECT_FALSE(CheckNotEnded(Project(ProjectState::kClosed, {"a"})).ok());
}

TEST(ProjectGateTest, TheClockTellsWhetherItExpired) {
  const ProjectInfo project = Project(ProjectState::kApproved, {"a"});
  EXPECT_EQ(StateAt(project, kExpires), ProjectState::kApproved);
  EXPECT_EQ(StateAt(project, kExpires + 1), ProjectState::kExpired);
  EXPECT_EQ(StateAt(Project(ProjectState::kRevoked, {"a"}), kExpires + 1), ProjectState::kRevoked);
  EXPECT_EQ(StateAt(Project(ProjectState::kClosed, {"a"}), 0), ProjectState::kClosed);
}

}  // namespace
}  // namespace musubi::engine
