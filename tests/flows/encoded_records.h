// Contracts of a test's own, and what a holder's records became under them, by the holder's ids.
#pragma once

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/flows/main_job.h"

namespace musubi::flows {

// One record of an encoding file.
struct EncodedRecord {
  std::vector<std::vector<std::uint64_t>> filters;  // words; none where the filter is absent
  std::vector<BlockToken> tokens;

  bool has(std::size_t filter) const { return !filters[filter].empty(); }
  bool operator==(const EncodedRecord&) const = default;
};

// Every record of a holder's encoding file, found by its references file. Requires: ids without a
// comma.
inline std::map<std::string, EncodedRecord> RecordsOf(const MainJob& job,
                                                      const std::string& holder) {
  const auto file = storage::ReadEncodingFile(job.File(holder + ".enc"), job.contract());
  MUSUBI_CHECK(file.ok());
  const EncodingSet& set = file.value().records;
  std::map<std::string, std::size_t> rows;  // by reference
  for (std::size_t row = 0; row < set.rows(); ++row) {
    rows[ToHex(set.refs[row])] = row;
  }
  std::map<std::string, EncodedRecord> records;
  std::istringstream refs(BytesOf(job.File(holder + ".refs.csv")));
  std::string line;
  std::getline(refs, line);  // the header
  while (std::getline(refs, line)) {
    const std::size_t row = rows.at(line.substr(0, line.find(',')));
    EncodedRecord& record = records[line.substr(line.rfind(',') + 1)];
    for (const FilterColumn& column : set.filters) {
      std::vector<std::uint64_t>& words = record.filters.emplace_back();
      if (column.present[row] == 0) continue;
      words.assign(column.bits.row(row).begin(), column.bits.row(row).end());
    }
    for (const auto& tokens : set.tokens) record.tokens.push_back(tokens[row]);
  }
  return records;
}

// A filter of exact values of one field.
inline std::string ExactFilter(std::string_view name, std::string_view field,
                               std::string_view level = "strict") {
  std::string json = R"({"name": "$name", "bits": 128, "features": [{"field": "$field",
      "level": "$level", "tokens": {"kind": "exact"}, "positions": 5}]})";
  const auto put = [&json](std::string_view place, std::string_view text) {
    json.replace(json.find(place), place.size(), text);
  };
  put("$name", name);
  put("$field", field);
  put("$level", level);
  return json;
}

// A contract of these fields and filters, each a list of JSON without its brackets. `more` is other
// members, each with a comma behind it.
inline std::string ContractOf(std::string_view fields, std::string_view filters,
                              std::string_view more = "") {
  return R"({"musubi_contract": 1, "name": "test", "profile": "fields", "fields": [)" +
         std::string(fields) + R"(], "filters": [)" + std::string(filters) + "], " +
         std::string(more) +
         R"("linkage": {"model": {"kind": "weighted_mean", "threshold": "0.5"}}})";
}

}  // namespace musubi::flows
