#include "engine/release/project_gate.h"

#include <algorithm>
#include <iterator>

#include "core/utc_time.h"

namespace musubi::engine {

using storage::ProjectInfo;
using storage::ProjectState;

namespace {

Error Refused(const ProjectInfo& project, const std::string& why) {
  return {ErrorCode::kRefused, "project " + project.name + " " + why};
}

// Errors: kRefused
Status CheckMoment(const ProjectInfo& project, std::optional<std::int64_t> now) {
  if (!project.application) return {};
  if (!now) {
    return Refused(project, "may have expired, and there is no clock to tell; set this machine's");
  }
  if (StateAt(project, *now) != ProjectState::kExpired) return {};
  return Refused(project, "expired at " + FormatUtc(project.application->expires) +
                              "; amend it with an application that is approved for longer");
}

}  // namespace

Status CheckNotEnded(const ProjectInfo& project) {
  switch (project.state) {
    case ProjectState::kRevoked:
      return Refused(project, "was revoked by a review body; that is final");
    case ProjectState::kClosed:
      return Refused(project, "is closed; that is final");
    case ProjectState::kApproved:
    case ProjectState::kExpired:
      break;
  }
  return {};
}

Result<std::vector<std::string>> HoldersToRelease(const ProjectInfo& project,
                                                  std::optional<std::int64_t> now,
                                                  const std::vector<std::string>& holders) {
  MUSUBI_RETURN_IF_ERROR(CheckNotEnded(project));
  MUSUBI_RETURN_IF_ERROR(CheckMoment(project, now));
  if (!project.application) return holders;
  std::vector<std::string> allowed;
  std::ranges::copy_if(holders, std::back_inserter(allowed), [&](const std::string& holder) {
    return std::ranges::count(project.application->holders, holder, &HolderScope::holder) != 0;
  });
  if (allowed.empty()) {
    return Refused(project, "is approved for other holders than those that have records here");
  }
  return allowed;
}

}  // namespace musubi::engine
