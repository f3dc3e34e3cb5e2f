// LinkStore: what holders withdrew and reinstated.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "storage/link_store_state.h"

namespace musubi::storage {

namespace {

// Rows of Family::kEvents, in the order of their keys; nothing where one is to be removed.
using EventRows = std::map<std::string, std::optional<std::string>>;

bool Has(std::span<const RecordRef> ascending, const RecordRef& ref) {
  return std::ranges::binary_search(ascending, ref);
}

// Takes `erased` out of `*records`. True where some were there.
bool TakeOut(std::span<const RecordRef> erased, std::vector<RecordRef>* records) {
  return std::erase_if(*records, [erased](const RecordRef& ref) { return Has(erased, ref); }) != 0;
}

bool Forget(std::span<const RecordRef> erased, PairEvidence* evidence) {
  if (!Has(erased, evidence->record) && !Has(erased, evidence->other)) return false;
  *evidence = {};
  return true;
}

// Takes all that `*proposal` says of erased records out of it. True where it said something. What
// is known of all its pairs together may tell of one, and goes too.
bool Forget(std::span<const RecordRef> erased, Proposal* proposal) {
  const bool named = TakeOut(erased, &proposal->records);
  const bool best = Forget(erased, &proposal->best);
  const bool worst = Forget(erased, &proposal->worst);
  if (!named && !best && !worst) return false;
  proposal->mean_score = 0;
  proposal->pairs = 0;
  return true;
}

// Puts into `*rows` what becomes of proposals that speak of erased records, and closes those that
// are open: returns how many.
std::uint64_t ForgetInProposals(std::span<const RecordRef> erased,
                                std::span<const ProposalState> states, std::uint64_t epoch,
                                EventRows* rows) {
  std::uint64_t closed = 0;
  for (const ProposalState& state : states) {
    Proposal proposal = state.proposal;
    if (!Forget(erased, &proposal)) continue;
    (*rows)[ProposalKey(proposal)] = EncodeProposal(proposal);
    if (state.settled) continue;
    const Decision decision{epoch, proposal.id, Verdict::kWithdraw, true, "", ""};
    (*rows)[DecisionKey(decision)] = EncodeDecision(decision);
    ++closed;
  }
  return closed;
}

void ForgetInWithdrawals(std::span<const RecordRef> erased, std::vector<Withdrawal> earlier,
                         EventRows* rows) {
  for (Withdrawal& withdrawal : earlier) {
    if (!TakeOut(erased, &withdrawal.request.records)) continue;
    (*rows)[WithdrawalKey(withdrawal.epoch)] = EncodeWithdrawal(withdrawal);
  }
}

std::uint64_t ForgetMoves(std::span<const RecordRef> erased, std::span<const Move> moves,
                          EventRows* rows) {
  std::uint64_t removed = 0;
  for (const Move& move : moves) {
    if (!Has(erased, move.ref)) continue;
    (*rows)[MoveKey(move)] = std::nullopt;
    ++removed;
  }
  return removed;
}

Status PutEvents(const EventRows& rows, Change* change) {
  for (const auto& [key, value] : rows) {
    MUSUBI_RETURN_IF_ERROR(value ? change->Put(Family::kEvents, key, *value)
                                 : change->Remove(Family::kEvents, key));
  }
  return {};
}

EpochSummary SummaryOf(const StoreHead& head, std::uint64_t closed_proposals) {
  EpochSummary summary;
  summary.epoch = head.epoch;
  summary.kind = EpochKind::kWithdrawal;
  summary.records = head.members;
  summary.withdrawn = closed_proposals;
  return summary;
}

LogEvent EventOf(const Withdrawal& withdrawal) {
  const WithdrawalRequest& request = withdrawal.request;
  LogEvent event{LogKind::kWithdraw};
  event.epoch = withdrawal.epoch;
  event.project = request.project;
  event.counts = {{"records", withdrawal.records},
                  {"erased", request.erases() ? withdrawal.records : 0},
                  {"persons", withdrawal.persons},
                  {"proxy", request.by == AskedBy::kProxy ? 1 : 0},
                  {"reinstate", request.action == WithdrawalAction::kReinstate ? 1 : 0}};
  event.digests["request"] = withdrawal.digest;
  event.holders[request.holder] = withdrawal.records;
  return event;
}

Error BrokenWithdrawal(const std::string& how) {
  return {ErrorCode::kInternal, "a withdrawal that breaks its rules was not committed: " + how};
}

}  // namespace

Result<std::vector<Withdrawal>> LinkStore::Withdrawals() {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  std::vector<Withdrawal> withdrawals;
  const auto visit = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(withdrawals.emplace_back(), DecodeWithdrawal(key, value));
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(state_->ScanEvents(EventKind::kWithdrawal, visit));
  return withdrawals;
}

Status LinkStore::VisitHistories(const HistoryVisitor& visit) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  std::uint64_t members = 0;
  auto move = store.moves.begin();  // both are in the order of references
  const auto visit_row = [&](std::string_view key, std::string_view value) -> Status {
    MUSUBI_ASSIGN_OR_RETURN(const Member member, DecodeMember(key, value));
    ++members;
    RecordHistory history{member.ref, member.dataset, {{member.key, member.epoch}}};
    for (; move != store.moves.end() && move->ref <= member.ref; ++move) {
      if (move->ref == member.ref) history.keys.push_back({move->to, move->epoch});
    }
    return visit(history);
  };
  MUSUBI_RETURN_IF_ERROR(store.rocks.Scan(Family::kMembers, "", visit_row));
  if (members != store.head.members) return LostRows("member");
  return {};
}

