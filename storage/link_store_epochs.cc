// LinkStore: link runs, their members and proposals, and projects.

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "storage/link_store_state.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace {

Error BrokenChange(const std::string& how) {
  return {ErrorCode::kInternal, "a link run that breaks its rules was not committed: " + how};
}

// The first eight bytes as a number that orders as they do.
std::uint64_t FirstBytes(const RecordRef& ref) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t number = 0;
  std::memcpy(&number, ref.bytes.data(), sizeof number);
  return __builtin_bswap64(number);
}

// Orders by reference. The first eight bytes nearly always decide, and compared as a number they
// halve the time that sorting millions takes.
struct ByRef {
  bool operator()(const Member& a, const Member& b) const {
    const std::uint64_t first = FirstBytes(a.ref);
    const std::uint64_t second = FirstBytes(b.ref);
    return first != second ? first < second : a.ref < b.ref;
  }
};

bool SamePair(const MergeProposal& a, const MergeProposal& b) {
  return a.first == b.first && a.second == b.second;
}

// Where the members of each data set are, in their order: four bytes a member, where lists of
// references by data set would take sixteen.
class PlacesByDataset {
 public:
  // Requires: data sets are 1 to `datasets`.
  PlacesByDataset(std::span<const Member> members, std::size_t datasets) : starts_(datasets + 1) {
    MUSUBI_CHECK(members.size() <= UINT32_MAX);
    for (const Member& member : members) ++starts_[member.dataset];
    // Ends first; placing the members from the last on makes them starts.
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    places_.resize(members.size());
    for (auto place = static_cast<std::uint32_t>(members.size()); place-- != 0;) {
      places_[--starts_[members[place].dataset]] = place;
    }
  }

  std::span<const std::uint32_t> of(std::uint32_t dataset) const {
    const std::size_t start = starts_[dataset];
    const std::size_t end = dataset + 1U < starts_.size() ? starts_[dataset + 1U] : places_.size();
    return std::span(places_).subspan(start, end - start);
  }

 private:
  std::vector<std::uint32_t> starts_;  // by data set
  std::vector<std::uint32_t> places_;
};

// Each pair of keys once, with its best score, in order.
void KeepBest(std::vector<MergeProposal>* proposals) {
  const auto best_first = [](const MergeProposal& a, const MergeProposal& b) {
    return std::tie(a.first, a.second, b.score) < std::tie(b.first, b.second, a.score);
  };
  std::ranges::sort(*proposals, best_first);
  const auto rest = std::ranges::unique(*proposals, SamePair);
  proposals->erase(rest.begin(), rest.end());
}

}  // namespace

Result<std::uint64_t> LinkStore::Epoch() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->head.epoch;
}

std::uint64_t LinkStore::members() const { return state_->head.members; }

Result<crypto::Digest256> LinkStore::StateDigest() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->head.digest;
}

std::filesystem::path LinkStore::RunFolder() const { return state_->folder / kRunFolder; }

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

Result<std::string> LinkStore::Report(std::uint64_t epoch) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_CHECK(epoch >= 1 && epoch <= store.head.epoch);
  const std::string key = ReportKey(epoch);
  std::string report;
  const auto read = [&](std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(Event event, DecodeEvent(key, value));
    report = std::move(*event.report);
    return {};
  };
  MUSUBI_ASSIGN_OR_RETURN(const bool found, store.rocks.Read(Family::kEvents, key, read));
  return found ? report : "";
}

Status LinkStore::VisitMembers(const MemberVisitor& visit) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::uint64_t members = 0;
  const auto visit_row = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(const Member member, DecodeMember(key, value));
    ++members;
    return visit(member);
  };
  MUSUBI_RETURN_IF_ERROR(store.rocks.Scan(Family::kMembers, "", visit_row));
  if (members != store.head.members) return LostRows("member");
  return {};
}

