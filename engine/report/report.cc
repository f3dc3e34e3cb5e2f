#include "engine/report/report.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/contract_names.h"
#include "crypto/sha256.h"
#include "engine/report/filter_fill.h"
#include "engine/report/person_counts.h"
#include "engine/report/review_counts.h"

namespace musubi::engine {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;  // of the document; permanent

// Of earlier runs the page would have some 30 KB each, and nobody compares so many.
constexpr std::uint64_t kWholeReports = 12;

json ContractJson(const Contract& contract) {
  json filters = json::array();
  for (const Filter& filter : contract.filters()) {
    filters.push_back({{"name", filter.name}, {"bits", filter.bits}});
  }
  return {{"name", contract.name()},
          {"fingerprint", crypto::ToHex(crypto::FingerprintOf(contract))},
          {"profile", musubi::NameOf(contract.profile())},
          {"model", musubi::NameOf(contract.plan().model)},
          {"filters", std::move(filters)}};
}

json FillJson(const FilterFill& fill) {
  json entry = {{"mean", fill.mean},
                {"deviation", fill.deviation},
                {"quantiles", fill.bits},
                {"differs", fill.differs}};
  if (fill.difference) entry["difference"] = *fill.difference;
  return entry;
}

json FiltersJson(const std::vector<FilterOfHolder>& filters) {
  json rows = json::array();
  for (const FilterOfHolder& filter : filters) {
    json row = {{"present", filter.present}};
    if (filter.fill) row["fill"] = FillJson(*filter.fill);
    rows.push_back(std::move(row));
  }
  return rows;
}

json HoldersJson(const std::vector<HolderData>& holders,
                 const std::vector<std::vector<FilterOfHolder>>& fill,
                 const PersonCounts& persons) {
  json rows = json::array();
  for (std::size_t h = 0; h < holders.size(); ++h) {
    rows.push_back({{"holder", holders[h].name},
                    {"datasets", holders[h].datasets.size()},
                    {"records", holders[h].records},
                    {"declares_duplicates", holders[h].declares_duplicates},
                    {"persons", persons.of_holder[h]},
                    {"repeated_persons", persons.repeated[h]},
                    {"filters", FiltersJson(fill[h])}});
  }
  return rows;
}

json PersonsJson(const PersonCounts& persons) {
  json by_records = json::array();
  for (const auto& [records, count] : persons.by_records) {
    by_records.push_back({{"records", records}, {"persons", count}});
  }
  json by_holders = json::array();
  for (const auto& [holders, count] : persons.by_holders) {
    by_holders.push_back({{"holders", holders}, {"persons", count}});
  }
  return {{"total", persons.persons},
          {"by_records", std::move(by_records)},
          {"by_holders", std::move(by_holders)},
          {"overlap", persons.overlap}};
}

std::string_view NameOf(KeyChange change) {
  switch (change) {
    case KeyChange::kMerge:
      return "merge";
    case KeyChange::kMove:
      return "move";
    case KeyChange::kSplit:
      break;
  }
  return "split";
}

Result<json> ReviewJson(storage::LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const auto counts, CountProposals(store));
  std::uint64_t open = 0;
  json proposals = json::array();
  for (const auto& [kind, count] : counts) {
    open += count.open;
    proposals.push_back({{"reason", storage::NameOf(kind.reason)},
                         {"change", NameOf(kind.change)},
                         {"open", count.open},
                         {"half_decided", count.half_decided},
                         {"accepted", count.accepted},
                         {"rejected", count.rejected},
                         {"withdrawn", count.withdrawn}});
  }
  return json{{"decisions", store->policy().decisions},
              {"open", open},
              {"proposals", std::move(proposals)}};
}

json SummaryJson(const storage::EpochSummary& summary) {
  return {{"epoch", summary.epoch},
          {"kind", NameOf(summary.kind)},
          {"records", summary.records},
          {"new_records", summary.new_records},
          {"candidate_pairs", summary.candidate_pairs},
          {"links", summary.links},
          {"keys_minted", summary.keys_minted},
          {"attached", summary.attached},
          {"proposals", summary.proposals},
          {"withdrawn", summary.withdrawn},
          {"moved", summary.moved},
          {"threshold", summary.threshold},
          {"hold", summary.hold}};
}

// All link runs and reviews, each with the report that it left, if it did: whole for the last runs
// only.
Result<json> EpochsJson(storage::LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store->Epochs());
  const auto is_run = [](const storage::EpochSummary& summary) {
    return summary.kind == storage::EpochKind::kLinkRun;
  };
  auto later_runs = static_cast<std::uint64_t>(std::ranges::count_if(epochs, is_run));
  json rows = json::array();
  for (const storage::EpochSummary& summary : epochs) {
    json row = SummaryJson(summary);
    if (is_run(summary)) --later_runs;
    MUSUBI_ASSIGN_OR_RETURN(const std::string report, store->Report(summary.epoch));
    if (!report.empty()) {
      json parsed = json::parse(report, nullptr, false);
      if (!parsed.is_object()) {
        return Error{ErrorCode::kInternal, "the report of a link run is no JSON object"};
      }
      if (later_runs >= kWholeReports) {
        parsed.erase("learned");
        parsed.erase("scores");
      }
      row["report"] = std::move(parsed);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<json> StateJson(storage::LinkStore* store, const std::vector<HolderData>& holders) {
  MUSUBI_ASSIGN_OR_RETURN(const crypto::Digest256 digest, store->StateDigest());
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  std::uint64_t records = 0;
  for (const HolderData& holder : holders) records += holder.records;
  std::error_code ignored;
  return json{{"digest", crypto::ToHex(digest)},
              {"epoch", epoch},
              {"records", records},
              {"members", store->members()},
              {"unfinished_run", std::filesystem::exists(store->run_place().folder, ignored)}};
}

}  // namespace

Result<std::string> ReportDocument(storage::LinkStore* store, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  const std::vector<HolderData> holders = HoldersOf(datasets);
  MUSUBI_ASSIGN_OR_RETURN(const auto fill, ReadFill(*store, holders, context));
  MUSUBI_ASSIGN_OR_RETURN(const PersonCounts persons, CountPersons(store, holders, context));
  json document = {{"format", "musubi-report"},
                   {"version", kVersion},
                   {"program", MUSUBI_VERSION},
                   {"contract", ContractJson(store->contract())},
                   {"holders", HoldersJson(holders, fill, persons)},
                   {"persons", PersonsJson(persons)}};
  MUSUBI_ASSIGN_OR_RETURN(document["state"], StateJson(store, holders));
  MUSUBI_ASSIGN_OR_RETURN(document["review"], ReviewJson(store));
  MUSUBI_ASSIGN_OR_RETURN(document["epochs"], EpochsJson(store));
  return document.dump();
}

}  // namespace musubi::engine
