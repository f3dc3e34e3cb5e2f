#include "engine/release/release_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace musubi::engine {

using storage::LinkStore;
using storage::Member;
using storage::Move;

namespace {

// Members of some data sets.
struct Scope {
  LinkStore* store;
  const std::set<std::uint32_t>& datasets;

  Status Visit(std::uint64_t epoch, const LinkStore::MemberVisitor& visit) const {
    return store->VisitMembersAt(epoch, [&](const Member& member) -> Status {
      return datasets.contains(member.dataset) ? visit(member) : Status();
    });
  }
};

// The keys at `epoch` of the records that move between the two epochs.
Result<std::map<RecordRef, LinkageKey>> KeysOf(const std::set<RecordRef>& records,
                                               std::uint64_t epoch, const Scope& scope) {
  std::map<RecordRef, LinkageKey> keys;
  MUSUBI_RETURN_IF_ERROR(scope.Visit(epoch, [&](const Member& member) -> Status {
    if (records.contains(member.ref)) keys[member.ref] = member.key;
    return {};
  }));
  return keys;
}

// Which of `keys` have a record at `epoch`.
Result<std::set<LinkageKey>> InUse(const std::set<LinkageKey>& keys, std::uint64_t epoch,
                                   const Scope& scope) {
  std::set<LinkageKey> used;
  MUSUBI_RETURN_IF_ERROR(scope.Visit(epoch, [&](const Member& member) -> Status {
    if (keys.contains(member.key)) used.insert(member.key);
    return {};
  }));
  return used;
}

}  // namespace

std::string_view NameOf(KeyEvent event) {
  switch (event) {
    case KeyEvent::kMerged:
      return "merged";
    case KeyEvent::kSplit:
      return "split";
    case KeyEvent::kMoved:
      break;
  }
  return "moved";
}

Result<std::vector<KeyChange>> KeyChangesBetween(LinkStore* store,
                                                 const std::set<std::uint32_t>& datasets,
                                                 std::uint64_t before, std::uint64_t now) {
  const Scope scope{store, datasets};
  const auto [first, last] = std::minmax(before, now);
  std::set<RecordRef> moving;
  for (const Move& move : store->Moves()) {
    if (move.epoch > first && move.epoch <= last) moving.insert(move.ref);
  }
  std::vector<KeyChange> changes;
  if (moving.empty()) return changes;
  MUSUBI_ASSIGN_OR_RETURN(const auto old_keys, KeysOf(moving, before, scope));
  MUSUBI_ASSIGN_OR_RETURN(const auto new_keys, KeysOf(moving, now, scope));
  std::map<std::pair<LinkageKey, LinkageKey>, std::uint64_t> records;
  std::set<LinkageKey> old_ones;
  std::set<LinkageKey> new_ones;
  for (const auto& [ref, key] : old_keys) {
    const auto found = new_keys.find(ref);
    if (found == new_keys.end() || found->second == key) continue;
    ++records[{key, found->second}];
    old_ones.insert(key);
    new_ones.insert(found->second);
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::set<LinkageKey> left, InUse(old_ones, now, scope));
  MUSUBI_ASSIGN_OR_RETURN(const std::set<LinkageKey> known, InUse(new_ones, before, scope));
  std::map<LinkageKey, int> ways;
  for (const auto& [keys, count] : records) ++ways[keys.first];
  for (const auto& [keys, count] : records) {
    KeyEvent event = known.contains(keys.second) ? KeyEvent::kMoved : KeyEvent::kSplit;
    if (!left.contains(keys.first) && ways[keys.first] == 1) event = KeyEvent::kMerged;
    changes.push_back({keys.first, keys.second, event, count});
  }
  return changes;
}

}  // namespace musubi::engine
