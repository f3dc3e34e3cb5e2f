#include "engine/model/mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.h"
#include "engine/model/logarithm.h"

namespace musubi::engine {
namespace {

// Below this no product of chances goes, so that logarithms and divisions stay finite: sixteen
// chances of 10^-15 are above it.
constexpr double kLeastChance = 1e-290;

// Pairs of each class in each level: what a step of EM counts.
struct Tally {
  explicit Tally(const Mixture& mixture) : classes(mixture.classes.size()) {
    for (const auto& shapes : mixture.shapes) levels.emplace_back(shapes.size());
  }
  std::vector<double> classes;
  std::vector<std::vector<LevelTable>> levels;  // by place and shape
};

// Shares out the pairs of one pattern among the classes. Returns the pattern's chance.
double ShareOut(const Mixture& mixture, Pattern pattern, double pairs, std::vector<double>* parts,
                Tally* tally) {
  double chance = 0;
  for (std::size_t c = 0; c < mixture.classes.size(); ++c) {
    (*parts)[c] = mixture.PartOf(c, pattern);
    chance += (*parts)[c];
  }
  chance = std::max(chance, kLeastChance);
  for (std::size_t c = 0; c < mixture.classes.size(); ++c) {
    const double mine = pairs * ((*parts)[c] / chance);
    tally->classes[c] += mine;
    for (std::size_t place = 0; place < mixture.places(); ++place) {
      const std::size_t shape = mixture.classes[c].shapes[place];
      tally->levels[place][shape][LevelAt(pattern, place)] += mine;
    }
  }
  return chance;
}

void Maximise(const Tally& tally, double total, Mixture* mixture) {
  // No class dies out for good: it could not come back where later steps would want it.
  constexpr double kLeastShare = 1e-12;
  for (std::size_t c = 0; c < mixture->classes.size(); ++c) {
    mixture->classes[c].share = std::max(tally.classes[c] / total, kLeastShare);
  }
  for (std::size_t place = 0; place < mixture->places(); ++place) {
    for (std::size_t s = 0; s < mixture->shapes[place].size(); ++s) {
      Shape& shape = mixture->shapes[place][s];
      if (shape.learns) Learn(tally.levels[place][s], mixture->values[place], &shape);
    }
  }
}

}  // namespace

double Mixture::ChanceOf(std::size_t c, Pattern pattern) const {
  double chance = 1;
  for (std::size_t place = 0; place < places(); ++place) {
    chance *= shape(c, place).chances[LevelAt(pattern, place)];
  }
  return chance;
}

std::size_t Mixture::AddShape(std::size_t place, const Shape& shape) {
  shapes[place].push_back(shape);
  return shapes[place].size() - 1;
}

PatternTable TableOf(const std::vector<PatternCount>& counts, PairKind kind) {
  PatternTable table;
  for (const PatternCount& count : counts) {
    if (count.of(kind) == 0) continue;
    table.patterns.push_back(count.pattern);
    table.pairs.push_back(static_cast<double>(count.of(kind)));
    table.total += table.pairs.back();
  }
  return table;
}

void Learn(LevelTable pairs, const LevelTable& values, Shape* shape) {
  pairs[kMissing] = 0;
  if (shape->follows_values) {
    const double equal = std::accumulate(pairs.begin() + kEqual, pairs.end(), 0.0);
    for (unsigned level = kEqual; level < kPatternLevels; ++level) {
      pairs[level] = equal * values[level];
    }
  }
  double total = 0;
  for (unsigned level = 0; level < kPatternLevels; ++level) {
    pairs[level] += shape->prior[level];
    total += pairs[level];
  }
  if (total <= 0) return;  // nothing is known of this comparison, and no pattern asks
  for (unsigned level = 1; level < kPatternLevels; ++level) {
    shape->chances[level] = pairs[level] / total;
  }
  shape->chances[kMissing] = 1;
}

double FitMixture(const PatternTable& table, int most_steps, Mixture* mixture) {
  MUSUBI_CHECK(!table.patterns.empty());
  std::vector<double> parts(mixture->classes.size());
  double before = 0;
  for (int step = 0;; ++step) {
    Tally tally(*mixture);
    double likelihood = 0;
    for (std::size_t i = 0; i < table.patterns.size(); ++i) {
      const double chance = ShareOut(*mixture, table.patterns[i], table.pairs[i], &parts, &tally);
      likelihood += table.pairs[i] * Log2(chance);
    }
    const bool stands_still = step > 0 && likelihood - before < 1e-9 * std::abs(likelihood);
    if (stands_still || step == most_steps) return likelihood;
    before = likelihood;
    Maximise(tally, table.total, mixture);
  }
}

double EqualChance(const LevelTable& chances) {
  return std::accumulate(chances.begin() + kEqual, chances.end(), 0.0);
}

LevelTable WithEqual(const LevelTable& chances, double equal) {
  const double now = EqualChance(chances);
  const double rest = std::accumulate(chances.begin() + kUnlike, chances.begin() + kEqual, 0.0);
  LevelTable scaled = chances;
  for (unsigned level = kUnlike; level < kPatternLevels; ++level) {
    const double whole = level < kEqual ? rest : now;
    const double part = level < kEqual ? 1 - equal : equal;
    if (whole > 0) scaled[level] *= part / whole;
  }
  return scaled;
}

}  // namespace musubi::engine
