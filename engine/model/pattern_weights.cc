#include "engine/model/pattern_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/check.h"
#include "engine/model/logarithm.h"

namespace musubi::engine {
namespace {

Weight Rounded(double bits) { return static_cast<Weight>(std::lround(bits * kBit)); }

}  // namespace

Weight WeightOf(const PairModel& model, Pattern pattern) {
  // Beyond these chances pairs differ in nothing that matters: 10^-280 is 930 bits away.
  constexpr double kLeast = 1e-280;
  const double match = std::max(model.MatchPart(pattern), kLeast);
  const double null = std::max(model.NullPart(pattern), kLeast);
  return Rounded(Log2(match) - Log2(null));
}

Weight WeightOfChance(const Threshold& least) {
  MUSUBI_CHECK(least.numerator > 0 && least.numerator < least.denominator);
  return Rounded(Log2(least.numerator) - Log2(least.denominator - least.numerator));
}

PatternWeights::PatternWeights(const PairModel& model, bool rarity,
                               const std::vector<PatternCount>& counts)
    : model_(model), rarity_(rarity), slots_(std::bit_ceil(2 * counts.size() + 2)) {
  for (const PatternCount& count : counts) {
    const Pattern pattern = rarity ? count.pattern : WithoutRarity(count.pattern);
    std::size_t at = HashOf(pattern) & (slots_.size() - 1);
    while (slots_[at].used && slots_[at].pattern != pattern) at = (at + 1) & (slots_.size() - 1);
    if (!slots_[at].used) slots_[at] = {pattern, WeightOf(model, pattern), true};
  }
}

Weight PatternWeights::OfUncounted(Pattern pattern) const {
  constexpr Weight kNever = -1000 * kBit;
  const Mixture& mixture = model_.mixture;
  if (mixture.classes.empty()) return kNever;
  for (std::size_t place = 0; place < mixture.places(); ++place) {
    const unsigned level = LevelAt(pattern, place);
    double known = 0;
    for (std::size_t c = 0; c < mixture.classes.size(); ++c) {
      known += mixture.shape(c, place).chances[level];
    }
    if (known <= 0) pattern &= ~AtPlace(kPatternLevels - 1, place);
  }
  return WeightOf(model_, pattern);
}

}  // namespace musubi::engine
