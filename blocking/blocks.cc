#include <tbb/parallel_sort.h>

#include <algorithm>

#include "blocking/candidates.h"

namespace musubi::blocking {
namespace {

// Pairs a tile visits, about: some milliseconds of comparing, so that threads end together, and
// few enough that a batch stays in cache.
constexpr std::uint64_t kTileVisits = 1 << 18;

struct Entry {
  BlockToken token;
  std::uint32_t row;

  auto operator<=>(const Entry&) const = default;
};

// The records of one pass in token order. Entries with equal tokens are a block.
struct Pass {
  std::vector<Entry> entries;
  std::vector<std::uint32_t> block_end;  // per entry: one past the last entry of its block
};

// The left entries [begin, end) of a pass, each with the entries after it in its block. A tile may
// begin or end inside a block, so no block is too large to share out.
struct Tile {
  std::uint32_t pass;
  std::uint32_t begin;
  std::uint32_t end;
  std::uint64_t visits;
};

Pass SortedPass(std::span<const BlockToken> tokens) {
  Pass pass;
  for (std::uint32_t row = 0; row < tokens.size(); ++row) {
    if (!tokens[row].is_none()) pass.entries.push_back({tokens[row], row});
  }
  tbb::parallel_sort(pass.entries.begin(), pass.entries.end());
  pass.block_end.resize(pass.entries.size());
  for (std::size_t i = pass.entries.size(); i-- > 0;) {
    const bool same =
        i + 1 < pass.entries.size() && pass.entries[i].token == pass.entries[i + 1].token;
    pass.block_end[i] = same ? pass.block_end[i + 1] : static_cast<std::uint32_t>(i + 1);
  }
  return pass;
}

BlockPassStats StatsOf(const Pass& pass) {
  BlockPassStats stats;
  stats.tokens = pass.entries.size();
  for (std::size_t i = 0; i < pass.entries.size(); i = pass.block_end[i]) {
    const std::uint64_t size = pass.block_end[i] - i;
    stats.blocks += size > 1 ? 1 : 0;
    stats.largest_block = std::max(stats.largest_block, size);
    stats.visits += size * (size - 1) / 2;
  }
  return stats;
}

class BlockPlan : public CandidatePlan {
 public:
  explicit BlockPlan(const Population& population) : population_(population) {
    for (const auto& tokens : population.records.tokens) passes_.push_back(SortedPass(tokens));
    for (std::uint32_t pass = 0; pass < passes_.size(); ++pass) CutIntoTiles(pass);
    for (const Tile& tile : tiles_) visits_ += tile.visits;
  }

  std::vector<BlockPassStats> Stats() const {
    std::vector<BlockPassStats> stats;
    for (const Pass& pass : passes_) stats.push_back(StatsOf(pass));
    return stats;
  }

  std::size_t tiles() const override { return tiles_.size(); }
  std::uint64_t visits() const override { return visits_; }
  std::uint64_t tile_visits(std::size_t tile) const override { return tiles_[tile].visits; }

  void Emit(std::size_t index, CandidateBatch* batch) const override {
    batch->Clear();
    const Tile& tile = tiles_[index];
    const Pass& pass = passes_[tile.pass];
    for (std::uint32_t i = tile.begin; i < tile.end; ++i) {
      const std::uint32_t left = pass.entries[i].row;
      for (std::uint32_t j = i + 1; j < pass.block_end[i]; ++j) {
        const std::uint32_t right = pass.entries[j].row;
        if (population_.MayPair(left, right) && !FoundBefore(tile.pass, left, right)) {
          batch->rights.push_back(right);
        }
      }
      batch->EndGroup(left);
    }
  }

 private:
  void CutIntoTiles(std::uint32_t pass) {
    const Pass& entries = passes_[pass];
    Tile tile{pass, 0, 0, 0};
    for (std::uint32_t i = 0; i < entries.entries.size(); ++i) {
      tile.visits += entries.block_end[i] - i - 1;
      tile.end = i + 1;
      if (tile.visits >= kTileVisits) {
        tiles_.push_back(tile);
        tile = {pass, i + 1, i + 1, 0};
      }
    }
    if (tile.visits > 0) tiles_.push_back(tile);
  }

  // Whether an earlier pass emits this pair.
  bool FoundBefore(std::uint32_t pass, std::uint32_t left, std::uint32_t right) const {
    for (std::uint32_t earlier = 0; earlier < pass; ++earlier) {
      const auto& tokens = population_.records.tokens[earlier];
      if (!tokens[left].is_none() && tokens[left] == tokens[right]) return true;
    }
    return false;
  }

  const Population& population_;
  std::vector<Pass> passes_;
  std::vector<Tile> tiles_;
  std::uint64_t visits_ = 0;
};

}  // namespace

std::unique_ptr<CandidatePlan> PlanBlocks(const Population& population,
                                          std::vector<BlockPassStats>* stats) {
  auto plan = std::make_unique<BlockPlan>(population);
  *stats = plan->Stats();
  return plan;
}

}  // namespace musubi::blocking
