// Pairs of records that were never there: patterns drawn from classes that a test makes up.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "engine/model/null_model.h"
#include "engine/model/pattern_counts.h"

namespace musubi::engine {

// A class of pairs: in each comparison, the chance that values are equal, and that they are unlike
// where they are not equal (else they are similar, level 4); `missing` is the chance that a side
// lacks it.
struct SimulatedClass {
  std::vector<double> equal;
  std::vector<double> unlike;
  double missing = 0;
};

class PairSimulator {
 public:
  explicit PairSimulator(std::uint64_t seed) : random_(seed) {}

  // Adds `pairs` pairs of a class.
  void Add(const SimulatedClass& one, PairKind kind, int pairs, PatternCounts* counts) {
    for (int i = 0; i < pairs; ++i) counts->Add(Draw(one), kind);
  }

 private:
  Pattern Draw(const SimulatedClass& one) {
    Pattern pattern = 0;
    for (std::size_t place = 0; place < one.equal.size(); ++place) {
      if (Chance() < one.missing) continue;
      const unsigned level = Chance() < one.equal[place]    ? kEqual
                             : Chance() < one.unlike[place] ? kUnlike
                                                            : 4;
      pattern |= AtPlace(level, place);
    }
    return pattern;
  }

  // From 0 to 1. Not std::uniform_real_distribution, whose numbers are each library's own.
  double Chance() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

  std::mt19937_64 random_;
};

// Given name, surname, birth date, postcode, street; all values of one rarity.
inline Comparisons FiveComparisons() {
  LevelTable values{};
  values[kEqual] = 1;
  return {std::vector<LevelTable>(5, values),
          {Role::kName, Role::kName, Role::kDate, Role::kPlace, Role::kPlace}};
}

inline SimulatedClass Strangers() {
  return {{0.01, 0.01, 0.001, 0.005, 0.002}, {0.95, 0.95, 0.9, 0.9, 0.9}};
}
inline SimulatedClass Household() {
  return {{0.01, 0.95, 0.001, 0.97, 0.97}, {0.95, 0.5, 0.9, 0.5, 0.5}};
}
inline SimulatedClass OnePerson() {
  return {{0.9, 0.92, 0.95, 0.9, 0.9}, {0.2, 0.2, 0.2, 0.2, 0.2}};
}

}  // namespace musubi::engine
