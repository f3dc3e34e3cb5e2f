#include "engine/link/load_population.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "engine/resolve/resolve.h"

namespace musubi::engine {

using storage::DatasetInfo;
using storage::Member;

namespace {

// Appends each data set's records and notes whose they are.
Status LoadRecords(const std::vector<DatasetInfo>& datasets, storage::LinkStore* store,
                   const ExecContext& context, LoadedPopulation* loaded) {
  Population& population = loaded->population;
  const DatasetInfo* previous = nullptr;
  for (const DatasetInfo& dataset : datasets) {
    if (context.stopped()) return Interrupted();
    if (previous == nullptr || previous->manifest.holder != dataset.manifest.holder) {
      population.allows_within.push_back(dataset.manifest.declares_duplicates ? 1 : 0);
    }
    previous = &dataset;
    MUSUBI_RETURN_IF_ERROR(store->LoadRecords(dataset.id, &population.records));
    const auto source = static_cast<std::uint16_t>(population.allows_within.size() - 1);
    population.source.resize(population.rows(), source);
    loaded->dataset.resize(population.rows(), dataset.id);
    context.Progress(population.rows());
  }
  return {};
}

// Numbers the keys given in earlier runs and marks the rows that have one.
Status LoadKeys(storage::LinkStore* store, LoadedPopulation* loaded) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Member> members, store->Members());
  for (const Member& member : members) loaded->keys.push_back(member.key);
  std::ranges::sort(loaded->keys);
  const auto repeats = std::ranges::unique(loaded->keys);
  loaded->keys.erase(repeats.begin(), repeats.end());

  Population& population = loaded->population;
  population.settled.assign(population.rows(), 0);
  loaded->key_of.assign(population.rows(), kNoKey);
  for (std::size_t row = 0; row < population.rows(); ++row) {
    const RecordRef& ref = population.records.refs[row];
    const auto member = std::ranges::lower_bound(members, ref, {}, &Member::ref);
    if (member == members.end() || member->ref != ref) continue;
    const auto key = std::ranges::lower_bound(loaded->keys, member->key);
    loaded->key_of[row] = static_cast<std::uint32_t>(key - loaded->keys.begin());
    population.settled[row] = 1;
  }
  return {};
}

}  // namespace

Result<LoadedPopulation> LoadPopulation(storage::LinkStore* store, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(std::vector<DatasetInfo> datasets, store->Datasets());
  if (datasets.empty()) {
    return Error{ErrorCode::kNoInput, "the store holds no records; import encoding files first"};
  }
  std::ranges::sort(datasets, [](const DatasetInfo& a, const DatasetInfo& b) {
    return std::tie(a.manifest.holder, a.digest) < std::tie(b.manifest.holder, b.digest);
  });
  std::uint64_t records = 0;
  for (const DatasetInfo& dataset : datasets) records += dataset.manifest.records;
  // Rows are numbered in 32 bits, holders in 16.
  constexpr std::uint64_t kMaxRecords = 0xFFFF0000;
  constexpr std::size_t kMaxDatasets = 0xFFFF;
  if (records > kMaxRecords || datasets.size() > kMaxDatasets) {
    return Error{ErrorCode::kBadData,
                 "the store holds more than one link run can take: 4 billion records or 65,535 "
                 "data sets"};
  }
  context.Stage("load", records);

  LoadedPopulation loaded;
  const Contract& contract = store->contract();
  loaded.population.records =
      MakeEncodingSet(contract.filter_bits(), contract.token_count());
  for (FilterColumn& filter : loaded.population.records.filters) filter.bits.Reserve(records);
  MUSUBI_RETURN_IF_ERROR(LoadRecords(datasets, store, context, &loaded));
  MUSUBI_RETURN_IF_ERROR(LoadKeys(store, &loaded));
  return loaded;
}

}  // namespace musubi::engine
