#include "engine/evaluate/read_records.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "core/utf8.h"
#include "engine/evaluate/text_numbers.h"
#include "storage/csv_table.h"

namespace musubi::engine {

using storage::CsvRow;
using storage::CsvTable;

namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;
static_assert(kMaxGroups == 1000, "a message below says so");

// Numbers the values of one column, and orders them at its end.
class GroupReader {
 public:
  explicit GroupReader(std::string name) { column_.name = std::move(name); }

  Status Add(const CsvTable& table, const CsvRow& row, std::string_view value) {
    if (value.empty()) value = kNoValue;
    auto found = numbers_.find(value);
    if (found == numbers_.end()) {
      if (!IsValidUtf8(value)) return table.Bad(row, column_.name, "is not UTF-8");
      found = numbers_.emplace(std::string(value), numbers_.size()).first;
      if (numbers_.size() - numbers_.count(kNoValue) > kMaxGroups) {
        return table.Bad(row, column_.name,
                         "the column has more than 1,000 different values: is it an identifier?");
      }
    }
    column_.group.push_back(static_cast<std::uint16_t>(found->second));
    return {};
  }

  GroupColumn Finish() && {
    std::vector<std::uint16_t> order(numbers_.size());
    for (const auto& [value, number] : numbers_) {
      if (value == kNoValue) continue;
      order[number] = static_cast<std::uint16_t>(column_.values.size());
      column_.values.push_back(value);
    }
    if (const auto none = numbers_.find(kNoValue); none != numbers_.end()) {
      order[none->second] = static_cast<std::uint16_t>(column_.values.size());
      column_.values.emplace_back(kNoValue);
    }
    for (std::uint16_t& group : column_.group) group = order[group];
    return std::move(column_);
  }

 private:
  GroupColumn column_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

Status CheckColumns(const std::vector<std::string>& by) {
  for (auto name = by.begin(); name != by.end(); ++name) {
    if (*name == "person_id" || *name == "local_id") {
      return Error{ErrorCode::kUsage, *name + " tells records apart, not groups of them"};
    }
    if (std::find(by.begin(), name, *name) != name) {
      return Error{ErrorCode::kUsage, "the column " + *name + " is asked for twice"};
    }
  }
  return {};
}

// Reads the files one after the other into StudyRecords.
class Reader {
 public:
  Status ReadTruth(const std::filesystem::path& file, const std::vector<std::string>& by) {
    MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::OpenAny(file));
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t person, table.ColumnIndex("person_id"));
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t holder, table.ColumnIndex("holder"));
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t local_id, table.ColumnIndex("local_id"));
    std::vector<std::pair<std::size_t, GroupReader>> groups;
    for (const std::string& name : by) {
      MUSUBI_ASSIGN_OR_RETURN(const std::size_t column, table.ColumnIndex(name));
      groups.emplace_back(column, name);
    }
    TextNumbers persons;
    CsvRow row;
    while (true) {
      MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
      if (!more) break;
      if (ids_.size() == TextNumbers::kMaxTexts) {
        return table.Bad(row, "local_id", "there are more than 4,294,967,294 records");
      }
      const std::size_t known = ids_.size();
      const std::uint32_t holder_number = holders_.Of(row[holder]);
      if (ids_.Of(IdOf(holder_number, row[local_id])) != known) {
        return table.Bad(row, "local_id", "the record stands in an earlier row already");
      }
      records_.person.push_back(persons.Of(row[person]));
      records_.holder.push_back(holder_number);
      for (auto& [column, group] : groups) {
        MUSUBI_RETURN_IF_ERROR(group.Add(table, row, row[column]));
      }
    }
    for (auto& [column, group] : groups) records_.columns.push_back(std::move(group).Finish());
    records_.cluster.assign(records_.person.size(), kNone);
    return {};
  }

  Status ReadLinks(const std::filesystem::path& file) {
    static constexpr std::string_view kColumns[] = {"project_id", "holder", "local_id"};
    MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(file, kColumns));
    CsvRow row;
    while (true) {
      MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
      if (!more) return {};
      const auto record = ids_.Find(IdOf(holders_.Find(row[1]).value_or(kNone), row[2]));
      if (!record) {
        return table.Bad(row, "local_id", "the truth does not know this record of this holder");
      }
      if (records_.cluster[*record] != kNone) {
        return table.Bad(row, "local_id", "the record stands in an earlier row already");
      }
      records_.cluster[*record] = projects_.Of(row[0]);
    }
  }

  // A record that no links file has is alone under a number of its own.
  StudyRecords Finish() && {
    auto next = static_cast<std::uint32_t>(projects_.size());
    for (std::uint32_t& cluster : records_.cluster) {
      if (cluster != kNone) continue;
      cluster = next++;
      ++records_.unlinked;
    }
    return std::move(records_);
  }

 private:
  // Valid until the next call. The holder's number comes first, so that two are never one text.
  std::string_view IdOf(std::uint32_t holder, std::string_view local_id) {
    id_.resize(sizeof holder);
    std::memcpy(id_.data(), &holder, sizeof holder);
    id_ += local_id;
    return id_;
  }

  TextNumbers ids_;
  TextNumbers holders_;
  TextNumbers projects_;
  std::string id_;
  StudyRecords records_;
};

}  // namespace

Result<StudyRecords> ReadRecords(const std::filesystem::path& truth,
                                 const std::vector<std::filesystem::path>& links,
                                 const std::vector<std::string>& by) {
  MUSUBI_RETURN_IF_ERROR(CheckColumns(by));
  Reader reader;
  MUSUBI_RETURN_IF_ERROR(reader.ReadTruth(truth, by));
  for (const auto& file : links) MUSUBI_RETURN_IF_ERROR(reader.ReadLinks(file));
  return std::move(reader).Finish();
}

}  // namespace musubi::engine
