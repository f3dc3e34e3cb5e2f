#include "engine/withdraw/withdraw.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/check.h"
#include "engine/withdraw/request_package.h"

namespace musubi::engine {

using storage::LinkStore;
using storage::Member;
using storage::Withdrawal;
using storage::WithdrawalAction;
using storage::WithdrawalReceipt;
using storage::WithdrawalRequest;

namespace {

Error Refused(const std::string& why) { return {ErrorCode::kRefused, why}; }

// How many of `refs`, which ascend, are records of a holder's data sets.
Result<std::uint64_t> CountOwn(LinkStore* store, const std::string& holder,
                               std::span<const RecordRef> refs) {
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  std::uint64_t own = 0;
  for (const auto& dataset : datasets) {
    if (dataset.manifest.holder != holder) continue;
    auto next = refs.begin();
    const auto count = [&](const storage::RecordsColumn& column) -> Status {
      for (const RecordRef& ref : column.records.refs) {
        while (next != refs.end() && *next < ref) ++next;
        if (next != refs.end() && *next == ref) ++own;
      }
      return {};
    };
    MUSUBI_RETURN_IF_ERROR(store->VisitColumn(dataset.id, 0, count));
  }
  return own;
}

// The linkage keys that the records of a withdrawal have.
struct KeysOfRecords {
  std::set<LinkageKey> all;
  std::set<LinkageKey> shared;  // those that other records have too
};

Result<KeysOfRecords> FindKeys(LinkStore* store, std::span<const RecordRef> refs) {
  KeysOfRecords keys;
  const auto is_named = [refs](const Member& member) {
    return std::ranges::binary_search(refs, member.ref);
  };
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const Member& member) -> Status {
    if (is_named(member)) keys.all.insert(member.key);
    return {};
  }));
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const Member& member) -> Status {
    if (keys.all.contains(member.key) && !is_named(member)) keys.shared.insert(member.key);
    return {};
  }));
  return keys;
}

// One request in the making.
class Withdrawer {
 public:
  Withdrawer(LinkStore* store, const WithdrawRequest& request, const ExecContext& context)
      : store_(*store), request_(request), context_(context) {}

  // Carries the request out, or finds that it was; tells the withdrawal.
  Result<Withdrawal> Run() {
    MUSUBI_ASSIGN_OR_RETURN(opened_,
                            OpenRequest(request_.package, *request_.unit, store_, context_));
    MUSUBI_ASSIGN_OR_RETURN(const std::vector<Withdrawal> earlier, store_.Withdrawals());
    const auto done = std::ranges::find(earlier, asked().id,
                                        [](const Withdrawal& made) { return made.request.id; });
    if (done != earlier.end()) {
      if (done->digest != opened_->digest) {
        return Refused("another request of the name " + ToHex(asked().id) +
                       " was carried out; have the holder make this one anew");
      }
      is_new_ = false;
      return *done;
    }
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store_.Epoch());
    Withdrawal withdrawal;
    withdrawal.epoch = epoch + 1;
    withdrawal.request = asked();
    withdrawal.digest = opened_->digest;
    context_.Stage("withdraw", store_.members());
    MUSUBI_RETURN_IF_ERROR(asked().action == WithdrawalAction::kWithdraw
                               ? PlanWithdrawal(&withdrawal)
                               : PlanReinstatement(earlier, &withdrawal));
    if (context_.stopped()) return Interrupted();
    MUSUBI_RETURN_IF_ERROR(store_.CommitWithdrawal(withdrawal, context_));
    return withdrawal;
  }

  bool is_new() const { return is_new_; }
  // Requires: Run succeeded.
  const crypto::Certificate& sender() const { return opened_->sender; }
  // What was asked for, as far as it is known, for the log.
  storage::LogEvent Attempt() const {
    storage::LogEvent attempt{storage::LogKind::kWithdraw};
    if (opened_) attempt.project = asked().project;
    return attempt;
  }

 private:
  const WithdrawalRequest& asked() const { return opened_->request; }

  Status CheckProject() {
    if (asked().project.empty()) return {};
    MUSUBI_ASSIGN_OR_RETURN(const auto projects, store_.Projects());
    if (std::ranges::find(projects, asked().project, &storage::ProjectInfo::name) !=
        projects.end()) {
      return {};
    }
    return Error{ErrorCode::kNoInput, "there is no project " + asked().project +
                                          " in the store; ask the holder which one is meant"};
  }

  Status PlanWithdrawal(Withdrawal* withdrawal) {
    MUSUBI_RETURN_IF_ERROR(CheckProject());
    const std::vector<RecordRef>& refs = asked().records;
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t own, CountOwn(&store_, asked().holder, refs));
    if (own != refs.size()) {
      return Refused(std::to_string(refs.size() - own) + " of the request's " +
                     std::to_string(refs.size()) + " records are none of " + asked().holder +
                     " in this store, or were erased before; nothing was withdrawn: have the "
                     "holder name those alone that the store has");
    }
    MUSUBI_ASSIGN_OR_RETURN(const KeysOfRecords keys, FindKeys(&store_, refs));
    const std::set<LinkageKey>& kept = asked().erases() ? keys.shared : keys.all;
    withdrawal->keys.assign(kept.begin(), kept.end());
    withdrawal->records = refs.size();
    withdrawal->persons = keys.all.size();
    return {};
  }

  Status PlanReinstatement(const std::vector<Withdrawal>& earlier, Withdrawal* withdrawal) {
    const auto found = std::ranges::find(earlier, asked().reinstates,
                                         [](const Withdrawal& made) { return made.request.id; });
    if (found == earlier.end() || found->request.holder != asked().holder) {
      return Error{ErrorCode::kNoInput, "there is no withdrawal " + ToHex(asked().reinstates) +
                                            " of " + asked().holder + " in the store"};
    }
    if (found->request.action != WithdrawalAction::kWithdraw) {
      return Refused("the request that it takes back is itself a reinstatement; withdraw again");
    }
    const auto is_same = [&](const Withdrawal& made) {
      return made.request.reinstates == asked().reinstates;
    };
    if (std::ranges::any_of(earlier, is_same)) {
      return Refused("the withdrawal was taken back already");
    }
    // Not those who have other records left: of them the holder may know nothing.
    withdrawal->persons = found->persons;
    return {};
  }

  LinkStore& store_;
  const WithdrawRequest& request_;
  const ExecContext& context_;
  std::optional<OpenedRequest> opened_;
  bool is_new_ = true;
};

