// A mixture of classes of pairs, in each of which comparisons agree independently, fitted by EM to
// counts of patterns. Sees no record.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/model/pattern.h"
#include "engine/model/pattern_counts.h"

namespace musubi::engine {

// By level: a chance, or a number of pairs. A missing comparison is no evidence: its chance is 1.
using LevelTable = std::array<double, kPatternLevels>;

// The chances of the levels of one comparison. Several classes may share one.
struct Shape {
  LevelTable chances{};
  LevelTable prior{};  // pairs added to those seen, so that no chance is zero
  bool learns = true;  // else the chances stay
  // Equal values are as rare as the values of records are (LevelTable of their shares), because the
  // pairs of this class are equal by being the same; else as rare as was seen.
  bool follows_values = false;
};

struct PairClass {
  double share = 0;                 // of all pairs
  std::vector<std::size_t> shapes;  // by place: index into Mixture::shapes[place]
};

struct Mixture {
  std::vector<std::vector<Shape>> shapes;  // by place
  std::vector<PairClass> classes;
  std::vector<LevelTable> values;  // by place: the share of records at each level of equality

  std::size_t places() const { return shapes.size(); }
  const Shape& shape(std::size_t c, std::size_t place) const {
    return shapes[place][classes[c].shapes[place]];
  }

  // The chance that a pair of class `c` has this pattern.
  double ChanceOf(std::size_t c, Pattern pattern) const;
  // The chance that a pair is of class `c` and has this pattern.
  double PartOf(std::size_t c, Pattern pattern) const {
    return classes[c].share * ChanceOf(c, pattern);
  }

  // Adds `shape` at `place` and returns its index.
  std::size_t AddShape(std::size_t place, const Shape& shape);
};

// Patterns and how many pairs have each, ascending by pattern.
struct PatternTable {
  std::vector<Pattern> patterns;
  std::vector<double> pairs;  // whole numbers above 0
  double total = 0;
};

// The patterns that pairs of `kind` have.
PatternTable TableOf(const std::vector<PatternCount>& counts, PairKind kind);

// Improves `*mixture` by expectation maximisation until its likelihood stands still, at most
// `most_steps` times. Returns the logarithm of the likelihood to base 2.
//
// Runs on one thread in the order of `table`, so that every bit of the result is reproducible.
//
// Cost:   patterns * classes * places operations a step.
// Source: Dempster, Laird, Rubin, JRSS B 39:1 (1977); for linkage, Winkler, ASA Survey Research
//         Methods (1988).
double FitMixture(const PatternTable& table, int most_steps, Mixture* mixture);

// The chances that go with the pairs counted in each level and with the prior of `*shape`. `values`
// matter only to a shape that follows them.
void Learn(LevelTable pairs, const LevelTable& values, Shape* shape);

// `chances` scaled so that equal values have `equal` together and the others 1 - equal.
LevelTable WithEqual(const LevelTable& chances, double equal);

// The chance of equal values.
double EqualChance(const LevelTable& chances);

}  // namespace musubi::engine
