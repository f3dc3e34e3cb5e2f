#include "engine/release/withdrawn.h"

#include <algorithm>
#include <map>
#include <vector>

namespace musubi::engine {

using storage::KeySince;
using storage::RecordHistory;
using storage::Withdrawal;
using storage::WithdrawalAction;
using storage::WithdrawalId;

namespace {

// What is withdrawn for a project, of all withdrawals that were not taken back.
struct Withdrawn {
  std::map<LinkageKey, std::uint64_t> since;  // the first epoch in which a key was withdrawn
  std::set<RecordRef> records;

  bool empty() const { return since.empty() && records.empty(); }
};

Withdrawn WithdrawnFor(std::string_view project, const std::vector<Withdrawal>& withdrawals) {
  std::set<WithdrawalId> taken_back;
  for (const Withdrawal& made : withdrawals) taken_back.insert(made.request.reinstates);
  Withdrawn withdrawn;
  for (const Withdrawal& made : withdrawals) {
    const auto& request = made.request;
    const bool concerns = request.project.empty() || request.project == project;
    if (request.action != WithdrawalAction::kWithdraw || !concerns ||
        taken_back.contains(request.id)) {
      continue;
    }
    for (const LinkageKey& key : made.keys) withdrawn.since.try_emplace(key, made.epoch);
    withdrawn.records.insert(request.records.begin(), request.records.end());
  }
  return withdrawn;
}

// Whether a record had a withdrawn key when that was withdrawn, or later.
bool IsWithdrawn(const RecordHistory& history, const Withdrawn& withdrawn) {
  if (withdrawn.records.contains(history.ref)) return true;
  for (std::size_t i = 0; i < history.keys.size(); ++i) {
    const auto found = withdrawn.since.find(history.keys[i].key);
    if (found == withdrawn.since.end()) continue;
    const bool left_before =
        i + 1 < history.keys.size() && history.keys[i + 1].epoch <= found->second;
    if (!left_before) return true;
  }
  return false;
}

}  // namespace

Result<std::set<LinkageKey>> WithdrawnKeys(storage::LinkStore* store, std::string_view project,
                                           std::uint64_t epoch) {
  std::set<LinkageKey> keys;
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Withdrawal> withdrawals, store->Withdrawals());
  const Withdrawn withdrawn = WithdrawnFor(project, withdrawals);
  if (withdrawn.empty()) return keys;
  MUSUBI_RETURN_IF_ERROR(store->VisitHistories([&](const RecordHistory& history) -> Status {
    if (!IsWithdrawn(history, withdrawn)) return {};
    const auto later = std::ranges::find_if(
        history.keys, [epoch](const KeySince& since) { return since.epoch > epoch; });
    if (later != history.keys.begin()) keys.insert(std::prev(later)->key);
    return {};
  }));
  return keys;
}

Status LeaveOutWithdrawn(storage::LinkStore* store, std::string_view project, std::uint64_t before,
                         std::uint64_t now, std::vector<KeyChange>* changes) {
  MUSUBI_ASSIGN_OR_RETURN(const auto keys_before, WithdrawnKeys(store, project, before));
  MUSUBI_ASSIGN_OR_RETURN(const auto keys_now, WithdrawnKeys(store, project, now));
  std::erase_if(*changes, [&](const KeyChange& change) {
    return keys_before.contains(change.from) || keys_now.contains(change.to);
  });
  return {};
}

}  // namespace musubi::engine
