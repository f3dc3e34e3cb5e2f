#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "blocking/candidates.h"

namespace musubi::blocking {
namespace {

// Pairs a tile visits, about: some milliseconds of comparing, so that threads end together, and
// few enough that a batch stays in cache.
constexpr std::uint64_t kTileVisits = 1 << 18;

// The records of one pass that share their token with another, block by block.
struct Pass {
  std::vector<std::uint32_t> rows;      // blocks in token order, rows ascending in each
  std::vector<std::uint32_t> starts;    // of each block in `rows`, and the end of the last
  std::uint64_t tokens = 0;             // records that have one, those alone in their block too
  std::vector<std::uint32_t> left_out;  // sizes of the blocks that are too large
  std::vector<bool> is_left_out;        // per row: in such a block; empty where there is none
};

// The left entries [begin, end) of a pass, each with the entries after it in its block. A tile may
// begin or end inside a block, so no block is too large to share out.
struct Tile {
  std::uint32_t pass;
  std::uint32_t begin;
  std::uint32_t end;
  std::uint64_t visits;
};

// Sorts the records of one pass by token. Tokens are keyed hashes, so their first bits spread them
// evenly over buckets, each of which is sorted in cache.
class PassMaker {
 public:
  PassMaker(std::span<const BlockToken> tokens, std::uint32_t max_records,
            const ExecContext& context)
      : tokens_(tokens), max_records_(max_records), context_(context) {}

  // Not whole once `context` was stopped.
  Pass Make() {
    FillBuckets();
    std::vector<Part> parts(kBuckets);
    tbb::parallel_for(std::size_t{0}, kBuckets, [&](std::size_t bucket) {
      if (!context_.stopped()) parts[bucket] = SortBucket(bucket);
    });
    entries_ = {};
    return Join(std::move(parts));
  }

 private:
  static constexpr std::size_t kBucketBits = 10;
  static constexpr std::size_t kBuckets = std::size_t{1} << kBucketBits;

  // The blocks of one bucket.
  struct Part {
    Pass pass;
    std::vector<std::uint32_t> rows_left_out;
  };

  struct Entry {
    std::uint64_t first_bytes;  // of the token; they order as its bytes do
    std::uint32_t row;
  };

  std::uint64_t FirstBytes(std::size_t row) const {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t number = 0;
    std::memcpy(&number, tokens_[row].bytes.data(), sizeof number);
    return __builtin_bswap64(number);
  }

  void FillBuckets() {
    starts_.assign(kBuckets + 1, 0);
    for (std::size_t row = 0; row < tokens_.size(); ++row) {
      if (!tokens_[row].is_none()) ++starts_[(FirstBytes(row) >> (64 - kBucketBits)) + 1];
    }
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      starts_[bucket + 1] += starts_[bucket];
    }
    entries_.resize(starts_.back());
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t row = 0; row < tokens_.size(); ++row) {
      if (tokens_[row].is_none()) continue;
      const std::uint64_t first_bytes = FirstBytes(row);
      entries_[next[first_bytes >> (64 - kBucketBits)]++] = {first_bytes,
                                                             static_cast<std::uint32_t>(row)};
    }
  }

  // Equal first bytes nearly always mean equal tokens, but not always.
  bool InOrder(const Entry& a, const Entry& b) const {
    if (a.first_bytes != b.first_bytes) return a.first_bytes < b.first_bytes;
    const int order =
        std::memcmp(tokens_[a.row].bytes.data(), tokens_[b.row].bytes.data(), BlockToken::kBytes);
    return order != 0 ? order < 0 : a.row < b.row;
  }

  bool SameToken(const Entry& a, const Entry& b) const {
    return a.first_bytes == b.first_bytes && tokens_[a.row] == tokens_[b.row];
  }

  Part SortBucket(std::size_t bucket) {
    const std::span entries =
        std::span(entries_).subspan(starts_[bucket], starts_[bucket + 1] - starts_[bucket]);
    std::ranges::sort(entries, [this](const Entry& a, const Entry& b) { return InOrder(a, b); });
    Part part;
    part.pass.tokens = entries.size();
    for (std::size_t begin = 0; begin < entries.size();) {
      std::size_t end = begin + 1;
      while (end < entries.size() && SameToken(entries[begin], entries[end])) ++end;
      if (end - begin > 1) AddBlock(entries.subspan(begin, end - begin), &part);
      begin = end;
    }
    return part;
  }

  void AddBlock(std::span<const Entry> block, Part* part) const {
    const bool is_left_out = max_records_ != 0 && block.size() > max_records_;
    Pass& pass = part->pass;
    if (is_left_out) {
      pass.left_out.push_back(static_cast<std::uint32_t>(block.size()));
    } else {
      pass.starts.push_back(static_cast<std::uint32_t>(pass.rows.size()));
    }
    std::vector<std::uint32_t>& rows = is_left_out ? part->rows_left_out : pass.rows;
    for (const Entry& entry : block) rows.push_back(entry.row);
  }

  Pass Join(std::vector<Part> parts) const {
    Pass pass;
    std::size_t rows = 0;
    std::size_t blocks = 0;
    for (const Part& part : parts) {
      rows += part.pass.rows.size();
      blocks += part.pass.starts.size();
    }
    pass.rows.reserve(rows);
    pass.starts.reserve(blocks + 1);
    for (Part& part : parts) {
      const auto before = static_cast<std::uint32_t>(pass.rows.size());
      for (const std::uint32_t start : part.pass.starts) pass.starts.push_back(before + start);
      pass.rows.insert(pass.rows.end(), part.pass.rows.begin(), part.pass.rows.end());
      pass.tokens += part.pass.tokens;
      LeaveOut(part, &pass);
      part = {};
    }
    pass.starts.push_back(static_cast<std::uint32_t>(pass.rows.size()));
    return pass;
  }

