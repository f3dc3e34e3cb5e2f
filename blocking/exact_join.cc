#include "blocking/exact_join.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>
#include <utility>

#include "blocking/cluster_rows.h"
#include "blocking/miss_allowance.h"
#include "blocking/query_tree.h"
#include "blocking/sliced_blocks.h"
#include "blocking/sliced_kernel.h"
#include "blocking/strangers.h"
#include "core/check.h"

namespace musubi::blocking {
namespace {

// Records of one holder that are all settled or all not, with their filter: between two segments
// either every pair may be one person's, or none.
struct Segment {
  std::vector<std::uint32_t> rows;  // neighbours are alike
  std::vector<std::uint16_t> classes;
  std::optional<SlicedBlocks> blocks;  // where others are queries to it
};

// Tiles of a pair of segments and one group of the records: one for each tree of the queries.
struct TileRun {
  std::size_t first_tile;
  const Segment* queries;
  const Segment* records;
  std::size_t group;
  std::size_t trees;
};

// The pairs found in one tile.
struct Found {
  std::uint16_t query;
  std::uint32_t row;
};

// What one thread searches with, tile after tile.
struct Scratch {
  QueryTreeMaker maker;
  std::vector<std::uint64_t> start;
  std::vector<Survivor> survivors;
  std::vector<Found> found;
};

std::vector<std::uint8_t> OccurringPopcounts(const FilterColumn& column) {
  std::vector<std::uint8_t> occurs(column.bits.bits() + 1);
  for (std::size_t row = 0; row < column.popcounts.size(); ++row) {
    if (column.present[row] != 0) occurs[column.popcounts[row]] = 1;
  }
  return occurs;
}

// Turns a square of 8 by 8 bits on its side: bit i of byte p becomes bit p of byte i.
// Source: Warren, Hacker's Delight, 2nd ed., 7-3.
std::uint64_t TransposeBytes(std::uint64_t square) {
  std::uint64_t swap = (square ^ square >> 7) & 0x00aa00aa00aa00aa;
  square ^= swap ^ swap << 7;
  swap = (square ^ square >> 14) & 0x0000cccc0000cccc;
  square ^= swap ^ swap << 14;
  swap = (square ^ square >> 28) & 0x00000000f0f0f0f0;
  return square ^ swap ^ swap << 28;
}

class ExactJoinPlan : public CandidatePlan {
 public:
  ExactJoinPlan(const Population& population, std::size_t filter, const SimilarityRule& rule,
                const ExecContext& context, const SlicedKernel& kernel)
      : filter_(filter),
        column_(population.records.filters[filter]),
        rule_(rule),
        kernel_(kernel),
        allowance_(rule, OccurringPopcounts(column_)),
        scratch_([this] {
          return Scratch{QueryTreeMaker(column_.bits, allowance_, kernel_.lanes), {}, {}, {}};
        }) {
    MUSUBI_CHECK(column_.bits.bits() <= kWidestFilter);
    MakeSegments(population, context);
    MakeRuns(population, context);
  }

  std::size_t tiles() const override { return tiles_; }
  std::uint64_t visits() const override { return visits_; }
  std::uint64_t tile_visits(std::size_t tile) const override {
    const auto [run, tree] = Find(tile);
    const std::size_t first = tree * kTreeQueries;
    const std::size_t end = std::min(first + kTreeQueries, run.queries->rows.size());
    const auto [begin_record, end_record] = RecordsOf(run);
    std::uint64_t visits = 0;
    for (std::size_t query = first; query < end; ++query) {
      visits += end_record - std::min(end_record, FirstPartner(run, query, begin_record));
    }
    return visits;
  }

  void Emit(std::size_t tile, CandidateBatch* batch) const override {
    const auto [run, tree] = Find(tile);
    Scratch& scratch = scratch_.local();
    scratch.found.clear();
    SearchTile(run, tree, &scratch);
    FillBatch(run, tree, scratch.found, batch);
  }

  bool WouldHave(std::uint32_t row, const EncodingSet& strangers,
                 std::uint32_t stranger) const override {
    return IsSimilarStranger(column_, row, strangers.filters[filter_], stranger, rule_);
  }

 private:
  using SegmentKey = std::pair<std::uint16_t, std::uint8_t>;  // source, settled

  void MakeSegments(const Population& population, const ExecContext& context) {
    for (std::size_t row = 0; row < population.rows(); ++row) {
      if (column_.present[row] == 0) continue;
      segments_[{population.source[row], population.settled[row]}].rows.push_back(
          static_cast<std::uint32_t>(row));
    }
    std::vector<Segment*> segments;
    for (auto& [key, segment] : segments_) segments.push_back(&segment);
    tbb::parallel_for(std::size_t{0}, segments.size(), [&](std::size_t i) {
      Segment& segment = *segments[i];
      ClusterRows(column_.bits, kernel_, segment.rows, context);
      for (const std::uint32_t row : segment.rows) {
        segment.classes.push_back(allowance_.ClassOf(column_.popcounts[row]));
      }
    });
  }

