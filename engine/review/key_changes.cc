#include "engine/review/key_changes.h"

#include <algorithm>
#include <utility>

namespace musubi::engine {

using storage::DatasetInfo;
using storage::Member;
using storage::Move;
using storage::Proposal;

namespace {

Error HasMoved(const Proposal& proposal) {
  return {ErrorCode::kRefused, "the records of proposal " + std::to_string(proposal.id) +
                                   " have come under other keys since it was made; link again, and "
                                   "see what is proposed then"};
}

}  // namespace

Result<KeyChanges> KeyChanges::Load(storage::LinkStore* store,
                                    const std::vector<Proposal>& proposals) {
  KeyChanges changes;
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, store->Datasets());
  for (const DatasetInfo& dataset : datasets) {
    changes.holder_of_[dataset.id] = {dataset.manifest.holder,
                                      dataset.manifest.declares_duplicates};
  }
  for (const Proposal& proposal : proposals) {
    changes.records_[proposal.from];
    if (!proposal.to.is_none()) changes.records_[proposal.to];
  }
  if (changes.records_.empty()) return changes;
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const Member& member) -> Status {
    const auto found = changes.records_.find(member.key);
    if (found == changes.records_.end()) return {};
    found->second.insert(member.ref);
    changes.dataset_of_[member.ref] = member.dataset;
    return {};
  }));
  return changes;
}

Status KeyChanges::Apply(const Proposal& proposal, const LinkageKey& to) {
  std::set<RecordRef>& from = records_[proposal.from];
  const auto is_there = [&](const RecordRef& ref) { return from.contains(ref); };
  if (!std::ranges::all_of(proposal.records, is_there)) return HasMoved(proposal);
  const bool are_all = from.size() == proposal.records.size();
  // Moves may leave a key one after another until it has nothing; a split leaves something there.
  const bool must_be_all = proposal.whole;
  const bool must_leave_some = proposal.to.is_none();
  if ((must_be_all && !are_all) || (must_leave_some && are_all)) return HasMoved(proposal);
  if (!proposal.to.is_none() && records_[to].empty()) return HasMoved(proposal);
  for (const RecordRef& ref : proposal.records) {
    from.erase(ref);
    records_[to].insert(ref);
    moved_[ref] = to;
  }
  last_change_[to] = proposal.id;
  return {};
}

Status KeyChanges::CheckHolders() const {
  for (const auto& [key, proposal] : last_change_) {
    std::set<std::string> seen;
    for (const RecordRef& ref : records_.at(key)) {
      const Holder& holder = holder_of_.at(dataset_of_.at(ref));
      if (holder.declares_duplicates || seen.insert(holder.name).second) continue;
      return Error{ErrorCode::kRefused,
                   "proposal " + std::to_string(proposal) + " would put two records of " +
                       holder.name +
                       ", which declares no duplicates, under one key; decide first on the other "
                       "proposals about this key, or accept them together"};
    }
  }
  return {};
}

std::vector<Move> KeyChanges::Moves(std::uint64_t epoch) const {
  std::vector<Move> moves;
  for (const auto& [ref, key] : moved_) moves.push_back({ref, key, epoch});
  return moves;
}

std::uint64_t KeyChanges::retired() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(records_, [](const auto& of_key) { return of_key.second.empty(); }));
}

}  // namespace musubi::engine
