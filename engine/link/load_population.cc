#include "engine/link/load_population.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "engine/link/pair_scorer.h"
#include "engine/link/threads.h"
#include "engine/resolve/regroup.h"

namespace musubi::engine {

using storage::DatasetInfo;
using storage::Member;

namespace {

// Loads columns of data sets, in parallel, each to where its records belong.
class ColumnLoader {
 public:
  // A column of a data set, whose records begin at a row.
  struct Task {
    std::uint32_t dataset;
    std::uint16_t column;
    std::size_t first_row;
  };

  ColumnLoader(const storage::LinkStore& store, std::optional<std::size_t> candidate_filter,
               const ExecContext& context, LoadedPopulation* loaded)
      : store_(store), candidate_filter_(candidate_filter), context_(context), loaded_(*loaded) {}

  Status Load(const std::vector<Task>& tasks) {
    Threads threads(context_);
    std::vector<Status> loaded(tasks.size());
    threads.Run([&] {
      tbb::parallel_for(std::size_t{0}, tasks.size(), [&](std::size_t i) {
        const auto put = [&](const storage::RecordsColumn& some) {
          return Put(some, tasks[i].first_row);
        };
        loaded[i] = store_.VisitColumn(tasks[i].dataset, tasks[i].column, put);
      });
    });
    for (const Status& status : loaded) MUSUBI_RETURN_IF_ERROR(status);
    return {};
  }

 private:
  Status Put(const storage::RecordsColumn& some, std::size_t first_row) {
    if (context_.stopped()) return Interrupted();
    EncodingSet& records = loaded_.population.records;
    const EncodingSet& from = some.records;
    const std::size_t at = first_row + some.first;
    const auto copy = [at](const auto& column, auto* into) {
      std::ranges::copy(column, into->begin() + static_cast<std::ptrdiff_t>(at));
    };
    if (some.column == 0) {
      copy(from.refs, &records.refs);
    } else if (some.column <= from.filters.size()) {
      PutFilter(some.column - std::size_t{1}, from, at);
    } else {
      const std::size_t pass = some.column - 1 - from.filters.size();
      copy(from.tokens[pass], &records.tokens[pass]);
    }
    const std::scoped_lock lock(mutex_);
    cells_ += from.rows();
    context_.Progress(cells_ / (1 + from.filters.size() + from.tokens.size()));
    return {};
  }

  void PutFilter(std::size_t filter, const EncodingSet& from, std::size_t at) {
    const FilterColumn& column = from.filters[filter];
    loaded_.rows.Put(filter, at, column);
    if (filter != candidate_filter_) return;
    FilterColumn& into = loaded_.population.records.filters[filter];
    for (std::size_t row = 0; row < from.rows(); ++row) {
      std::ranges::copy(column.bits.row(row), into.bits.row(at + row).begin());
      into.popcounts[at + row] = column.popcounts[row];
      into.present[at + row] = column.present[row];
    }
  }

  const storage::LinkStore& store_;
  std::optional<std::size_t> candidate_filter_;
  const ExecContext& context_;
  LoadedPopulation& loaded_;
  std::mutex mutex_;
  std::uint64_t cells_ = 0;  // of records and columns
};

// Makes rows for all records, some at a time: it takes seconds where they are many.
Status MakeRows(std::size_t records, std::optional<std::size_t> candidate_filter,
                const ExecContext& context, LoadedPopulation* loaded) {
  constexpr std::size_t kRowsAtOnce = std::size_t{1} << 18;
  EncodingSet& set = loaded->population.records;
  FilterColumn* const filter = candidate_filter ? &set.filters[*candidate_filter] : nullptr;
  loaded->rows.Reserve(records);
  set.refs.reserve(records);
  for (auto& pass : set.tokens) pass.reserve(records);
  if (filter != nullptr) filter->bits.Reserve(records);
  for (std::size_t rows = 0; rows < records;) {
    if (context.stopped()) return Interrupted();
    rows = std::min(rows + kRowsAtOnce, records);
    loaded->rows.Resize(rows);
    set.refs.resize(rows);
    for (auto& pass : set.tokens) pass.resize(rows);
    if (filter == nullptr) continue;
    filter->bits.Resize(rows);
    filter->popcounts.resize(rows);
    filter->present.resize(rows);
  }
  return {};
}

// Makes room for the records, notes whose they are, and loads them.
Status LoadRecords(const std::vector<DatasetInfo>& datasets, storage::LinkStore* store,
                   std::optional<std::size_t> candidate_filter, std::size_t records,
                   const ExecContext& context, LoadedPopulation* loaded) {
  Population& population = loaded->population;
  MUSUBI_RETURN_IF_ERROR(MakeRows(records, candidate_filter, context, loaded));
  const auto columns = static_cast<std::uint16_t>(1 + population.records.filters.size() +
                                                  population.records.tokens.size());
  std::vector<ColumnLoader::Task> tasks;
  const DatasetInfo* previous = nullptr;
  for (const DatasetInfo& dataset : datasets) {
    if (previous == nullptr || previous->manifest.holder != dataset.manifest.holder) {
      population.allows_within.push_back(dataset.manifest.declares_duplicates ? 1 : 0);
    }
    previous = &dataset;
    const std::size_t first_row = loaded->dataset.size();
    const std::size_t end_row = first_row + dataset.manifest.records;
    const auto source = static_cast<std::uint16_t>(population.allows_within.size() - 1);
    population.source.resize(end_row, source);
    loaded->dataset.resize(end_row, dataset.id);
    for (std::uint16_t column = 0; column < columns; ++column) {
      tasks.push_back({dataset.id, column, first_row});
    }
  }
  return ColumnLoader(*store, candidate_filter, context, loaded).Load(tasks);
}

// A row that has a key from an earlier run.
struct KeyedRow {
  LinkageKey key;
  std::uint32_t row = 0;
  std::uint32_t since = 0;
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
      MUSUBI_CHECK(member.epoch <= UINT32_MAX);
      keyed.push_back(
          {member.key, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(member.epoch)});
    }
    return {};
  }));
  return keyed;
}

// Numbers the keys given in earlier runs and tells which rows have them. No row is settled: all
// pairs are compared again, so that it is seen what would be different had all records come at
// once.
Status LoadKeys(storage::LinkStore* store, LoadedPopulation* loaded) {
  MUSUBI_ASSIGN_OR_RETURN(std::vector<KeyedRow> keyed, FindKeyedRows(store, *loaded));
  std::ranges::sort(keyed, {}, &KeyedRow::key);
  Population& population = loaded->population;
  population.settled.assign(population.rows(), 0);
  loaded->key_of.assign(population.rows(), kNoKey);
  loaded->since.assign(population.rows(), 0);
  for (const KeyedRow& at : keyed) {
    if (loaded->keys.empty() || loaded->keys.back() != at.key) loaded->keys.push_back(at.key);
    loaded->key_of[at.row] = static_cast<std::uint32_t>(loaded->keys.size() - 1);
    loaded->since[at.row] = at.since;
  }
  return {};
}

}  // namespace

void LoadedPopulation::FreeEncodings() {
  rows.Resize(0);
  population.records.filters.clear();
  population.records.tokens.clear();
}

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
  loaded.population.records = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  loaded.population.source.reserve(records);
  loaded.dataset.reserve(records);
  MUSUBI_RETURN_IF_ERROR(LoadRecords(datasets, store, candidate_filter, records, context, &loaded));
  MUSUBI_RETURN_IF_ERROR(LoadKeys(store, &loaded));
  return loaded;
}

}  // namespace musubi::engine