  void MakeRuns(const Population& population, const ExecContext& context) {
    for (auto one = segments_.begin(); one != segments_.end(); ++one) {
      for (auto other = one; other != segments_.end(); ++other) {
        if (!MayCompare(population, one->first, other->first)) continue;
        // The smaller asks: a block costs the same however few its records are.
        const bool swap = one->second.rows.size() > other->second.rows.size();
        AddRuns(swap ? other->second : one->second, swap ? &one->second : &other->second, context);
      }
    }
  }

  static bool MayCompare(const Population& population, const SegmentKey& a, const SegmentKey& b) {
    return population.learns || ((a.first != b.first || population.allows_within[a.first] != 0) &&
                                 (a.second == 0 || b.second == 0));
  }

  void AddRuns(const Segment& queries, Segment* records, const ExecContext& context) {
    if (!records->blocks) {
      records->blocks.emplace(column_.bits, records->rows, kernel_.lanes, context);
    }
    for (std::size_t group = 0; group < records->blocks->groups(); ++group) {
      TileRun run{tiles_, &queries, records, group, 0};
      const std::size_t asking = &queries == records ? RecordsOf(run).second : queries.rows.size();
      run.trees = (asking + kTreeQueries - 1) / kTreeQueries;
      tiles_ += run.trees;
      runs_.push_back(run);
    }
    const std::uint64_t n = queries.rows.size();
    visits_ += &queries == records ? n * (n - 1) / 2 : n * records->rows.size();
  }

  std::pair<const TileRun&, std::size_t> Find(std::size_t tile) const {
    const auto after = std::ranges::upper_bound(runs_, tile, {}, &TileRun::first_tile);
    const TileRun& run = *std::prev(after);
    return {run, tile - run.first_tile};
  }

  // The first record of a run's group, and one past its last.
  static std::pair<std::size_t, std::size_t> RecordsOf(const TileRun& run) {
    const std::size_t first = run.group * SlicedBlocks::kGroupRecords;
    return {first, std::min(first + SlicedBlocks::kGroupRecords, run.records->rows.size())};
  }

  // The first record that is a query's partner: within a segment, those after itself.
  static std::size_t FirstPartner(const TileRun& run, std::size_t query, std::size_t first) {
    return run.queries == run.records ? std::max(query + 1, first) : first;
  }

  void SearchTile(const TileRun& run, std::size_t tree_index, Scratch* scratch) const {
    const Segment& records = *run.records;
    const std::size_t first_query = tree_index * kTreeQueries;
    const std::size_t queries = std::min(kTreeQueries, run.queries->rows.size() - first_query);
    const QueryTree& tree =
        scratch->maker.Make(std::span(run.queries->rows).subspan(first_query, queries),
                            std::span(run.queries->classes).subspan(first_query, queries),
                            records.blocks->order_of_group(run.group));
    if (tree.nodes.empty()) return;
    const unsigned most = *std::ranges::max_element(tree.allowance);
    const std::size_t planes = std::max<std::size_t>(kLeastPlanes, std::bit_width(most - 1));
    const SearchBlock search = kernel_.WithPlanes(planes);
    scratch->start.resize((planes + 1) * records.blocks->words_per_slice());
    scratch->survivors.resize(kTreeQueries * kernel_.lanes);
    const auto [first_record, end_record] = RecordsOf(run);
    for (std::size_t record = first_record; record < end_record; record += kernel_.lanes) {
      const std::size_t end = std::min(record + kernel_.lanes, end_record);
      if (FirstPartner(run, first_query, record) >= end) continue;
      MakeStart(std::span(records.classes).subspan(record, end - record), tree.allowance, planes,
                scratch->start);
      const Survivor* const last =
          search({tree.nodes, tree.slices.data(), records.blocks->block(record / kernel_.lanes),
                  scratch->start.data()},
                 scratch->survivors.data());
      const auto survivors = static_cast<std::size_t>(last - scratch->survivors.data());
      KeepSimilar(run, first_query, record, std::span(scratch->survivors).first(survivors),
                  &scratch->found);
    }
  }

