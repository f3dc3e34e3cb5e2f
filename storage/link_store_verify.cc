// LinkStore: reading all of it, and counting again what its head counts.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "storage/link_store_state.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace {

// Reads each row of a family and opens its value.
Result<FamilyCheck> CheckFamily(const Rocks& rocks, Family family, const ExecContext& context) {
  constexpr std::uint64_t kRowsBetweenLooks = 4096;
  FamilyCheck check;
  check.name = kFamilyNames[static_cast<std::size_t>(family)];
  context.Stage("open the values of " + check.name);
  const auto visit = [&](std::string_view, std::string_view value) -> Status {
    check.bytes += value.size();
    if (++check.rows % kRowsBetweenLooks != 0) return {};
    if (context.stopped()) return Interrupted();
    context.Progress(check.rows);
    return {};
  };
  MUSUBI_RETURN_IF_ERROR(rocks.Scan(family, "", visit));
  return check;
}

// Reads all rows that the head counts; each of these fails where there are more or fewer.
Status CountAgain(LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, store->Datasets());
  for (const DatasetInfo& dataset : datasets) {
    MUSUBI_RETURN_IF_ERROR(
        store->VisitPlanted(dataset.id, [](const EncodingSet&) -> Status { return {}; }));
  }
  MUSUBI_RETURN_IF_ERROR(store->Epochs());
  MUSUBI_RETURN_IF_ERROR(store->Proposals());
  MUSUBI_RETURN_IF_ERROR(store->Decisions());
  MUSUBI_RETURN_IF_ERROR(store->Withdrawals());
  MUSUBI_RETURN_IF_ERROR(store->Projects());
  MUSUBI_RETURN_IF_ERROR(store->Releases());
  return {};
}

// The log's entries are one chain, and the reports of link runs are those that it tells of.
Status FollowLog(LinkStore* store) {
  return store->VisitLog([store](std::string_view, const LogEntry& entry) -> Status {
    const auto report = entry.event.digests.find("report");
    if (report == entry.event.digests.end()) return {};
    MUSUBI_ASSIGN_OR_RETURN(const std::string text, store->Report(entry.event.epoch));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    return crypto::Sha256({bytes, text.size()}) == report->second ? Status() : LostRows("report");
  });
}

}  // namespace

// Every member is a record of the data set that it names.
Status LinkStore::State::VerifyMembers(const std::vector<Member>& members) const {
  std::map<std::uint32_t, std::vector<RecordRef>> refs;  // ascending, as members are
  for (const Member& member : members) refs[member.dataset].push_back(member.ref);
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, ReadDatasets());
  for (const auto& [dataset, wanted] : refs) {
    if (dataset == 0 || dataset > datasets.size()) return LostRows("data set");
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t known,
                            CountRefs(datasets[dataset - 1], wanted, std::identity()));
    if (known != wanted.size()) return LostRows("encoding");
  }
  return {};
}

// Reads each column of each data set whole: a chunk that is missing is noticed.
Status LinkStore::State::VerifyDatasets(const ExecContext& context) const {
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<DatasetInfo> datasets, ReadDatasets());
  const EncodingSet shape = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  context.Stage("read the data sets", datasets.size());
  for (const DatasetInfo& dataset : datasets) {
    for (std::uint16_t column = 0; column < ColumnCount(shape); ++column) {
      if (context.stopped()) return Interrupted();
      MUSUBI_RETURN_IF_ERROR(
          VisitColumn(dataset, column, [](const RecordsColumn&) -> Status { return {}; }));
    }
    context.Progress(dataset.id);
  }
  return {};
}

Result<StoreCheck> LinkStore::Verify(const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  context.Stage("checksums");
  MUSUBI_RETURN_IF_ERROR(store.rocks.VerifyChecksums());
  StoreCheck check{store.head.commit, store.head.epoch, store.head.state, store.log.size(), {}};
  for (std::size_t number = 0; number < kFamilies; ++number) {
    MUSUBI_ASSIGN_OR_RETURN(check.families.emplace_back(),
                            CheckFamily(store.rocks, static_cast<Family>(number), context));
  }
  MUSUBI_RETURN_IF_ERROR(store.VerifyDatasets(context));
  context.Stage("count what the head counts");
  MUSUBI_RETURN_IF_ERROR(CountAgain(this));
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<Member> members, Members());
  MUSUBI_RETURN_IF_ERROR(store.VerifyMembers(members));
  context.Stage("follow the log");
  MUSUBI_RETURN_IF_ERROR(FollowLog(this));
  MUSUBI_ASSIGN_OR_RETURN(const Witness witness, ReadWitness(store.folder, *store.seal));
  if (witness.commit == store.head.commit && witness.digest == store.head.digest) return check;
  return Error{ErrorCode::kBadData, store.folder.string() +
                                        ": its witness has changed while the store was open; "
                                        "restore the store from a backup"};
}

}  // namespace musubi::storage
