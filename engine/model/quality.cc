#include "engine/model/quality.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace musubi::engine {
namespace {

// Ends of the 95 % interval of a Poisson mean of which `count` events were seen.
constexpr double kNormalQuantile = 1.959963984540054;

double PoissonLow(std::uint64_t count) {
  if (count == 0) return 0;
  const auto n = static_cast<double>(count);
  const double root = 1 - 1 / (9 * n) - kNormalQuantile / (3 * std::sqrt(n));
  return n * root * root * root;
}

double PoissonHigh(std::uint64_t count) {
  const auto n = static_cast<double>(count + 1);
  const double root = 1 - 1 / (9 * n) + kNormalQuantile / (3 * std::sqrt(n));
  return n * root * root * root;
}

}  // namespace

std::uint32_t Millionths(double share) {
  return static_cast<std::uint32_t>(std::lround(std::clamp(share, 0.0, 1.0) * 1'000'000));
}

Selection SelectionOf(const PairModel& model, const PatternWeights& weights, Weight threshold,
                      const std::vector<PatternCount>& counts) {
  Selection selection;
  for (const PatternCount& count : counts) {
    const std::uint64_t candidates = count.of(PairKind::kCandidate);
    selection.candidates += candidates;
    selection.held_out += count.of(PairKind::kHeldOut);
    if (weights.Of(count.pattern) < threshold) continue;
    selection.selected += candidates;
    selection.hits += count.of(PairKind::kHeldOut);
    const Pattern pattern = weights.rarity() ? count.pattern : WithoutRarity(count.pattern);
    selection.expected_selected += static_cast<double>(candidates) * MatchChance(model, pattern);
  }
  selection.expected_matches = model.match_share() * static_cast<double>(selection.candidates);
  return selection;
}

Estimate ShareOf(std::uint64_t found, std::uint64_t all) {
  MUSUBI_CHECK(all > 0 && found <= all);
  const auto n = static_cast<double>(all);
  const double share = static_cast<double>(found) / n;
  const double squared = kNormalQuantile * kNormalQuantile / n;
  const double middle = (share + squared / 2) / (1 + squared);
  const double reach =
      kNormalQuantile * std::sqrt(share * (1 - share) / n + squared / (4 * n)) / (1 + squared);
  return {Millionths(share), Millionths(middle - reach), Millionths(middle + reach)};
}

Estimate ControlPrecision(std::uint64_t selected, std::uint64_t candidates, std::uint64_t hits,
                          std::uint64_t held_out) {
  MUSUBI_CHECK(held_out > 0);
  if (selected == 0) return {1'000'000, 0, 1'000'000};
  const double scale = static_cast<double>(candidates) / static_cast<double>(held_out) /
                       static_cast<double>(selected);
  return {Millionths(1 - static_cast<double>(hits) * scale),
          Millionths(1 - PoissonHigh(hits) * scale), Millionths(1 - PoissonLow(hits) * scale)};
}

bool RarityPays(const Selection& rare, const Selection& plain) {
  constexpr double kPlainlyMore = 1.005;
  const auto found = [](const Selection& selection) {
    const Estimate precision = ControlPrecision(selection.selected, selection.candidates,
                                                selection.hits, selection.held_out);
    return static_cast<double>(selection.selected) * precision.value;
  };
  return found(plain) <= kPlainlyMore * found(rare);
}

std::uint32_t ModelPrecision(const Selection& selection) {
  if (selection.selected == 0) return 1'000'000;
  return Millionths(selection.expected_selected / static_cast<double>(selection.selected));
}

std::uint32_t ModelRecall(const Selection& selection) {
  if (selection.expected_matches <= 0) return 1'000'000;
  return Millionths(selection.expected_selected / selection.expected_matches);
}

bool Contradicts(const Estimate& control, std::uint32_t model_precision) {
  constexpr std::uint32_t kFivePoints = 50'000;
  return model_precision > control.high + kFivePoints ||
         control.low > model_precision + kFivePoints;
}

}  // namespace musubi::engine
