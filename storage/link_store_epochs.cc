// LinkStore: link runs, their members and proposals, and projects.

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "storage/link_store_state.h"

namespace musubi::storage {

namespace {

Error BrokenChange(const std::string& how) {
  return {ErrorCode::kInternal, "a link run that breaks its rules was not committed: " + how};
}

bool ByRef(const Member& a, const Member& b) { return a.ref < b.ref; }

// Each pair of keys once, with its best score, in order.
void KeepBest(std::vector<MergeProposal>* proposals) {
  const auto best_first = [](const MergeProposal& a, const MergeProposal& b) {
    return std::tie(a.first, a.second, b.score) < std::tie(b.first, b.second, a.score);
  };
  const auto same_pair = [](const MergeProposal& a, const MergeProposal& b) {
    return a.first == b.first && a.second == b.second;
  };
  std::ranges::sort(*proposals, best_first);
  const auto rest = std::ranges::unique(*proposals, same_pair);
  proposals->erase(rest.begin(), rest.end());
}

}  // namespace

Result<std::uint64_t> LinkStore::Epoch() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->head.epoch;
}

Result<std::vector<EpochSummary>> LinkStore::Epochs() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<EpochSummary> epochs;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(Event event, DecodeEvent(key, value));
    if (!event.epoch) return {};
    if (event.epoch->epoch != epochs.size() + 1) return LostRows("event");
    epochs.push_back(std::move(*event.epoch));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.rocks.Scan(Family::kEvents, "", visit));
  if (epochs.size() != store.head.epoch) return LostRows("event");
  return epochs;
}

Result<std::vector<Member>> LinkStore::Members() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<Member> members;
  members.reserve(store.head.members);
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(members.emplace_back(), DecodeMember(key, value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.rocks.Scan(Family::kMembers, "", visit));
  if (members.size() != store.head.members) return LostRows("member");
  return members;
}

Result<std::vector<MergeProposal>> LinkStore::Proposals() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<MergeProposal> proposals;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(const Event event, DecodeEvent(key, value));
    if (event.proposal) proposals.push_back(*event.proposal);
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.rocks.Scan(Family::kEvents, "", visit));
  if (proposals.size() != store.head.proposals) return LostRows("event");
  KeepBest(&proposals);
  return proposals;
}

// Requires nothing of the proposals beyond an order, for a run may propose again what an earlier
// one did.
Status LinkStore::State::CheckEpoch(const EpochChange& change) const {
  const std::uint64_t epoch = change.summary.epoch;
  if (head.epoch == UINT64_MAX || epoch != head.epoch + 1) {
    return BrokenChange("its epoch does not follow the store's");
  }
  for (const Member& member : change.members) {
    if (member.epoch != epoch || member.key.is_none()) {
      return BrokenChange("a member has another epoch or no key");
    }
  }
  std::vector<MergeProposal> proposals = change.proposals;
  KeepBest(&proposals);
  const auto ordered = [](const MergeProposal& proposal) {
    return proposal.first < proposal.second;
  };
  if (proposals.size() != change.proposals.size() || !std::ranges::all_of(proposals, ordered)) {
    return BrokenChange("a pair of keys is proposed twice or not in order");
  }
  return {};
}

Status LinkStore::State::CheckMembers(const std::vector<Member>& ascending) const {
  std::map<std::uint32_t, std::vector<RecordRef>> refs_of;  // ascending, by data set
  std::vector<std::string_view> keys;
  keys.reserve(ascending.size());
  for (const Member& member : ascending) {
    if (!keys.empty() && keys.back() == IdBytes(member.ref)) {
      return BrokenChange("a record has two keys");
    }
    keys.push_back(IdBytes(member.ref));
    refs_of[member.dataset].push_back(member.ref);
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, ReadDatasets());
  for (const auto& [dataset, refs] : refs_of) {
    if (dataset == 0 || dataset > datasets.size()) return BrokenChange("there is no such data set");
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t known, CountRefs(datasets[dataset - 1], refs));
    if (known != refs.size()) return BrokenChange("a member is not a record of its data set");
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t settled, rocks.CountRows(Family::kMembers, keys));
  if (settled != 0) return BrokenChange("a record has a key already");
  return {};
}

Status LinkStore::CommitEpoch(const EpochChange& change) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_RETURN_IF_ERROR(store.CheckEpoch(change));
  std::vector<Member> members = change.members;
  std::ranges::sort(members, ByRef);
  MUSUBI_RETURN_IF_ERROR(store.CheckMembers(members));
  StoreHead next = store.head;
  next.epoch = change.summary.epoch;
  next.members += members.size();
  next.proposals += change.proposals.size();
  Change rows(store.rocks, store.head.digest);
  rows.Put(Family::kEvents, EpochKey(next.epoch), EncodeEpoch(change.summary));
  for (const MergeProposal& proposal : change.proposals) {
    rows.Put(Family::kEvents, ProposalKey(next.epoch, proposal), EncodeProposal(proposal));
  }
  for (const Member& member : members) {
    rows.Put(Family::kMembers, IdBytes(member.ref), EncodeMember(member));
  }
  return store.Commit(&rows, next);
}

Status LinkStore::AddProject(const ProjectInfo& project, const crypto::SecureBytes& key) {
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
  Change change(store.rocks, store.head.digest);
  change.Put(Family::kProjects, project.name,
             {reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size()});
  return store.Commit(&change, next);
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

}  // namespace musubi::storage
