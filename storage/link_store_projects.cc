// LinkStore: projects, and what was released to them.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/check.h"
#include "storage/link_store_state.h"
#include "storage/project_decision.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kProjectKeyBytes = 32;

// Names a project's decisions where one is damaged.
constexpr const char* kDecisionRow = "the store's decision on a project";

bool IsOpen(const ProjectInfo& project) { return project.state == ProjectState::kApproved; }

// The application of the last approval; none where there is no approval.
Result<std::optional<Application>> InForce(const std::vector<std::string>& decisions) {
  for (auto text = decisions.rbegin(); text != decisions.rend(); ++text) {
    MUSUBI_ASSIGN_OR_RETURN(ProjectDecision decision, ReadUnverifiedDecision(*text, kDecisionRow));
    if (decision.verdict == ProjectVerdict::kApprove) return {std::move(decision.application)};
  }
  return std::optional<Application>();
}

// What the log says of decisions on a project that come in.
Result<LogEvent> EventOf(LogKind kind, const ProjectInfo& project,
                         const std::vector<std::string>& decisions) {
  LogEvent event{kind};
  event.project = project.name;
  if (decisions.empty()) return event;
  if (kind != LogKind::kRevoke) event.counts["approvals"] = decisions.size();
  event.digests["decisions"] = DigestOf(decisions);
  MUSUBI_ASSIGN_OR_RETURN(const auto decision,
                          ReadUnverifiedDecision(decisions.front(), kDecisionRow));
  event.digests["application"] = DigestOf(decision.application);
  return event;
}

}  // namespace