namespace {

Status CheckWithdrawal(const Withdrawal& withdrawal, std::uint64_t last_epoch) {
  const std::vector<LinkageKey>& keys = withdrawal.keys;
  if (last_epoch == UINT64_MAX || withdrawal.epoch != last_epoch + 1) {
    return BrokenWithdrawal("its epoch does not follow the store's");
  }
  if (std::ranges::adjacent_find(keys, std::ranges::greater_equal()) != keys.end()) {
    return BrokenWithdrawal("its keys are out of order");
  }
  return {};
}

}  // namespace

Status LinkStore::CommitWithdrawal(Withdrawal withdrawal, const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  MUSUBI_RETURN_IF_ERROR(CheckWithdrawal(withdrawal, store.head.epoch));
  std::vector<RecordRef> erased;
  if (withdrawal.request.erases()) erased = std::exchange(withdrawal.request.records, {});
  StoreHead next = store.head;
  next.epoch = withdrawal.epoch;
  EventRows events;
  next.moves -= ForgetMoves(erased, store.moves, &events);
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Withdrawal> earlier, Withdrawals());
  ForgetInWithdrawals(erased, std::move(earlier), &events);
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Proposal> proposals, Proposals());
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Decision> decisions, Decisions());
  const std::uint64_t closed = ForgetInProposals(erased, StatesOf(std::move(proposals), decisions),
                                                 withdrawal.epoch, &events);
  next.decisions += closed;
  Change change = erased.empty() ? Change::InMemory(store.rocks, store.head)
                                 : Change::InTables(store.rocks, store.head, store.folder);
  Erasure erasure{&change};
  Status put = store.EraseRecords(erased, &erasure);
  next.members -= erasure.members;
  events[SummaryKey(next.epoch)] = EncodeSummary(SummaryOf(next, closed));
  events[WithdrawalKey(next.epoch)] = EncodeWithdrawal(withdrawal);
  if (put.ok()) put = PutEvents(events, &change);
  if (!put.ok()) return NothingChanged(put.error());
  LogEvent event = EventOf(withdrawal);
  if (erased.empty()) return store.Commit(&change, next, std::move(event), context);
  MUSUBI_RETURN_IF_ERROR(store.CommitErasure(erasure, next, std::move(event), context));
  std::erase_if(store.moves, [&](const Move& move) { return Has(erased, move.ref); });
  return {};
}

}  // namespace musubi::storage
