#include "engine/report/person_counts.h"

#include <algorithm>
#include <compare>

namespace musubi::engine {
namespace {

// A record of a person.
struct KeyAtHolder {
  LinkageKey key;
  std::uint32_t holder = 0;

  auto operator<=>(const KeyAtHolder&) const = default;
};
static_assert(sizeof(KeyAtHolder) == 20);

Result<std::vector<KeyAtHolder>> ReadKeys(storage::LinkStore* store,
                                          std::span<const HolderData> holders,
                                          const ExecContext& context) {
  std::vector<std::uint32_t> holder_of;  // by data set
  for (std::uint32_t h = 0; h < holders.size(); ++h) {
    for (const std::uint32_t dataset : holders[h].datasets) {
      if (dataset >= holder_of.size()) holder_of.resize(dataset + 1);
      holder_of[dataset] = h;
    }
  }
  constexpr std::size_t kRowsBetweenLooks = 4096;
  context.Stage("read members", store->members());
  std::vector<KeyAtHolder> keys;
  keys.reserve(store->members());
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const storage::Member& member) -> Status {
    keys.push_back({member.key, holder_of[member.dataset]});
    if (keys.size() % kRowsBetweenLooks != 0) return {};
    context.Progress(keys.size());
    return context.stopped() ? Status(Interrupted()) : Status();
  }));
  return keys;
}

// Counts one person, whose records are ordered by holder.
void CountPerson(std::span<const KeyAtHolder> records, std::vector<std::uint32_t>* at,
                 PersonCounts* counts) {
  at->clear();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::uint32_t holder = records[i].holder;
    if (at->empty() || at->back() != holder) {
      at->push_back(holder);
      ++counts->of_holder[holder];
    } else if (i < 2 || records[i - 2].holder != holder) {
      ++counts->repeated[holder];
    }
  }
  ++counts->persons;
  ++counts->by_records[records.size()];
  ++counts->by_holders[at->size()];
  if (counts->overlap.empty()) return;
  for (const std::uint32_t a : *at) {
    for (const std::uint32_t b : *at) ++counts->overlap[a][b];
  }
}

}  // namespace

Result<PersonCounts> CountPersons(storage::LinkStore* store, std::span<const HolderData> holders,
                                  const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(std::vector<KeyAtHolder> keys, ReadKeys(store, holders, context));
  std::ranges::sort(keys);
  PersonCounts counts;
  counts.of_holder.resize(holders.size());
  counts.repeated.resize(holders.size());
  if (holders.size() <= kMostOverlap) {
    counts.overlap.assign(holders.size(), std::vector<std::uint64_t>(holders.size()));
  }
  std::vector<std::uint32_t> at;  // the holders of one person
  for (auto first = keys.begin(); first != keys.end();) {
    const auto last = std::find_if(
        first, keys.end(), [&](const KeyAtHolder& record) { return record.key != first->key; });
    CountPerson({first, last}, &at, &counts);
    first = last;
  }
  return counts;
}

}  // namespace musubi::engine
