#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "blocking/lsh.h"
#include "blocking/lsh_positions.h"
#include "blocking/lsh_recall.h"
#include "blocking/lsh_rows.h"
#include "blocking/lsh_tables.h"
#include "blocking/lsh_tiles.h"
#include "blocking/lsh_verify.h"
#include "blocking/strangers.h"

namespace musubi::blocking {
namespace {

using Keys = std::vector<std::vector<std::uint32_t>>;  // per table: bits of a head

using HeadMask = std::array<std::uint64_t, FilterHead::kWords>;

// Indexes of a tile's lefts and rights: not ruled out by their heads, nor found by an earlier
// table.
struct PossiblePair {
  std::uint32_t left;
  std::uint32_t right;
};

// What a thread works with.
struct Scratch {
  FilterHeads lefts;   // of the tile's entries
  FilterHeads rights;  // likewise
  std::vector<RecordRun> left_runs;
  std::vector<RecordRun> right_runs;
  std::vector<std::uint32_t> kept;
  std::vector<PossiblePair> possible;
};

class LshPlan : public CandidatePlan {
 public:
  LshPlan(const Population& population, std::size_t filter, const SimilarityRule& rule,
          const PositionPool& pool, Keys keys, std::uint64_t table_bytes,
          const ExecContext& context, LshStats* stats)
      : population_(population),
        filter_(filter),
        column_(population.records.filters[filter]),
        rule_(rule),
        ranked_(pool.ranked),
        rows_(population, column_, ranked_),
        verifier_(column_, rule),
        maker_(population, rows_, std::move(keys)) {
    MakeMasks();
    MakeTables(table_bytes, context, stats);
    for (const LshTile& tile : tiles_) visits_ += tile.visits;
    stats->records = rows_.size();
    stats->visits = visits_;
  }

  std::size_t tiles() const override { return tiles_.size(); }
  std::uint64_t visits() const override { return visits_; }
  std::uint64_t tile_visits(std::size_t tile) const override { return tiles_[tile].visits; }

  void Emit(std::size_t index, CandidateBatch* batch) const override;
  bool WouldHave(std::uint32_t row, const EncodingSet& strangers,
                 std::uint32_t stranger) const override;

 private:
  void MakeMasks();
  void MakeTables(std::uint64_t table_bytes, const ExecContext& context, LshStats* stats);
  void Gather(const LshTable& table, std::uint32_t begin, std::uint32_t end,
              FilterHeads* heads) const;
  void CompareBuckets(const LshTile& tile, const LshTable& table, Scratch* scratch) const;
  void CompareRuns(const LshTile& tile, Scratch* scratch) const;
  void CompareOne(const LshTile& tile, std::uint32_t left, std::uint32_t begin, std::uint32_t end,
                  Scratch* scratch) const;
  void EmitSimilar(const LshTile& tile, const Scratch& scratch, CandidateBatch* batch) const;
  void Prefetch(const FilterHead& head) const;
  bool FoundBefore(std::uint32_t table, const FilterHead& left, const FilterHead& right) const;

