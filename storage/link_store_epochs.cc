// LinkStore: link runs, their members, and how an epoch is committed.

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

}  // namespace

Result<std::uint64_t> LinkStore::Epoch() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->head.epoch;
}

std::uint64_t LinkStore::members() const { return state_->head.members; }

Result<crypto::Digest256> LinkStore::StateDigest() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  return state_->head.state;
}

std::string_view NameOf(EpochKind kind) {
  switch (kind) {
    case EpochKind::kLinkRun:
      return "link_run";
    case EpochKind::kReview:
      return "review";
    case EpochKind::kWithdrawal:
      break;
  }
  return "withdrawal";
}

const LinkRunPlace& LinkStore::run_place() const { return state_->run; }

Status LinkStore::State::ScanEvents(EventKind kind, const Rocks::RowVisitor& visit) const {
  for (std::uint64_t epoch = 1; epoch <= head.epoch; ++epoch) {
    MUSUBI_RETURN_IF_ERROR(rocks.Scan(Family::kEvents, EventPrefix(epoch, kind), visit));
  }
  return {};
}

Result<std::vector<EpochSummary>> LinkStore::Epochs() {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::vector<EpochSummary> epochs;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(EpochSummary epoch, DecodeSummary(key, value));
    epochs.push_back(std::move(epoch));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(store.ScanEvents(EventKind::kSummary, visit));
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
    MUSUBI_ASSIGN_OR_RETURN(report, DecodeReport(key, value));
    return {};
  };
  MUSUBI_ASSIGN_OR_RETURN(const bool found, store.rocks.Read(Family::kEvents, key, read));
  return found ? report : "";
}

Status LinkStore::VisitMembers(const MemberVisitor& visit) {
  return VisitMembersAt(state_->head.epoch, visit);
}

Status LinkStore::VisitMembersAt(std::uint64_t epoch, const MemberVisitor& visit) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_CHECK(epoch <= store.head.epoch);
  std::uint64_t members = 0;
  auto move = store.moves.begin();  // both are in the order of references
  const auto visit_row = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(Member member, DecodeMember(key, value));
    ++members;
    for (; move != store.moves.end() && move->ref <= member.ref; ++move) {
      if (move->ref != member.ref || move->epoch > epoch) continue;
      member.key = move->to;
      member.epoch = move->epoch;
    }
    return member.epoch <= epoch ? visit(member) : Status();
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
  if (change.report.size() > kMaxReportBytes) return BrokenChange("its report is too long");
  MUSUBI_RETURN_IF_ERROR(CheckDecisions(change));
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

// Adds the events of a link run, or of decisions, in the order of their keys.
Status PutEvents(const EpochChange& run, Change* change) {
  const auto put = [change](const std::string& key, const std::string& value) {
    return change->Put(Family::kEvents, key, value);
  };
  MUSUBI_RETURN_IF_ERROR(put(SummaryKey(run.summary.epoch), EncodeSummary(run.summary)));
  for (const Proposal& proposal : run.proposals) {
    MUSUBI_RETURN_IF_ERROR(put(ProposalKey(proposal), EncodeProposal(proposal)));
  }
  if (!run.report.empty()) {
    MUSUBI_RETURN_IF_ERROR(put(ReportKey(run.summary.epoch), EncodeReport(run.report)));
  }
  for (const Decision& decision : run.decisions) {
    MUSUBI_RETURN_IF_ERROR(put(DecisionKey(decision), EncodeDecision(decision)));
  }
  for (const Move& move : run.moves) {
    MUSUBI_RETURN_IF_ERROR(put(MoveKey(move), EncodeMove(move)));
  }
  return {};
}

Status PutMembers(std::span<const Member> members, const ExecContext& context, Change* change) {
  constexpr std::size_t kRowsBetweenLooks = 4096;
  for (std::size_t i = 0; i < members.size(); ++i) {
    MUSUBI_RETURN_IF_ERROR(
        change->Put(Family::kMembers, IdBytes(members[i].ref), EncodeMember(members[i])));
    if (i % kRowsBetweenLooks != 0) continue;
    if (context.stopped()) return Interrupted();
    context.Progress(i);
  }
  return {};
}

LogEvent ReviewEventOf(const EpochChange& change) {
  LogEvent event{LogKind::kReview};
  const auto count = [&change](Verdict verdict) {
    return static_cast<std::uint64_t>(
        std::ranges::count(change.decisions, verdict, &Decision::verdict));
  };
  event.counts = {{"decisions", change.decisions.size()},
                  {"accepted", count(Verdict::kAccept)},
                  {"rejected", count(Verdict::kReject)},
                  {"moved", change.moves.size()},
                  {"keys_minted", change.summary.keys_minted}};
  if (!change.decisions.empty() && IsHolderName(change.decisions.front().reviewer)) {
    event.reviewer = change.decisions.front().reviewer;
  }
  return event;
}

LogEvent EventOf(const EpochChange& change) {
  const EpochSummary& summary = change.summary;
  LogEvent event{LogKind::kLink};
  if (summary.kind == EpochKind::kReview) event = ReviewEventOf(change);
  event.epoch = summary.epoch;
  if (summary.kind == EpochKind::kReview) return event;
  event.counts = {{"records", summary.records},
                  {"new", summary.new_records},
                  {"pairs", summary.candidate_pairs},
                  {"links", summary.links},
                  {"keys_minted", summary.keys_minted},
                  {"attached", summary.attached},
                  {"proposals", summary.proposals},
                  {"withdrawn", summary.withdrawn},
                  {"on_hold", summary.hold.empty() ? 0 : 1}};
  if (!change.report.empty()) {
    event.digests["report"] = crypto::Sha256(
        {reinterpret_cast<const std::uint8_t*>(change.report.data()), change.report.size()});
  }
  return event;
}

bool InOrder(const Move& a, const Move& b) {
  return std::tie(a.ref, a.epoch) < std::tie(b.ref, b.epoch);
}

}  // namespace

Status LinkStore::CommitEpoch(EpochChange change, const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::ranges::sort(change.members, ByRef());
  std::ranges::sort(change.decisions, {}, &Decision::proposal);
  std::ranges::sort(change.moves, InOrder);
  MUSUBI_RETURN_IF_ERROR(store.CheckEpoch(change));
  StoreHead next = store.head;
  next.epoch = change.summary.epoch;
  next.members += change.members.size();
  next.proposals += change.proposals.size();
  next.decisions += change.decisions.size();
  next.moves += change.moves.size();
  const std::size_t rows_of_change = change.members.size() + change.proposals.size() +
                                     change.decisions.size() + change.moves.size();
  Change rows = rows_of_change > store.options.max_rows_in_memory
                    ? Change::InTables(store.rocks, store.head, store.folder)
                    : Change::InMemory(store.rocks, store.head);
  Status put = PutEvents(change, &rows);
  if (put.ok()) put = PutMembers(change.members, context, &rows);
  if (!put.ok()) return NothingChanged(put.error());
  MUSUBI_RETURN_IF_ERROR(store.Commit(&rows, next, EventOf(change), context));
  store.moves.insert(store.moves.end(), change.moves.begin(), change.moves.end());
  std::ranges::sort(store.moves, InOrder);
  return {};
}

}  // namespace musubi::storage