Result<std::vector<ProjectInfo>> LinkStore::State::ReadProjects() const {
  std::vector<ProjectInfo> projects;
  std::uint32_t decisions = 0;  // read of the last project
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    if (key.find('\0') == std::string_view::npos) {
      if (!projects.empty() && decisions != projects.back().decisions.size()) {
        return LostRows("project");
      }
      decisions = 0;
      MUSUBI_ASSIGN_OR_RETURN(projects.emplace_back(), DecodeProject(key, value));
      return {};
    }
    if (projects.empty() || decisions >= projects.back().decisions.size() ||
        key != ProjectDecisionKey(projects.back().name, decisions + 1)) {
      return LostRows("project");
    }
    MUSUBI_ASSIGN_OR_RETURN(projects.back().decisions[decisions++], DecodeProjectDecision(value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(rocks.Scan(Family::kProjects, "", visit));
  const bool whole = projects.empty() || decisions == projects.back().decisions.size();
  if (projects.size() != head.projects || !whole) return LostRows("project");
  for (ProjectInfo& project : projects) {
    MUSUBI_ASSIGN_OR_RETURN(project.application, InForce(project.decisions));
  }
  return projects;
}

Result<ProjectInfo> LinkStore::State::ReadProject(std::string_view name) const {
  MUSUBI_ASSIGN_OR_RETURN(auto projects, ReadProjects());
  const auto found = std::ranges::find(projects, name, &ProjectInfo::name);
  if (found != projects.end()) return std::move(*found);
  return Error{ErrorCode::kNoInput, "there is no such project in the store; see project list"};
}

Status LinkStore::State::CommitProject(const ProjectInfo& project, const crypto::SecureBytes& key,
                                       std::size_t known_decisions, LogEvent event,
                                       const ExecContext& context) {
  StoreHead next = head;
  if (event.kind == LogKind::kProject) {
    MUSUBI_CHECK(next.projects != UINT32_MAX);
    ++next.projects;
  }
  event.epoch = head.epoch;
  const crypto::SecureBytes value = EncodeProject(project, key);
  Change change = Change::InMemory(rocks, head);
  MUSUBI_RETURN_IF_ERROR(
      change.Put(Family::kProjects, project.name,
                 {reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size()}));
  for (std::size_t i = known_decisions; i < project.decisions.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(i + 1);
    MUSUBI_RETURN_IF_ERROR(change.Put(Family::kProjects, ProjectDecisionKey(project.name, number),
                                      EncodeProjectDecision(project.decisions[i])));
  }
  return Commit(&change, next, std::move(event), context);
}

Status LinkStore::AddProject(const ProjectInfo& project, const crypto::SecureBytes& key,
                             const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_CHECK(IsOpen(project));
  // A project's name obeys the same rule as a holder's.
  if (!IsHolderName(project.name)) {
    return Error{ErrorCode::kUsage,
                 "a project's name is 1 to 64 of a-z 0-9 _ - and starts with a "
                 "letter or digit; choose another"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const bool taken,
                          store.rocks.Read(Family::kProjects, project.name,
                                           [](std::string_view) -> Status { return {}; }));
  if (taken) {
    return Error{ErrorCode::kExists, "there is a project " + project.name +
                                         " already; choose another name, or amend it"};
  }
  MUSUBI_ASSIGN_OR_RETURN(LogEvent event, EventOf(LogKind::kProject, project, project.decisions));
  return store.CommitProject(project, key, 0, std::move(event), context);
}

Result<std::vector<ProjectInfo>> LinkStore::Projects() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->ReadProjects();
}

Result<ProjectInfo> LinkStore::Project(std::string_view name) {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->ReadProject(name);
}

Status LinkStore::AmendProject(std::string_view project, const std::vector<std::string>& approvals,
                               const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_CHECK(!approvals.empty());
  MUSUBI_ASSIGN_OR_RETURN(ProjectInfo info, store.ReadProject(project));
  MUSUBI_CHECK(IsOpen(info));
  MUSUBI_ASSIGN_OR_RETURN(const crypto::SecureBytes key, ProjectKey(project));
  const std::size_t known = info.decisions.size();
  info.decisions.insert(info.decisions.end(), approvals.begin(), approvals.end());
  MUSUBI_ASSIGN_OR_RETURN(LogEvent event, EventOf(LogKind::kAmend, info, approvals));
  return store.CommitProject(info, key, known, std::move(event), context);
}

Status LinkStore::EndProject(std::string_view project, const std::optional<std::string>& revocation,
                             const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_ASSIGN_OR_RETURN(ProjectInfo info, store.ReadProject(project));
  MUSUBI_CHECK(IsOpen(info));
  const std::size_t known = info.decisions.size();
  std::vector<std::string> decisions;
  if (revocation) decisions.push_back(*revocation);
  info.decisions.insert(info.decisions.end(), decisions.begin(), decisions.end());
  info.state = revocation ? ProjectState::kRevoked : ProjectState::kClosed;
  MUSUBI_ASSIGN_OR_RETURN(
      LogEvent event, EventOf(revocation ? LogKind::kRevoke : LogKind::kClose, info, decisions));
  crypto::SecureBytes none(kProjectKeyBytes);
  std::ranges::fill(none.mutable_bytes(), std::uint8_t{0});
  MUSUBI_RETURN_IF_ERROR(store.CommitProject(info, none, known, std::move(event), context));
  const Status forgotten = store.rocks.ForgetReplaced(Family::kProjects);
  if (forgotten.ok()) return {};
  return Error{forgotten.error().code,
               forgotten.error().message +
                   "; the project has ended, and what is left of its key goes when the store is "
                   "next opened"};
}

Result<crypto::SecureBytes> LinkStore::ProjectKey(std::string_view project) {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  MUSUBI_ASSIGN_OR_RETURN(const ProjectInfo info, state_->ReadProject(project));
  if (!IsOpen(info)) {
    return Error{ErrorCode::kRefused, "the project is " + std::string(NameOf(info.state)) +
                                          ": its key was destroyed, and its ids with it"};
  }
  std::optional<crypto::SecureBytes> key;
  MUSUBI_ASSIGN_OR_RETURN(
      const bool found,
      state_->rocks.Read(Family::kProjects, project, [&](std::string_view value) -> Status {
        MUSUBI_ASSIGN_OR_RETURN(key, DecodeProjectKey(value));
        return {};
      }));
  if (!found) return LostRows("project");
  return std::move(*key);
}

Status LinkStore::AddRelease(ReleaseInfo release, const ReleaseContent& content,
                             const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_CHECK(release.epoch >= 1 && release.epoch <= store.head.epoch);
  StoreHead next = store.head;
  MUSUBI_CHECK(next.releases != UINT32_MAX);
  release.number = ++next.releases;
  Change change = Change::InMemory(store.rocks, store.head);
  MUSUBI_RETURN_IF_ERROR(change.Put(Family::kEvents, ReleaseKey(release), EncodeRelease(release)));
  LogEvent event{LogKind::kRelease};
  event.epoch = release.epoch;
  event.project = release.project;
  event.counts = {{"release", release.number},
                  {"records", release.records},
                  {"persons", release.persons},
                  {"despite_hold", release.despite_hold.empty() ? 0 : 1}};
  event.digests["manifest"] = content.manifest;
  event.holders = content.records;
  return store.Commit(&change, next, std::move(event), context);
}

Result<std::vector<ReleaseInfo>> LinkStore::Releases() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<ReleaseInfo> releases;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(releases.emplace_back(), DecodeRelease(key, value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.ScanEvents(EventKind::kRelease, visit));
  if (releases.size() != store.head.releases) return LostRows("event");
  // Rows are by epoch, and an earlier epoch may be released after a later one.
  std::ranges::sort(releases, {}, &ReleaseInfo::number);
  for (std::size_t i = 0; i < releases.size(); ++i) {
    if (releases[i].number != i + 1) return LostRows("event");
  }
  return releases;
}

}  // namespace musubi::storage
