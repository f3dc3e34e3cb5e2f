#include "engine/link/load_population.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "engine/link/score_pairs.h"
#include "engine/resolve/resolve.h"

namespace musubi::engine {

using storage::DatasetInfo;
using storage::Member;

namespace {

// Appends the records of a data set.
void Append(EncodingSet set, std::optional<std::size_t> candidate_filter,
            LoadedPopulation* loaded) {
  loaded->rows.Append(set);
  EncodingSet& records = loaded->population.records;
  for (std::size_t f = 0; f < set.filters.size(); ++f) {
    if (f != candidate_filter)
      set.filters[f] = FilterColumn{BitMatrix(set.filters[f].bits.bits()), {}, {}};
  }
  records.Append(set);
}

// Appends each data set's records and notes whose they are.
Status LoadRecords(const std::vector<DatasetInfo>& datasets, storage::LinkStore* store,
                   std::optional<std::size_t> candidate_filter, const ExecContext& context,
                   LoadedPopulation* loaded) {
  Population& population = loaded->population;
  const Contract& contract = store->contract();
  const DatasetInfo* previous = nullptr;
  for (const DatasetInfo& dataset : datasets) {
    if (context.stopped()) return Interrupted();
    if (previous == nullptr || previous->manifest.holder != dataset.manifest.holder) {
      population.allows_within.push_back(dataset.manifest.declares_duplicates ? 1 : 0);
    }
    previous = &dataset;
    EncodingSet set = MakeEncodingSet(contract.filter_bits(), contract.token_count());
    MUSUBI_RETURN_IF_ERROR(store->LoadRecords(dataset.id, &set));
    Append(std::move(set), candidate_filter, loaded);
    const auto source = static_cast<std::uint16_t>(population.allows_within.size() - 1);
    population.source.resize(population.rows(), source);
    loaded->dataset.resize(population.rows(), dataset.id);
    context.Progress(population.rows());
  }
  return {};
}

// A row that has a key from an earlier run.
struct KeyedRow {
  LinkageKey key;
  std::uint32_t row = 0;
};

// The rows that have a key. Members and the rows of a data set are both ordered by reference, so
// that one pass over the members finds each row without a search.
Result<std::vector<KeyedRow>> FindKeyedRows(storage::LinkStore* store,
                                            const LoadedPopulation& loaded) {
  std::map<std::uint32_t, std::size_t> next_row;  // by data set
  for (std::size_t row = 0; row < loaded.dataset.size(); ++row) {
    const bool first = row == 0 || loaded.dataset[row] != loaded.dataset[row - 1];
    if (first) next_row[loaded.dataset[row]] = row;
  }
  std::vector<KeyedRow> keyed;
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const Member& member) -> Status {
    const auto found = next_row.find(member.dataset);
    if (found == next_row.end()) return {};
    std::size_t& row = found->second;
    const auto& refs = loaded.population.records.refs;
    while (row < refs.size() && loaded.dataset[row] == member.dataset && refs[row] < member.ref) {
      ++row;
    }
    if (row < refs.size() && refs[row] == member.ref) {
      keyed.push_back({member.key, static_cast<std::uint32_t>(row)});
    }
    return {};
  }));
  return keyed;
}

// Numbers the keys given in earlier runs and marks the rows that have one.
Status LoadKeys(storage::LinkStore* store, LoadedPopulation* loaded) {
  MUSUBI_ASSIGN_OR_RETURN(std::vector<KeyedRow> keyed, FindKeyedRows(store, *loaded));
  std::ranges::sort(keyed, {}, &KeyedRow::key);
  Population& population = loaded->population;
  population.settled.assign(population.rows(), 0);
  loaded->key_of.assign(population.rows(), kNoKey);
  for (const KeyedRow& at : keyed) {
    if (loaded->keys.empty() || loaded->keys.back() != at.key) loaded->keys.push_back(at.key);
    loaded->key_of[at.row] = static_cast<std::uint32_t>(loaded->keys.size() - 1);
    population.settled[at.row] = 1;
  }
  return {};
}

}  // namespace

Result<LoadedPopulation> LoadPopulation(storage::LinkStore* store,
                                        std::optional<std::size_t> candidate_filter,
                                        const ExecContext& context) {
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

  const Contract& contract = store->contract();
  LoadedPopulation loaded(FilterRows(contract.filter_bits(), HeaviestFirst(contract)));
  loaded.rows.Reserve(records);
  EncodingSet& kept = loaded.population.records;
  kept = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  kept.refs.reserve(records);
  for (auto& tokens : kept.tokens) tokens.reserve(records);
  MUSUBI_RETURN_IF_ERROR(LoadRecords(datasets, store, candidate_filter, context, &loaded));
  MUSUBI_RETURN_IF_ERROR(LoadKeys(store, &loaded));
  return loaded;
}

}  // namespace musubi::engine
