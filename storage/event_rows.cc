#include "storage/event_rows.h"

#include <utility>

#include "storage/row_bytes.h"

namespace musubi::storage {

namespace {

// A row's key, read up to what is its own. Its ok() is false where the kind is another.
struct EventKeyReader {
  EventKeyReader(std::string_view key, EventKind kind) : in(key) {
    epoch = in.KeyNumber<std::uint64_t>();
    is_kind = in.KeyNumber<std::uint8_t>() == static_cast<std::uint8_t>(kind);
  }
  bool ok() const { return is_kind && in.ok(); }

  Reader in;
  std::uint64_t epoch = 0;
  bool is_kind = false;
};

std::uint8_t Flag(bool flag) { return flag ? 1 : 0; }

void Write(const PairEvidence& evidence, ValueWriter* out) {
  out->Bytes(evidence.record.bytes)
      .Bytes(evidence.other.bytes)
      .Number(evidence.levels)
      .Number(evidence.score);
}

template <typename Id>
void Write(const std::vector<Id>& ids, ValueWriter* out) {
  out->Number(static_cast<std::uint32_t>(ids.size()));
  for (const Id& id : ids) out->Bytes(id.bytes);
}

// Whether so many ids were there.
template <typename Id>
bool ReadIds(Reader* in, std::vector<Id>* ids) {
  const auto count = in->Number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && in->more(); ++i) in->Bytes(&ids->emplace_back().bytes);
  return ids->size() == count;
}

PairEvidence ReadEvidence(Reader* in) {
  PairEvidence evidence;
  in->Bytes(&evidence.record.bytes);
  in->Bytes(&evidence.other.bytes);
  evidence.levels = in->Number<std::uint64_t>();
  evidence.score = in->Number<std::uint32_t>();
  return evidence;
}

}  // namespace

std::string EventPrefix(std::uint64_t epoch, EventKind kind) {
  std::string key;
  AppendKeyNumber(epoch, &key);
  AppendKeyNumber(static_cast<std::uint8_t>(kind), &key);
  return key;
}

std::string SummaryKey(std::uint64_t epoch) { return EventPrefix(epoch, EventKind::kSummary); }

std::string ProposalKey(const Proposal& proposal) {
  std::string key = EventPrefix(proposal.epoch, EventKind::kProposal);
  AppendKeyNumber(proposal.id, &key);
  return key;
}

std::string ReportKey(std::uint64_t epoch) { return EventPrefix(epoch, EventKind::kReport); }

std::string DecisionKey(const Decision& decision) {
  std::string key = EventPrefix(decision.epoch, EventKind::kDecision);
  AppendKeyNumber(decision.proposal, &key);
  return key;
}

std::string MoveKey(const Move& move) {
  std::string key = EventPrefix(move.epoch, EventKind::kMove);
  key.append(reinterpret_cast<const char*>(move.ref.bytes.data()), move.ref.bytes.size());
  return key;
}

std::string ReleaseKey(const ReleaseInfo& release) {
  std::string key = EventPrefix(release.epoch, EventKind::kRelease);
  AppendKeyNumber(release.number, &key);
  return key;
}

std::string WithdrawalKey(std::uint64_t epoch) {
  return EventPrefix(epoch, EventKind::kWithdrawal);
}

std::string EncodeSummary(const EpochSummary& summary) {
  return ValueWriter()
      .Number(static_cast<std::uint8_t>(summary.kind))
      .Number(summary.records)
      .Number(summary.new_records)
      .Number(summary.candidate_pairs)
      .Number(summary.links)
      .Number(summary.keys_minted)
      .Number(summary.attached)
      .Number(summary.proposals)
      .Number(summary.withdrawn)
      .Number(summary.moved)
      .Text(summary.threshold)
      .Text(summary.hold)
      .Take();
}

Result<EpochSummary> DecodeSummary(std::string_view key, std::string_view value) {
  const EventKeyReader key_in(key, EventKind::kSummary);
  Reader in = Reader::OfValue(value);
  EpochSummary summary;
  summary.epoch = key_in.epoch;
  const auto kind = in.Number<std::uint8_t>();
  summary.kind = static_cast<EpochKind>(kind);
  for (std::uint64_t* count : {&summary.records, &summary.new_records, &summary.candidate_pairs,
                               &summary.links, &summary.keys_minted, &summary.attached,
                               &summary.proposals, &summary.withdrawn, &summary.moved}) {
    *count = in.Number<std::uint64_t>();
  }
  summary.threshold = in.Text();
  summary.hold = in.Text();
  if (!key_in.ok() || !in.ok() || kind > 2) return NeverWritten("summary");
  return summary;
}

std::string EncodeProposal(const Proposal& proposal) {
  ValueWriter out;
  out.Number(static_cast<std::uint8_t>(proposal.reason))
      .Bytes(proposal.from.bytes)
      .Bytes(proposal.to.bytes)
      .Number(Flag(proposal.whole));
  Write(proposal.best, &out);
  Write(proposal.worst, &out);
  out.Number(proposal.mean_score).Number(proposal.pairs);
  Write(proposal.records, &out);
  return out.Take();
}