  void LeaveOut(const Part& part, Pass* pass) const {
    if (part.rows_left_out.empty()) return;
    pass->left_out.insert(pass->left_out.end(), part.pass.left_out.begin(),
                          part.pass.left_out.end());
    pass->is_left_out.resize(tokens_.size());
    for (const std::uint32_t row : part.rows_left_out) pass->is_left_out[row] = true;
  }

  std::span<const BlockToken> tokens_;
  std::uint32_t max_records_;  // of a block; 0: any
  const ExecContext& context_;
  std::vector<std::size_t> starts_;  // of each bucket in entries_
  std::vector<Entry> entries_;
};

class BlockPlan : public CandidatePlan {
 public:
  BlockPlan(const Population& population, std::span<const std::uint32_t> max_records,
            const ExecContext& context)
      : population_(population) {
    for (const auto& tokens : population.records.tokens) {
      const std::size_t number = passes_.size();
      const std::uint32_t most = number < max_records.size() ? max_records[number] : 0;
      passes_.push_back(PassMaker(tokens, most, context).Make());
      CutIntoTiles(static_cast<std::uint32_t>(number));
      context.Progress(passes_.size());
    }
    for (const Tile& tile : tiles_) visits_ += tile.visits;
  }

  const std::vector<BlockPassStats>& stats() const { return stats_; }

  std::size_t tiles() const override { return tiles_.size(); }
  std::uint64_t visits() const override { return visits_; }
  std::uint64_t tile_visits(std::size_t tile) const override { return tiles_[tile].visits; }

  void Emit(std::size_t index, CandidateBatch* batch) const override {
    batch->Clear();
    const Tile& tile = tiles_[index];
    const Pass& pass = passes_[tile.pass];
    auto end = std::ranges::upper_bound(pass.starts, tile.begin);  // of the present block
    for (std::uint32_t i = tile.begin; i < tile.end; ++i) {
      if (i == *end) ++end;
      const std::uint32_t left = pass.rows[i];
      for (std::uint32_t j = i + 1; j < *end; ++j) {
        const std::uint32_t right = pass.rows[j];
        if (population_.MayCompare(left, right) && !FoundBefore(tile.pass, left, right)) {
          batch->rights.push_back(right);
        }
      }
      batch->EndGroup(left);
    }
  }

  bool WouldHave(std::uint32_t row, const EncodingSet& strangers,
                 std::uint32_t stranger) const override {
    for (std::size_t pass = 0; pass < passes_.size(); ++pass) {
      const BlockToken& token = population_.records.tokens[pass][row];
      if (token.is_none() || token != strangers.tokens[pass][stranger]) continue;
      if (!IsLeftOut(pass, row)) return true;
    }
    return false;
  }

 private:
  void CutIntoTiles(std::uint32_t number) {
    const Pass& pass = passes_[number];
    BlockPassStats stats;
    stats.tokens = pass.tokens;
    stats.largest_block = pass.tokens > 0 ? 1 : 0;
    Tile tile{number, 0, 0, 0};
    for (std::size_t block = 0; block + 1 < pass.starts.size(); ++block) {
      const std::uint32_t end = pass.starts[block + 1];
      const std::uint64_t size = end - pass.starts[block];
      for (std::uint32_t i = pass.starts[block]; i < end; ++i) {
        tile.visits += end - i - 1;
        tile.end = i + 1;
        if (tile.visits < kTileVisits) continue;
        tiles_.push_back(tile);
        tile = {number, i + 1, i + 1, 0};
      }
      ++stats.blocks;
      stats.largest_block = std::max(stats.largest_block, size);
      stats.visits += size * (size - 1) / 2;
      if (size * (size - 1) / 2 > kTileVisits) ++stats.split_blocks;
    }
    if (tile.visits > 0) tiles_.push_back(tile);
    for (const std::uint64_t size : pass.left_out) {
      ++stats.blocks;
      ++stats.left_out_blocks;
      stats.left_out_visits += size * (size - 1) / 2;
      stats.largest_block = std::max(stats.largest_block, size);
    }
    stats_.push_back(stats);
  }

  // Whether an earlier pass emits this pair.
  bool FoundBefore(std::uint32_t pass, std::uint32_t left, std::uint32_t right) const {
    for (std::uint32_t earlier = 0; earlier < pass; ++earlier) {
      const auto& tokens = population_.records.tokens[earlier];
      if (tokens[left].is_none() || tokens[left] != tokens[right]) continue;
      if (!IsLeftOut(earlier, left)) return true;
    }
    return false;
  }

  bool IsLeftOut(std::size_t pass, std::uint32_t row) const {
    const std::vector<bool>& is_left_out = passes_[pass].is_left_out;
    return !is_left_out.empty() && is_left_out[row];
  }

  const Population& population_;
  std::vector<Pass> passes_;
  std::vector<BlockPassStats> stats_;
  std::vector<Tile> tiles_;
  std::uint64_t visits_ = 0;
};

}  // namespace

std::unique_ptr<CandidatePlan> PlanBlocks(const Population& population,
                                          std::vector<BlockPassStats>* stats,
                                          const ExecContext& context,
                                          std::span<const std::uint32_t> max_records) {
  auto plan = std::make_unique<BlockPlan>(population, max_records, context);
  *stats = plan->stats();
  return plan;
}

}  // namespace musubi::blocking
