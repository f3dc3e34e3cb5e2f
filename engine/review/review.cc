#include "engine/review/review.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/review/key_changes.h"

namespace musubi::engine {

using storage::Decision;
using storage::Proposal;
using storage::ProposalState;
using storage::Verdict;

namespace {

std::string_view PastOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccept:
      return "accepted";
    case Verdict::kReject:
      return "rejected";
    case Verdict::kWithdraw:
      break;
  }
  return "closed by a later link run or withdrawal";
}

Error Refused(std::uint64_t id, const std::string& why) {
  return {ErrorCode::kRefused, "proposal " + std::to_string(id) + " " + why};
}

Status CheckRequest(const ReviewRequest& request) {
  if (request.proposals.empty()) {
    return Error{ErrorCode::kUsage, "name the proposals to decide on by their numbers"};
  }
  if (!storage::IsHolderName(request.reviewer)) {
    return Error{ErrorCode::kUsage,
                 "a reviewer's name is 1 to 64 of a-z 0-9 _ - and starts with a letter or digit"};
  }
  if (!storage::IsReason(request.reason)) {
    return Error{ErrorCode::kUsage, std::string(storage::kReasonRule)};
  }
  return {};
}

// Decides on proposals one by one, and keeps what is to be committed.
class Reviewer {
 public:
  Reviewer(storage::LinkStore* store, const ReviewRequest& request, const ExecContext& context)
      : store_(*store), request_(request), context_(context) {}

  Result<ReviewReceipt> Run() {
    MUSUBI_RETURN_IF_ERROR(CheckRequest(request_));
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store_.Epoch());
    receipt_.epoch = epoch + 1;
    context_.Stage("review", store_.members());
    MUSUBI_RETURN_IF_ERROR(DecideAll());
    if (request_.verdict == Verdict::kAccept) MUSUBI_RETURN_IF_ERROR(MoveRecords());
    if (context_.stopped()) return Interrupted();
    storage::EpochSummary& summary = change_.summary;
    summary.epoch = receipt_.epoch;
    summary.kind = storage::EpochKind::kReview;
    summary.records = store_.members();
    summary.keys_minted = receipt_.keys_minted;
    summary.moved = receipt_.moved;
    MUSUBI_RETURN_IF_ERROR(store_.CommitEpoch(std::move(change_), context_));
    return std::move(receipt_);
  }

 private:
  Status DecideAll() {
    MUSUBI_ASSIGN_OR_RETURN(std::vector<Proposal> proposals, store_.Proposals());
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<Decision> decisions, store_.Decisions());
    const std::vector<ProposalState> states = storage::StatesOf(std::move(proposals), decisions);
    std::vector<std::uint64_t> ids = request_.proposals;
    std::ranges::sort(ids);
    const auto repeats = std::ranges::unique(ids);
    ids.erase(repeats.begin(), repeats.end());
    for (const std::uint64_t id : ids) {
      if (id < 1 || id > states.size()) {
        return Error{ErrorCode::kNoInput,
                     "there is no proposal " + std::to_string(id) + "; see review list"};
      }
      MUSUBI_RETURN_IF_ERROR(DecideOn(states[id - 1]));
    }
    return {};
  }

  Status DecideOn(const ProposalState& state) {
    const std::uint64_t id = state.proposal.id;
    if (state.settled) return Refused(id, "is " + std::string(PastOf(*state.settled)) + " already");
    std::map<std::string, Verdict> words;  // the last of each reviewer
    for (const Decision& decision : state.decisions) words[decision.reviewer] = decision.verdict;
    const auto own = words.find(request_.reviewer);
    if (own != words.end() && own->second == request_.verdict) {
      return Refused(id, "is " + std::string(PastOf(request_.verdict)) + " by " +
                             request_.reviewer + " already; another reviewer must agree");
    }
    words[request_.reviewer] = request_.verdict;
    const auto agreeing = std::ranges::count_if(
        words, [this](const auto& word) { return word.second == request_.verdict; });
    const bool settles = agreeing >= store_.policy().decisions;
    (settles ? receipt_.settled : receipt_.waiting).push_back(id);
    change_.decisions.push_back(
        {receipt_.epoch, id, request_.verdict, settles, request_.reviewer, request_.reason});
    if (settles) settled_.push_back(state.proposal);
    return {};
  }

  // Parts go before wholes, so that what is to leave a key has left it when others join it.
  Status MoveRecords() {
    std::ranges::stable_sort(settled_, {}, [](const Proposal& proposal) {
      return std::pair(!proposal.to.is_none(), proposal.whole);
    });
    MUSUBI_ASSIGN_OR_RETURN(KeyChanges changes, KeyChanges::Load(&store_, settled_));
    for (const Proposal& proposal : settled_) {
      LinkageKey to = proposal.to;
      if (to.is_none()) {
        MUSUBI_RETURN_IF_ERROR(context_.random->Fill(to.bytes));
        ++receipt_.keys_minted;
      }
      MUSUBI_RETURN_IF_ERROR(changes.Apply(proposal, to));
    }
    MUSUBI_RETURN_IF_ERROR(changes.CheckHolders());
    change_.moves = changes.Moves(receipt_.epoch);
    receipt_.moved = change_.moves.size();
    receipt_.keys_retired = changes.retired();
    return {};
  }

  storage::LinkStore& store_;
  const ReviewRequest& request_;
  const ExecContext& context_;
  storage::EpochChange change_;
  ReviewReceipt receipt_;
  std::vector<Proposal> settled_;
};

}  // namespace

Result<ReviewReceipt> Decide(storage::LinkStore* store, const ReviewRequest& request,
                             const ExecContext& context) {
  storage::LogEvent attempt{storage::LogKind::kReview};
  attempt.reviewer = request.reviewer;
  return storage::Logged(store, std::move(attempt), context,
                         Reviewer(store, request, context).Run());
}

}  // namespace musubi::engine
