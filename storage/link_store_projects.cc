// LinkStore: projects, and what was released to them.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/check.h"
#include "storage/link_store_state.h"

namespace musubi::storage {

Status LinkStore::AddProject(const ProjectInfo& project, const crypto::SecureBytes& key,
                             const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
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
    return Error{ErrorCode::kExists,
                 "there is a project " + project.name + " already; choose another name"};
  }
  StoreHead next = store.head;
  MUSUBI_CHECK(next.projects != UINT32_MAX);
  ++next.projects;
  const crypto::SecureBytes value = EncodeProject(project, key);
  Change change = Change::InMemory(store.rocks, store.head);
  MUSUBI_RETURN_IF_ERROR(
      change.Put(Family::kProjects, project.name,
                 {reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size()}));
  LogEvent event{LogKind::kProject};
  event.epoch = store.head.epoch;
  event.project = project.name;
  return store.Commit(&change, next, std::move(event), context);
}

Result<std::vector<ProjectInfo>> LinkStore::Projects() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<ProjectInfo> projects;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(projects.emplace_back(), DecodeProject(key, value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.rocks.Scan(Family::kProjects, "", visit));
  if (projects.size() != store.head.projects) return LostRows("project");
  return projects;
}

Result<crypto::SecureBytes> LinkStore::ProjectKey(std::string_view project) {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  std::optional<crypto::SecureBytes> key;
  MUSUBI_ASSIGN_OR_RETURN(
      const bool found,
      state_->rocks.Read(Family::kProjects, project, [&](std::string_view value) -> Status {
        MUSUBI_ASSIGN_OR_RETURN(key, DecodeProjectKey(value));
        return {};
      }));
  if (!found) {
    return Error{ErrorCode::kNoInput, "there is no such project in the store; see project list"};
  }
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
