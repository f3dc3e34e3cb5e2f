#include "blocking/lsh_tiles.h"

#include <algorithm>

namespace musubi::blocking {
namespace {

// A tile's heads stay in the second-level cache, and it takes about a millisecond.
constexpr std::uint32_t kTileRecords = 2048;
constexpr std::uint64_t kTileVisits = std::uint64_t{1} << 18;

// Buckets of more records are cut into squares with this side.
constexpr std::uint32_t kSide = 512;

class TileCutter {
 public:
  TileCutter(const Population& population, const HashedRows& rows, const LshTable& table,
             std::uint32_t number)
      : population_(population), rows_(rows), table_(table), number_(number) {}

  CutTable Cut() {
    const auto entries = static_cast<std::uint32_t>(table_.entries.size());
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i < entries; ++i) {
      if (!table_.ends_bucket(i)) continue;
      AddBucket(begin, i + 1);
      begin = i + 1;
    }
    EndTile(entries, entries);
    return std::move(cut_);
  }

 private:
  void AddBucket(std::uint32_t begin, std::uint32_t end) {
    ++cut_.buckets;
    cut_.largest_bucket = std::max<std::uint64_t>(cut_.largest_bucket, end - begin);
    if (end - begin > kSide) {
      ++cut_.split_buckets;
      EndTile(begin, end);
      return SplitBucket(begin, end);
    }
    FindRuns(rows_, table_, begin, end, &left_runs_);
    visits_ += CountVisits(left_runs_, left_runs_, true);
    if (end - begin_ >= kTileRecords || visits_ >= kTileVisits) EndTile(end, end);
  }

  // Ends the tile of small buckets before entry `end`; the next begins at `next`.
  void EndTile(std::uint32_t end, std::uint32_t next) {
    if (visits_ > 0) cut_.tiles.push_back({number_, begin_, end, begin_, end, visits_});
    begin_ = next;
    visits_ = 0;
  }

  void SplitBucket(std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t left = begin; left < end; left += kSide) {
      const std::uint32_t left_end = std::min(left + kSide, end);
      FindRuns(rows_, table_, left, left_end, &left_runs_);
      for (std::uint32_t right = left; right < end; right += kSide) {
        const std::uint32_t right_end = std::min(right + kSide, end);
        FindRuns(rows_, table_, right, right_end, &right_runs_);
        const std::uint64_t visits = CountVisits(left_runs_, right_runs_, left == right);
        if (visits > 0) {
          cut_.tiles.push_back({number_, left, left_end, right, right_end, visits});
        }
      }
    }
  }

  // The pairs that may be, of two lists of runs, or inside one.
  std::uint64_t CountVisits(const std::vector<RecordRun>& lefts,
                            const std::vector<RecordRun>& rights, bool same) const {
    std::uint64_t visits = 0;
    for (std::size_t l = 0; l < lefts.size(); ++l) {
      const std::uint64_t count = lefts[l].end - lefts[l].begin;
      for (std::size_t r = same ? l : 0; r < rights.size(); ++r) {
        if (!MayCompare(population_, lefts[l], rights[r])) continue;
        visits +=
            same && l == r ? count * (count - 1) / 2 : count * (rights[r].end - rights[r].begin);
      }
    }
    return visits;
  }

  const Population& population_;
  const HashedRows& rows_;
  const LshTable& table_;
  std::uint32_t number_;
  CutTable cut_;
  std::uint32_t begin_ = 0;  // of the tile of small buckets that is being filled
  std::uint64_t visits_ = 0;
  std::vector<RecordRun> left_runs_;
  std::vector<RecordRun> right_runs_;
};

}  // namespace

void FindRuns(const HashedRows& rows, const LshTable& table, std::uint32_t begin, std::uint32_t end,
              std::vector<RecordRun>* runs) {
  runs->clear();
  for (std::uint32_t i = begin; i < end;) {
    const RecordRun& slots = rows.RunOf(table.slot(i));
    const std::uint32_t first = i;
    while (i < end && table.slot(i) < slots.end) ++i;
    runs->push_back({first, i, slots.source, slots.settled});
  }
}

CutTable CutIntoTiles(const Population& population, const HashedRows& rows, const LshTable& table,
                      std::uint32_t number) {
  return TileCutter(population, rows, table, number).Cut();
}

}  // namespace musubi::blocking