  // Appends the survivors of the block from `record` on that are partners, and similar.
  void KeepSimilar(const TileRun& run, std::size_t first_query, std::size_t record,
                   std::span<const Survivor> survivors, std::vector<Found>* found) const {
    constexpr std::size_t kAhead = 8;  // survivors; their filters lie anywhere
    for (std::size_t i = 0; i < survivors.size(); ++i) {
      if (i + kAhead < survivors.size()) {
        Prefetch(run.records->rows[record + survivors[i + kAhead].lane]);
      }
      const Survivor survivor = survivors[i];
      const std::size_t query = first_query + survivor.query;
      const std::size_t partner = record + survivor.lane;
      if (partner < FirstPartner(run, query, record)) continue;
      const std::uint32_t row = run.records->rows[partner];
      const std::uint32_t common = CountCommon(run.queries->rows[query], row);
      // A look-up, before the rule's own arithmetic.
      const std::uint16_t query_class = run.queries->classes[query];
      const std::uint32_t misses = allowance_.popcount(query_class) - common;
      if (misses >= allowance_.row(query_class)[run.records->classes[partner]]) continue;
      if (AreSimilar(run.queries->rows[query], row, common))
        found->push_back({survivor.query, row});
    }
  }

  // Each lane's counter at first: with the first miss too many it reaches 2^planes. A lane without
  // a record is there already.
  void MakeStart(std::span<const std::uint16_t> classes, std::span<const std::uint16_t> allowance,
                 std::size_t planes, std::span<std::uint64_t> start) const {
    const std::size_t words = kernel_.lanes / 64;
    std::ranges::fill(start, 0);
    for (std::size_t lane = 0; lane < kernel_.lanes; lane += 8) {
      std::uint64_t low = 0;
      std::uint64_t high = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        const std::uint32_t allowed = lane + i < classes.size() ? allowance[classes[lane + i]] : 0;
        const std::uint64_t counter = (std::uint64_t{1} << planes) - allowed;
        low |= (counter & 0xff) << (8 * i);
        high |= (counter >> 8) << (8 * i);
      }
      low = TransposeBytes(low);
      high = TransposeBytes(high);
      for (std::size_t p = 0; p <= planes; ++p) {
        const std::uint64_t bits = (p < 8 ? low >> (8 * p) : high >> (8 * (p - 8))) & 0xff;
        start[p * words + lane / 64] |= bits << (lane % 64);
      }
    }
  }

  void Prefetch(std::uint32_t row) const {
    const auto words = column_.bits.row(row);
    for (std::size_t w = 0; w < std::min<std::size_t>(words.size(), 32); w += 8) {
      __builtin_prefetch(words.data() + w);
    }
  }

  std::uint32_t CountCommon(std::uint32_t a, std::uint32_t b) const {
    return kernel_.count_common(column_.bits.row(a).data(), column_.bits.row(b).data(),
                                column_.bits.stride_words());
  }

  bool AreSimilar(std::uint32_t a, std::uint32_t b, std::uint32_t common) const {
    const auto [left, right] = std::minmax(a, b);
    return common >= rule_.LeastCommon(column_.popcounts[left], column_.popcounts[right]);
  }

  // Groups what was found block by block by its query.
  static void FillBatch(const TileRun& run, std::size_t tree, const std::vector<Found>& found,
                        CandidateBatch* batch) {
    batch->Clear();
    std::array<std::uint32_t, kTreeQueries + 1> ends{};
    for (const Found& pair : found) ++ends[pair.query + 1];
    for (std::size_t query = 0; query < kTreeQueries; ++query) ends[query + 1] += ends[query];
    std::vector<std::uint32_t> rights(found.size());
    std::array<std::uint32_t, kTreeQueries> next{};
    std::copy(ends.begin(), ends.end() - 1, next.begin());
    for (const Found& pair : found) rights[next[pair.query]++] = pair.row;
    for (std::size_t query = 0; query < kTreeQueries; ++query) {
      if (ends[query] == ends[query + 1]) continue;
      batch->rights.insert(batch->rights.end(), rights.begin() + ends[query],
                           rights.begin() + ends[query + 1]);
      batch->EndGroup(run.queries->rows[tree * kTreeQueries + query]);
    }
  }

  std::size_t filter_;
  const FilterColumn& column_;
  SimilarityRule rule_;
  const SlicedKernel& kernel_;
  MissAllowance allowance_;
  mutable tbb::enumerable_thread_specific<Scratch> scratch_;
  std::map<SegmentKey, Segment> segments_;  // a segment never moves: runs point to it
  std::vector<TileRun> runs_;
  std::size_t tiles_ = 0;
  std::uint64_t visits_ = 0;
};

}  // namespace

std::unique_ptr<CandidatePlan> PlanExactJoin(const Population& population, std::size_t filter,
                                             const SimilarityRule& rule, const ExecContext& context,
                                             const SlicedKernel* kernel) {
  return std::make_unique<ExactJoinPlan>(population, filter, rule, context,
                                         kernel != nullptr ? *kernel : *SlicedKernels().back());
}

}  // namespace musubi::blocking
