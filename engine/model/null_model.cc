#include "engine/model/null_model.h"

#include <algorithm>
#include <array>

#include "engine/model/excess.h"

namespace musubi::engine {
namespace {

constexpr std::size_t kMostClasses = 6;
constexpr int kMostSteps = 300;

PlaceSet EqualPlaces(Pattern pattern, std::size_t places) {
  PlaceSet equal = 0;
  for (std::size_t place = 0; place < places; ++place) {
    equal |= PlaceSet{LevelAt(pattern, place) >= kEqual} << place;
  }
  return equal;
}

// The chances of pairs that agree in all of `set`: as seen in the other comparisons, and mostly
// equal in those of the set.
std::vector<LevelTable> ChancesWithin(const PatternTable& table, PlaceSet set,
                                      const std::vector<LevelTable>& base) {
  constexpr double kMostlyEqual = 0.9;
  std::vector<Shape> shapes;
  for (const LevelTable& chances : base) shapes.push_back(LearningShape(chances, chances));
  std::vector<LevelTable> pairs(base.size());
  for (std::size_t i = 0; i < table.patterns.size(); ++i) {
    if ((EqualPlaces(table.patterns[i], base.size()) & set) != set) continue;
    for (std::size_t place = 0; place < base.size(); ++place) {
      pairs[place][LevelAt(table.patterns[i], place)] += table.pairs[i];
    }
  }
  std::vector<LevelTable> chances;
  for (std::size_t place = 0; place < base.size(); ++place) {
    Learn(pairs[place], {}, &shapes[place]);
    const bool agrees = (set >> place & 1) != 0;
    chances.push_back(agrees ? WithEqual(base[place], kMostlyEqual) : shapes[place].chances);
  }
  return chances;
}

// Adds the best class that starts from one of the sets most in excess. False where none is worth
// it.
bool AddClass(const PatternTable& table, const std::vector<LevelTable>& base, double* likelihood,
              Mixture* mixture) {
  constexpr std::size_t kStarts = 3;
  const AgreementCounts counts = CountAgreements(table, *mixture);
  const Mixture before = *mixture;
  const double least = *likelihood + kLeastGain;
  for (const Excess& excess : FindExcess(counts.observed, counts.expected, kStarts)) {
    if (excess.gain < kLeastGain) break;
    Mixture larger = before;
    const double share = std::max(excess.observed - counts.expected[excess.set], 1.0) / table.total;
    larger.classes.push_back(ClassOf(ChancesWithin(table, excess.set, base), base, share, &larger));
    const double improved = FitMixture(table, kMostSteps, &larger);
    if (improved < least || improved <= *likelihood) continue;
    *likelihood = improved;
    *mixture = std::move(larger);
  }
  return *likelihood >= least;
}

}  // namespace

std::vector<LevelTable> MarginalChances(const PatternTable& table,
                                        const std::vector<PatternCount>& counts,
                                        std::size_t places) {
  std::vector<LevelTable> chances(places);
  for (const PatternCount& count : counts) {
    for (std::size_t place = 0; place < places; ++place) {
      chances[place][LevelAt(count.pattern, place)] = 0.5;
    }
  }
  for (std::size_t i = 0; i < table.patterns.size(); ++i) {
    for (std::size_t place = 0; place < places; ++place) {
      chances[place][LevelAt(table.patterns[i], place)] += table.pairs[i];
    }
  }
  for (LevelTable& level : chances) {
    level[kMissing] = 0;
    double total = 0;
    for (const double pairs : level) total += pairs;
    for (double& pairs : level) pairs = total > 0 ? pairs / total : 0;
    level[kMissing] = 1;
  }
  return chances;
}

Shape LearningShape(const LevelTable& chances, const LevelTable& base) {
  Shape shape;
  shape.chances = chances;
  shape.prior = base;
  for (double& pairs : shape.prior) pairs *= 2;
  shape.prior[kMissing] = 0;
  return shape;
}

AgreementCounts CountAgreements(const PatternTable& table, const Mixture& mixture) {
  const std::size_t places = mixture.places();
  AgreementCounts counts;
  std::vector<double> present(std::size_t{1} << places);
  counts.observed.resize(present.size());
  counts.expected.resize(present.size());
  for (std::size_t i = 0; i < table.patterns.size(); ++i) {
    PlaceSet there = 0;
    for (std::size_t place = 0; place < places; ++place) {
      there |= PlaceSet{LevelAt(table.patterns[i], place) != kMissing} << place;
    }
    counts.observed[EqualPlaces(table.patterns[i], places)] += table.pairs[i];
    present[there] += table.pairs[i];
  }
  SumOverSupersets(&counts.observed);
  SumOverSupersets(&present);
  for (std::size_t c = 0; c < mixture.classes.size(); ++c) {
    std::vector<double> equal;
    for (std::size_t place = 0; place < places; ++place) {
      equal.push_back(EqualChance(mixture.shape(c, place).chances));
    }
    for (std::size_t set = 0; set < present.size(); ++set) {
      double chance = mixture.classes[c].share;
      for (std::size_t place = 0; place < places; ++place) {
        if ((set >> place & 1) != 0) chance *= equal[place];
      }
      counts.expected[set] += chance * present[set];
    }
  }
  return counts;
}

PairClass ClassOf(const std::vector<LevelTable>& chances, const std::vector<LevelTable>& base,
                  double share, Mixture* mixture) {
  PairClass made{share, {}};
  for (std::size_t place = 0; place < base.size(); ++place) {
    made.shapes.push_back(mixture->AddShape(place, LearningShape(chances[place], base[place])));
  }
  return made;
}

Mixture FitNull(const PatternTable& table, const std::vector<LevelTable>& base,
                const Comparisons& comparisons) {
  Mixture mixture;
  mixture.shapes.resize(comparisons.size());
  mixture.values = comparisons.values;
  mixture.classes.push_back(ClassOf(base, base, 1, &mixture));
  double likelihood = FitMixture(table, 0, &mixture);
  while (mixture.classes.size() < kMostClasses && AddClass(table, base, &likelihood, &mixture)) {
  }
  return mixture;
}

}  // namespace musubi::engine
