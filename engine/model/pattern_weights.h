// The weight of each pattern: an integer, so that no decision depends on floating point.
// Sees no record.
#pragma once

#include <cstdint>
#include <vector>

#include "core/threshold.h"
#include "engine/model/match_model.h"
#include "engine/model/pattern_counts.h"

namespace musubi::engine {

// Thousandths of a bit: 1,000 means that a pair is twice as likely one person's than two.
using Weight = std::int32_t;
inline constexpr Weight kBit = 1000;

// log2(chance of one person / chance of two), of a pair with this pattern.
Weight WeightOf(const PairModel& model, Pattern pattern);

// The weight at which a pair is one person's with the chance `least`: log2(p / (1 - p)).
//
// Requires: 0 < least < 1.
Weight WeightOfChance(const Threshold& least);

// Weights of patterns, those that were counted found in some nanoseconds.
//
// Threads: safe.
class PatternWeights {
 public:
  // `counts` are of the patterns that are to be found fast. Without `rarity`, equal values count
  // the same however rare they are.
  PatternWeights(const PairModel& model, bool rarity, const std::vector<PatternCount>& counts);

  bool rarity() const { return rarity_; }

  // A level that the model knows nothing of, as one that a sample lacked, is no evidence. By a
  // model without classes every pair is two persons'.
  Weight Of(Pattern pattern) const {
    if (!rarity_) pattern = WithoutRarity(pattern);
    std::size_t at = HashOf(pattern) & (slots_.size() - 1);
    while (slots_[at].used) {
      if (slots_[at].pattern == pattern) return slots_[at].weight;
      at = (at + 1) & (slots_.size() - 1);
    }
    return OfUncounted(pattern);
  }

 private:
  struct Slot {
    Pattern pattern = 0;
    Weight weight = 0;
    bool used = false;
  };

  Weight OfUncounted(Pattern pattern) const;

  PairModel model_;
  bool rarity_;
  std::vector<Slot> slots_;  // open addressing; a power of two, at least half of it free
};

}  // namespace musubi::engine