// The receipt of what was done in an epoch: where the audit log tells of it.
Result<WithdrawalReceipt> ReceiptOf(const Withdrawal& withdrawal, const crypto::Identity& unit,
                                    const LinkStore& store) {
  WithdrawalReceipt receipt;
  receipt.id = withdrawal.request.id;
  receipt.request = withdrawal.digest;
  receipt.holder = withdrawal.request.holder;
  receipt.action = withdrawal.request.action;
  receipt.project = withdrawal.request.project;
  receipt.erased = withdrawal.request.erases() ? withdrawal.records : 0;
  receipt.persons = withdrawal.persons;
  receipt.epoch = withdrawal.epoch;
  receipt.contract = crypto::FingerprintOf(store.contract());
  receipt.unit = unit.certificate().fingerprint();
  MUSUBI_RETURN_IF_ERROR(
      store.VisitLog([&](std::string_view /*line*/, const storage::LogEntry& entry) -> Status {
        if (entry.event.kind != storage::LogKind::kWithdraw || !entry.event.error.empty() ||
            entry.event.epoch != withdrawal.epoch) {
          return {};
        }
        receipt.entry = entry.number;
        receipt.time = entry.time.value_or(0);
        return {};
      }));
  MUSUBI_CHECK(receipt.entry != 0);    // every epoch has its entry
  receipt.commit = receipt.entry - 1;  // every change has one, the store's making the first
  receipt.log_entries = store.log().size();
  receipt.log_root = store.log().tree.Root();
  return receipt;
}

}  // namespace

Result<WithdrawOutcome> Withdraw(LinkStore* store, const WithdrawRequest& request,
                                 const ExecContext& context) {
  constexpr unsigned kPublicMode = 0644;
  MUSUBI_ASSIGN_OR_RETURN(
      auto file, storage::AtomicFile::Create(request.receipt, request.overwrite, kPublicMode));
  Withdrawer withdrawer(store, request, context);
  Result<Withdrawal> outcome = withdrawer.Run();
  MUSUBI_ASSIGN_OR_RETURN(
      const Withdrawal withdrawal,
      storage::Logged(store, withdrawer.Attempt(), context, std::move(outcome)));
  MUSUBI_ASSIGN_OR_RETURN(const WithdrawalReceipt receipt,
                          ReceiptOf(withdrawal, *request.unit, *store));
  const Status sealed = SealReceipt(receipt, *request.unit, withdrawer.sender(),
                                    request.receipt.parent_path(), &file, context);
  if (sealed.ok()) return WithdrawOutcome{receipt, withdrawer.is_new()};
  return Error{sealed.error().code,
               sealed.error().message +
                   "; the request is carried out: give the command again for its receipt"};
}

}  // namespace musubi::engine