Result<std::vector<Member>> LinkStore::Members() {
  std::vector<Member> members;
  members.reserve(state_->head.members);
  MUSUBI_RETURN_IF_ERROR(VisitMembers([&](const Member& member) -> Status {
    members.push_back(member);
    return {};
  }));
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
  const auto ordered = [](const MergeProposal& proposal) {
    return proposal.first < proposal.second;
  };
  if (std::ranges::adjacent_find(change.proposals, SamePair) != change.proposals.end() ||
      !std::ranges::all_of(change.proposals, ordered)) {
    return BrokenChange("a pair of keys is proposed twice or not in order");
  }
  if (change.report.size() > kMaxReportBytes) return BrokenChange("its report is too long");
  return CheckMembers(change.members);
}

Status LinkStore::State::CheckMembers(std::span<const Member> ascending) const {
  const auto same_ref = [](const Member& a, const Member& b) { return a.ref == b.ref; };
  if (std::ranges::adjacent_find(ascending, same_ref) != ascending.end()) {
    return BrokenChange("a record has two keys");
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, ReadDatasets());
  const auto has_dataset = [&](const Member& member) {
    return member.dataset != 0 && member.dataset <= datasets.size();
  };
  if (!std::ranges::all_of(ascending, has_dataset)) {
    return BrokenChange("there is no such data set");
  }
  const PlacesByDataset places(ascending, datasets.size());
  const auto ref_of = [&](std::uint32_t place) -> const RecordRef& { return ascending[place].ref; };
  for (const DatasetInfo& dataset : datasets) {
    const std::span<const std::uint32_t> wanted = places.of(dataset.id);
    if (wanted.empty()) continue;
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t known, CountRefs(dataset, wanted, ref_of));
    if (known != wanted.size()) return BrokenChange("a member is not a record of its data set");
  }
  const auto next = [left = ascending]() mutable -> std::optional<std::string_view> {
    if (left.empty()) return std::nullopt;
    const std::string_view key = IdBytes(left.front().ref);
    left = left.subspan(1);
    return key;
  };
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t settled, rocks.CountRows(Family::kMembers, next));
  if (settled != 0) return BrokenChange("a record has a key already");
  return {};
}

namespace {

// Adds the rows of a link run, each family's in the order of their keys.
Status PutEpoch(const EpochChange& run, const ExecContext& context, Change* change) {
  constexpr std::size_t kRowsBetweenLooks = 4096;
  const std::uint64_t epoch = run.summary.epoch;
  MUSUBI_RETURN_IF_ERROR(change->Put(Family::kEvents, EpochKey(epoch), EncodeEpoch(run.summary)));
  // In the order of their keys: proposals, then the report.
  for (const MergeProposal& proposal : run.proposals) {
    MUSUBI_RETURN_IF_ERROR(
        change->Put(Family::kEvents, ProposalKey(epoch, proposal), EncodeProposal(proposal)));
  }
  if (!run.report.empty()) {
    MUSUBI_RETURN_IF_ERROR(
        change->Put(Family::kEvents, ReportKey(epoch), EncodeReport(run.report)));
  }
  for (std::size_t i = 0; i < run.members.size(); ++i) {
    const Member& member = run.members[i];
    MUSUBI_RETURN_IF_ERROR(
        change->Put(Family::kMembers, IdBytes(member.ref), EncodeMember(member)));
    if (i % kRowsBetweenLooks != 0) continue;
    if (context.stopped()) return Interrupted();
    context.Progress(i);
  }
  return {};
}

}  // namespace

Status LinkStore::CommitEpoch(EpochChange change, const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::ranges::sort(change.members, ByRef());
  std::ranges::sort(change.proposals);
  MUSUBI_RETURN_IF_ERROR(store.CheckEpoch(change));
  StoreHead next = store.head;
  next.epoch = change.summary.epoch;
  next.members += change.members.size();
  next.proposals += change.proposals.size();
  const bool large =
      change.members.size() + change.proposals.size() > store.options.max_rows_in_memory;
  Change rows = large ? Change::InTables(store.rocks, store.head.digest, store.folder)
                      : Change::InMemory(store.rocks, store.head.digest);
  if (const Status put = PutEpoch(change, context, &rows); !put.ok()) {
    return NothingChanged(put.error());
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
  Change change = Change::InMemory(store.rocks, store.head.digest);
  MUSUBI_RETURN_IF_ERROR(
      change.Put(Family::kProjects, project.name,
                 {reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size()}));
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
