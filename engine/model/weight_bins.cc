#include "engine/model/weight_bins.h"

#include <algorithm>
#include <map>

namespace musubi::engine {
namespace {

// Rounded down, below zero too.
std::int32_t WholeBits(Weight weight) {
  return weight >= 0 ? weight / kBit : -((kBit - 1 - weight) / kBit);
}

}  // namespace

std::vector<WeightBin> BinsOf(const PairModel& model, const PatternWeights& weights,
                              const std::vector<PatternCount>& counts) {
  std::map<std::int32_t, WeightBin> bins;
  for (const PatternCount& count : counts) {
    const std::uint64_t candidates = count.of(PairKind::kCandidate);
    const std::uint64_t held_out = count.of(PairKind::kHeldOut);
    if (candidates == 0 && held_out == 0) continue;
    const std::int32_t bits = WholeBits(weights.Of(count.pattern));
    WeightBin& bin = bins[bits];
    bin.bits = bits;
    bin.candidates += candidates;
    bin.held_out += held_out;
    const Pattern pattern = weights.rarity() ? count.pattern : WithoutRarity(count.pattern);
    bin.expected_matches += static_cast<double>(candidates) * MatchChance(model, pattern);
  }
  std::vector<WeightBin> ascending;
  for (const auto& [bits, bin] : bins) ascending.push_back(bin);
  return ascending;
}

std::vector<ThresholdPoint> ThresholdCurve(const std::vector<WeightBin>& bins,
                                           const Selection& whole) {
  std::vector<ThresholdPoint> points;
  Selection selection;
  selection.candidates = whole.candidates;
  selection.held_out = whole.held_out;
  selection.expected_matches = whole.expected_matches;
  for (auto bin = bins.rbegin(); bin != bins.rend(); ++bin) {
    selection.selected += bin->candidates;
    selection.hits += bin->held_out;
    selection.expected_selected += bin->expected_matches;
    points.push_back({bin->bits, selection});
  }
  std::ranges::reverse(points);
  return points;
}

}  // namespace musubi::engine