  const Population& population_;
  std::size_t filter_;
  const FilterColumn& column_;
  SimilarityRule rule_;
  std::vector<std::uint32_t> ranked_;  // the filter's positions; bits of a head are the first
  HashedRows rows_;
  FilterVerifier verifier_;
  TableMaker maker_;
  std::vector<HeadMask> masks_;  // per table: the bits of its key
  std::vector<LshTile> tiles_;
  std::uint64_t visits_ = 0;
  std::unique_ptr<TableStore> store_;
  mutable tbb::enumerable_thread_specific<Scratch> scratch_;
};

void LshPlan::MakeMasks() {
  masks_.resize(maker_.tables());
  for (std::size_t table = 0; table < maker_.tables(); ++table) {
    for (const std::uint32_t bit : maker_.key(table)) {
      masks_[table][bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
}

// Makes and cuts the tables in groups that memory suffices for, and keeps them if one group is all.
void LshPlan::MakeTables(std::uint64_t table_bytes, const ExecContext& context, LshStats* stats) {
  const std::uint64_t bytes_a_table = std::max<std::uint64_t>(rows_.size() * 4, 1);
  const std::size_t group = std::max<std::size_t>(table_bytes / bytes_a_table, 1);
  const std::size_t tables = maker_.tables();
  stats->rebuilds_tables = group < tables;
  for (std::size_t begin = 0; begin < tables; begin += group) {
    const std::size_t end = std::min(begin + group, tables);
    std::vector<LshTable> made = maker_.Make(begin, end, context);
    if (context.stopped()) return;
    std::vector<CutTable> cuts(made.size());
    tbb::parallel_for(begin, end, [&](std::size_t table) {
      cuts[table - begin] =
          CutIntoTiles(population_, rows_, made[table - begin], static_cast<std::uint32_t>(table));
    });
    for (const CutTable& cut : cuts) {
      tiles_.insert(tiles_.end(), cut.tiles.begin(), cut.tiles.end());
      stats->buckets += cut.buckets;
      stats->largest_bucket = std::max(stats->largest_bucket, cut.largest_bucket);
      stats->split_buckets += cut.split_buckets;
    }
    if (!stats->rebuilds_tables) store_ = std::make_unique<TableStore>(std::move(made));
  }
  maker_.FreeScratch();
  if (store_ == nullptr) store_ = std::make_unique<TableStore>(maker_, group);
}

void LshPlan::Emit(std::size_t index, CandidateBatch* batch) const {
  batch->Clear();
  const LshTile& tile = tiles_[index];
  const auto table = store_->Get(tile.table);
  Scratch& scratch = scratch_.local();
  scratch.possible.clear();
  scratch.kept.resize(tile.right_end - tile.right_begin);
  Gather(*table, tile.left_begin, tile.left_end, &scratch.lefts);
  if (tile.is_square()) {
    CompareBuckets(tile, *table, &scratch);
  } else {
    Gather(*table, tile.right_begin, tile.right_end, &scratch.rights);
    FindRuns(rows_, *table, tile.left_begin, tile.left_end, &scratch.left_runs);
    FindRuns(rows_, *table, tile.right_begin, tile.right_end, &scratch.right_runs);
    CompareRuns(tile, &scratch);
  }
  EmitSimilar(tile, scratch, batch);
}

bool LshPlan::WouldHave(std::uint32_t row, const EncodingSet& strangers,
                        std::uint32_t stranger) const {
  const FilterColumn& other = strangers.filters[filter_];
  if (!IsSimilarStranger(column_, row, other, stranger, rule_)) return false;
  const auto agree = [&](std::uint32_t bit) {
    return column_.bits.Get(row, ranked_[bit]) == other.bits.Get(stranger, ranked_[bit]);
  };
  for (std::size_t table = 0; table < maker_.tables(); ++table) {
    if (std::ranges::all_of(maker_.key(table), agree)) return true;
  }
  return false;
}

// Copies heads into key order. They lie anywhere in memory: each is asked for some time before.
void LshPlan::Gather(const LshTable& table, std::uint32_t begin, std::uint32_t end,
                     FilterHeads* heads) const {
  constexpr std::uint32_t kAhead = 24;
  if (heads->size() < end - begin) heads->resize(end - begin);
  for (std::uint32_t i = begin; i < end; ++i) {
    const FilterHead& later = rows_.heads[table.slot(std::min(i + kAhead, end - 1))];
    __builtin_prefetch(&later);
    __builtin_prefetch(&later.words[FilterHead::kFirstWords]);
    (*heads)[i - begin] = rows_.heads[table.slot(i)];
  }
}

void LshPlan::CompareBuckets(const LshTile& tile, const LshTable& table, Scratch* scratch) const {
  std::uint32_t begin = tile.left_begin;
  for (std::uint32_t i = begin; i < tile.left_end; ++i) {
    if (!table.ends_bucket(i) && i + 1 < tile.left_end) continue;
    FindRuns(rows_, table, begin, i + 1, &scratch->left_runs);
    CompareRuns(tile, scratch);
    begin = i + 1;
  }
}

// Compares the left runs with the right ones, or among themselves where the tile is square. Rights
// are never before lefts, so where lefts are settled, all rights are, and nothing may pair.
void LshPlan::CompareRuns(const LshTile& tile, Scratch* scratch) const {
  const bool same = tile.is_square();
  const std::vector<RecordRun>& right_runs = same ? scratch->left_runs : scratch->right_runs;
  for (std::size_t l = 0; l < scratch->left_runs.size(); ++l) {
    const RecordRun& left_run = scratch->left_runs[l];
    if (left_run.settled) return;
    for (std::size_t r = same ? l : 0; r < right_runs.size(); ++r) {
      const RecordRun& right_run = right_runs[r];
      if (!MayCompare(population_, left_run, right_run)) continue;
      for (std::uint32_t left = left_run.begin; left < left_run.end; ++left) {
        const std::uint32_t right = same && r == l ? left + 1 : right_run.begin;
        CompareOne(tile, left - tile.left_begin, right - tile.right_begin,
                   right_run.end - tile.right_begin, scratch);
      }
    }
  }
}

// Compares a left with the rights from `begin` to `end`-1, all counted from those of the tile.
void LshPlan::CompareOne(const LshTile& tile, std::uint32_t left, std::uint32_t begin,
                         std::uint32_t end, Scratch* scratch) const {
  const FilterHead& head = scratch->lefts[left];
  const FilterHead* rights = tile.is_square() ? scratch->lefts.data() : scratch->rights.data();
  const std::size_t kept = verifier_.KeepPossible(head, rights, begin, end, scratch->kept.data());
  for (std::size_t i = 0; i < kept; ++i) {
    const std::uint32_t right = scratch->kept[i];
    if (!FoundBefore(tile.table, head, rights[right])) scratch->possible.push_back({left, right});
  }
}

// Reads the whole filters of the pairs that are left, which lie anywhere in memory: each is asked
// for some time before.
void LshPlan::EmitSimilar(const LshTile& tile, const Scratch& scratch,
                          CandidateBatch* batch) const {
  constexpr std::size_t kAhead = 12;
  const FilterHead* lefts = scratch.lefts.data();
  const FilterHead* rights = tile.is_square() ? lefts : scratch.rights.data();
  const std::vector<PossiblePair>& pairs = scratch.possible;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i + kAhead < pairs.size()) {
      Prefetch(lefts[pairs[i + kAhead].left]);
      Prefetch(rights[pairs[i + kAhead].right]);
    }
    const FilterHead& left = lefts[pairs[i].left];
    const FilterHead& right = rights[pairs[i].right];
    if (verifier_.AreSimilar(left, right)) batch->rights.push_back(right.row);
    if (i + 1 == pairs.size() || pairs[i + 1].left != pairs[i].left) batch->EndGroup(left.row);
  }
}

void LshPlan::Prefetch(const FilterHead& head) const {
  constexpr std::size_t kMostWords = 32;  // what the processor fetches of its own is no better
  const auto words = column_.bits.row(head.row);
  for (std::size_t w = 0; w < std::min(words.size(), kMostWords); w += 8) {
    __builtin_prefetch(words.data() + w);
  }
}

// Whether two records have an equal key in an earlier table, which then emits them.
bool LshPlan::FoundBefore(std::uint32_t table, const FilterHead& left,
                          const FilterHead& right) const {
  HeadMask differing;
  for (std::size_t w = 0; w < differing.size(); ++w) differing[w] = left.words[w] ^ right.words[w];
  for (std::uint32_t earlier = 0; earlier < table; ++earlier) {
    const HeadMask& mask = masks_[earlier];
    std::size_t w = 0;
    while (w < mask.size() && (differing[w] & mask[w]) == 0) ++w;
    if (w == mask.size()) return true;
  }
  return false;
}

Status CheckParameters(const LshParameters& parameters) {
  if (parameters.bits_per_key >= 1 && parameters.bits_per_key <= LshParameters::kMaxBitsPerKey &&
      parameters.tables >= 1 && parameters.tables <= LshParameters::kMaxTables) {
    return {};
  }
  return Error{ErrorCode::kUsage,
               "filters are hashed with 1 to " + std::to_string(LshParameters::kMaxBitsPerKey) +
                   " bits a key and 1 to " + std::to_string(LshParameters::kMaxTables) + " tables"};
}

}  // namespace

Result<std::unique_ptr<CandidatePlan>> PlanLsh(const Population& population, std::size_t filter,
                                               const SimilarityRule& rule,
                                               const LshParameters& parameters, LshStats* stats,
                                               const ExecContext& context,
                                               std::uint64_t table_bytes) {
  MUSUBI_CHECK(filter < population.records.filters.size() &&
               population.rows() < LshTable::kEndsBucket);
  MUSUBI_RETURN_IF_ERROR(CheckParameters(parameters));
  const FilterColumn& column = population.records.filters[filter];
  *stats = {};
  stats->parameters = parameters;
  const LshSample sample(column);
  Keys keys;
  if (sample.rows.size() >= 2) {
    MUSUBI_RETURN_IF_ERROR(sample.CheckPositions(parameters.bits_per_key));
    const RecallModel model(column, sample.rows, sample.pool, rule);
    PlanRecall recall(model);
    for (std::uint32_t table = 0; table < parameters.tables; ++table) {
      keys.push_back(DrawKey(sample.pool, parameters.seed, table, parameters.bits_per_key));
      recall.AddTable(keys.back());
    }
    stats->usable_positions = static_cast<std::uint32_t>(sample.pool.size());
    stats->expected_recall_millionths = recall.millionths();
  }
  return std::unique_ptr<CandidatePlan>(std::make_unique<LshPlan>(
      population, filter, rule, sample.pool, std::move(keys), table_bytes, context, stats));
}

}  // namespace musubi::blocking