Result<Proposal> DecodeProposal(std::string_view key, std::string_view value) {
  EventKeyReader key_in(key, EventKind::kProposal);
  Reader in = Reader::OfValue(value);
  Proposal proposal;
  proposal.epoch = key_in.epoch;
  proposal.id = key_in.in.KeyNumber<std::uint64_t>();
  const auto reason = in.Number<std::uint8_t>();
  proposal.reason = static_cast<ProposalReason>(reason);
  in.Bytes(&proposal.from.bytes);
  in.Bytes(&proposal.to.bytes);
  const auto whole = in.Number<std::uint8_t>();
  proposal.whole = whole == 1;
  proposal.best = ReadEvidence(&in);
  proposal.worst = ReadEvidence(&in);
  proposal.mean_score = in.Number<std::uint32_t>();
  proposal.pairs = in.Number<std::uint64_t>();
  const bool has_all = ReadIds(&in, &proposal.records);
  if (!key_in.ok() || !in.ok() || reason >= kProposalReasons || whole > 1 || !has_all) {
    return NeverWritten("proposal");
  }
  return proposal;
}

std::string EncodeReport(std::string_view report) {
  return static_cast<char>(kValueVersion) + std::string(report);
}

Result<std::string> DecodeReport(std::string_view key, std::string_view value) {
  const EventKeyReader key_in(key, EventKind::kReport);
  Reader in = Reader::OfValue(value);
  std::string report = in.Rest();
  if (!key_in.ok() || !in.ok()) return NeverWritten("report");
  return report;
}

std::string EncodeDecision(const Decision& decision) {
  return ValueWriter()
      .Number(static_cast<std::uint8_t>(decision.verdict))
      .Number(Flag(decision.settles))
      .Text(decision.reviewer)
      .Text(decision.reason)
      .Take();
}

Result<Decision> DecodeDecision(std::string_view key, std::string_view value) {
  EventKeyReader key_in(key, EventKind::kDecision);
  Reader in = Reader::OfValue(value);
  Decision decision;
  decision.epoch = key_in.epoch;
  decision.proposal = key_in.in.KeyNumber<std::uint64_t>();
  const auto verdict = in.Number<std::uint8_t>();
  decision.verdict = static_cast<Verdict>(verdict);
  const auto settles = in.Number<std::uint8_t>();
  decision.settles = settles == 1;
  decision.reviewer = in.Text();
  decision.reason = in.Text();
  if (!key_in.ok() || !in.ok() || verdict > 2 || settles > 1) return NeverWritten("decision");
  return decision;
}

std::string EncodeMove(const Move& move) { return ValueWriter().Bytes(move.to.bytes).Take(); }

Result<Move> DecodeMove(std::string_view key, std::string_view value) {
  EventKeyReader key_in(key, EventKind::kMove);
  Reader in = Reader::OfValue(value);
  Move move;
  move.epoch = key_in.epoch;
  key_in.in.Bytes(&move.ref.bytes);
  in.Bytes(&move.to.bytes);
  if (!key_in.ok() || !in.ok()) return NeverWritten("move");
  return move;
}

std::string EncodeRelease(const ReleaseInfo& release) {
  return ValueWriter()
      .Text(release.project)
      .Number(release.records)
      .Number(release.persons)
      .Text(release.despite_hold)
      .Take();
}

Result<ReleaseInfo> DecodeRelease(std::string_view key, std::string_view value) {
  EventKeyReader key_in(key, EventKind::kRelease);
  Reader in = Reader::OfValue(value);
  ReleaseInfo release;
  release.epoch = key_in.epoch;
  release.number = key_in.in.KeyNumber<std::uint32_t>();
  release.project = in.Text();
  release.records = in.Number<std::uint64_t>();
  release.persons = in.Number<std::uint64_t>();
  release.despite_hold = in.Text();
  if (!key_in.ok() || !in.ok()) return NeverWritten("release");
  return release;
}

std::string EncodeWithdrawal(const Withdrawal& withdrawal) {
  const WithdrawalRequest& request = withdrawal.request;
  ValueWriter out;
  out.Bytes(request.id.bytes)
      .Text(request.holder)
      .Number(static_cast<std::uint8_t>(request.action))
      .Number(static_cast<std::uint8_t>(request.by))
      .Number(static_cast<std::uint64_t>(request.made))
      .Text(request.project)
      .Bytes(request.reinstates.bytes)
      .Bytes(withdrawal.digest)
      .Number(withdrawal.records)
      .Number(withdrawal.persons);
  Write(withdrawal.keys, &out);
  Write(request.records, &out);
  return out.Take();
}

Result<Withdrawal> DecodeWithdrawal(std::string_view key, std::string_view value) {
  const EventKeyReader key_in(key, EventKind::kWithdrawal);
  Reader in = Reader::OfValue(value);
  Withdrawal withdrawal;
  WithdrawalRequest& request = withdrawal.request;
  withdrawal.epoch = key_in.epoch;
  in.Bytes(&request.id.bytes);
  request.holder = in.Text();
  const auto action = in.Number<std::uint8_t>();
  request.action = static_cast<WithdrawalAction>(action);
  const auto by = in.Number<std::uint8_t>();
  request.by = static_cast<AskedBy>(by);
  request.made = static_cast<std::int64_t>(in.Number<std::uint64_t>());
  request.project = in.Text();
  in.Bytes(&request.reinstates.bytes);
  in.Bytes(&withdrawal.digest);
  withdrawal.records = in.Number<std::uint64_t>();
  withdrawal.persons = in.Number<std::uint64_t>();
  const bool has_all = ReadIds(&in, &withdrawal.keys) && ReadIds(&in, &request.records);
  if (!key_in.ok() || !in.ok() || !has_all || action > 1 || by > 1) {
    return NeverWritten("withdrawal");
  }
  return withdrawal;
}

}  // namespace musubi::storage
