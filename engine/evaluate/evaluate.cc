#include "engine/evaluate/evaluate.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "storage/csv_table.h"

namespace musubi::engine {

using storage::CsvRow;
using storage::CsvTable;

namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

struct Record {
  std::uint32_t person = kNone;
  std::uint32_t project = kNone;  // kNone where no links file has the record
  std::uint32_t holder = kNone;
};

// Numbers texts in the order of their first use.
class Numbering {
 public:
  std::uint32_t Of(std::string_view text) {
    return numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(numbers_.size()))
        .first->second;
  }
  std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

// All records of the truth, and what the links say of them.
class Join {
 public:
  Status ReadTruth(const std::filesystem::path& file) {
    static constexpr std::string_view kColumns[] = {"person_id", "holder", "local_id"};
    MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(file, kColumns));
    CsvRow row;
    while (true) {
      MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
      if (!more) return {};
      const std::size_t known = ids_.size();
      if (ids_.Of(IdOf(row)) != known) {
        return table.Bad(row, "local_id", "the record stands in an earlier row already");
      }
      records_.push_back({persons_.Of(row[0]), kNone, holders_.Of(row[1])});
    }
  }

  Status ReadLinks(const std::filesystem::path& file) {
    static constexpr std::string_view kColumns[] = {"project_id", "holder", "local_id"};
    MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(file, kColumns));
    CsvRow row;
    while (true) {
      MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
      if (!more) return {};
      const std::uint32_t record = ids_.Of(IdOf(row));
      if (record >= records_.size()) {
        return table.Bad(row, "local_id", "the truth does not know this record of this holder");
      }
      if (records_[record].project != kNone) {
        return table.Bad(row, "local_id", "the record stands in an earlier row already");
      }
      records_[record].project = projects_.Of(row[0]);
    }
  }

  // A record that no links file has is alone under a number of its own.
  std::uint64_t FillUnlinked() {
    std::uint64_t unlinked = 0;
    auto next = static_cast<std::uint32_t>(projects_.size());
    for (Record& record : records_) {
      if (record.project != kNone) continue;
      record.project = next++;
      ++unlinked;
    }
    return unlinked;
  }

  std::vector<Record>& records() { return records_; }
  std::size_t persons() const { return persons_.size(); }

 private:
  // The length keeps ("ab", "c") apart from ("a", "bc").
  static std::string IdOf(const CsvRow& row) {
    return std::to_string(row[1].size()) + ' ' + std::string(row[1]) + std::string(row[2]);
  }

  Numbering ids_;
  Numbering persons_;
  Numbering projects_;
  Numbering holders_;
  std::vector<Record> records_;
};

// The number of pairs of records with equal keys.
template <typename KeyOf>
std::uint64_t PairsSharing(std::vector<Record>* records, KeyOf key) {
  std::ranges::sort(*records, {}, key);
  std::uint64_t pairs = 0;
  std::uint64_t run = 0;
  for (std::size_t i = 1; i < records->size(); ++i) {
    run = key((*records)[i]) == key((*records)[i - 1]) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

double Ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double PairCounts::precision() const { return Ratio(correct, linked); }
double PairCounts::recall() const { return Ratio(correct, truth); }
double PairCounts::f1() const { return Ratio(2 * correct, truth + linked); }

Result<Evaluation> Evaluate(const std::filesystem::path& truth,
                            const std::vector<std::filesystem::path>& links) {
  Join join;
  MUSUBI_RETURN_IF_ERROR(join.ReadTruth(truth));
  for (const auto& file : links) MUSUBI_RETURN_IF_ERROR(join.ReadLinks(file));

  Evaluation result;
  result.unlinked = join.FillUnlinked();
  std::vector<Record>& records = join.records();
  result.records = records.size();
  result.persons = join.persons();
  const auto person = [](const Record& r) { return r.person; };
  const auto project = [](const Record& r) { return r.project; };
  const auto both = [](const Record& r) { return std::pair(r.person, r.project); };
  result.all = {PairsSharing(&records, person), PairsSharing(&records, project),
                PairsSharing(&records, both)};
  const auto in = [](auto key) {
    return [key](const Record& r) { return std::pair(key(r), r.holder); };
  };
  result.within = {PairsSharing(&records, in(person)), PairsSharing(&records, in(project)),
                   PairsSharing(&records, in(both))};
  result.across = {result.all.truth - result.within.truth, result.all.linked - result.within.linked,
                   result.all.correct - result.within.correct};
  return result;
}

}  // namespace musubi::engine
