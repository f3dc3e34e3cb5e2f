// Which pairs of records are worth comparing. Sees keyed tokens and holders, nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "core/pairs.h"
#include "core/population.h"

namespace musubi::blocking {

// The work of finding candidates, cut into tiles of about equal cost, so that threads can take
// tiles in any order while results are put together in the tiles' order.
//
// Threads: Emit is safe from any number of threads, each with its own batch.
class CandidatePlan {
 public:
  virtual ~CandidatePlan() = default;

  virtual std::size_t tiles() const = 0;

  // The number of pairs that the tiles visit, before duplicates and pairs that may not be are left
  // out: what progress counts.
  virtual std::uint64_t visits() const = 0;
  virtual std::uint64_t tile_visits(std::size_t tile) const = 0;

  // Replaces `*batch` by the candidates of a tile. Over all tiles, each pair of the plan comes
  // exactly once.
  virtual void Emit(std::size_t tile, CandidateBatch* batch) const = 0;

  // Whether the pair of row `row` and of a stranger, row `stranger` of `strangers`, would be of the
  // plan if the stranger came with another holder. What is in the plan stays as it is: blocks do
  // not grow by it.
  //
  // Requires: `strangers` has the shape of the population's records, popcounts set.
  virtual bool WouldHave(std::uint32_t row, const EncodingSet& strangers,
                         std::uint32_t stranger) const = 0;
};

// What a plan over block tokens looks like: for the operator, who must know of huge blocks. Blocks
// that are left out count too, but for `visits` and `split_blocks`.
struct BlockPassStats {
  std::uint64_t tokens = 0;           // records that have a token in this pass
  std::uint64_t blocks = 0;           // tokens shared by two records or more
  std::uint64_t largest_block = 0;    // records
  std::uint64_t visits = 0;           // pairs inside blocks that are not left out
  std::uint64_t split_blocks = 0;     // of more pairs than a tile, so spread over several
  std::uint64_t left_out_blocks = 0;  // of more records than the pass may have in one
  std::uint64_t left_out_visits = 0;  // pairs inside those
};

// Every pair that is worth comparing (Population::MayCompare), which is exact, and quadratic.
//
// `population` is borrowed and must outlive the plan.
std::unique_ptr<CandidatePlan> PlanAllPairs(const Population& population);

// The same of a sample of the rows, so that about `most_pairs` pairs come: of every few thousand
// rows one thousand. Rows that come in random order within a holder, as records do, make a random
// sample.
std::unique_ptr<CandidatePlan> PlanSampledPairs(const Population& population,
                                                std::uint64_t most_pairs);

// The number of pairs that may be linked (Population::MayPair), without making them: what
// PlanAllPairs emits, but for a population that is learnt from.
std::uint64_t CountAllPairs(const Population& population);

// Every pair that is worth comparing and shares a block token. A pair that several passes find is
// emitted by the first of them. Pairs of large blocks are spread over tiles. A block of more than
// max_records[pass] records is left out of its pass, where there is such a number and it is not 0.
// `*stats`, one entry a pass, tells of all this.
//
// `population` is borrowed and must outlive the plan. Sorts tokens in parallel, and tells `context`
// how many passes it has sorted; what it makes is of no use once that was stopped.
// Memory: up to 7 bytes a record and pass; 24 bytes a record while a pass is sorted.
std::unique_ptr<CandidatePlan> PlanBlocks(const Population& population,
                                          std::vector<BlockPassStats>* stats,
                                          const ExecContext& context = {},
                                          std::span<const std::uint32_t> max_records = {});

}  // namespace musubi::blocking
