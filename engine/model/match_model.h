// How pairs of one person's records agree, learnt beside what is known of pairs of two persons.
// Sees no record.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/model/mixture.h"
#include "engine/model/null_model.h"

namespace musubi::engine {

// A mixture whose first `matches` classes are of one person: those whose records agree but for
// mistakes and, where candidates show it, those who moved in between.
struct PairModel {
  Mixture mixture;
  std::size_t matches = 1;

  // The chance that a pair is of one person, and of two, and has this pattern.
  double MatchPart(Pattern pattern) const;
  double NullPart(Pattern pattern) const;

  // The share of all pairs that is of one person.
  double match_share() const;
};

// The chance that a pair is of one person, given its pattern.
inline double MatchChance(const PairModel& model, Pattern pattern) {
  const double match = model.MatchPart(pattern);
  return match / (match + model.NullPart(pattern));
}

// Beside fixed classes of two persons, whose shares alone are free.
//
// Requires: `candidates` is not empty; `base` are the MarginalChances of known pairs of two
// persons.
PairModel FitMatches(const PatternTable& candidates, const Mixture& null,
                     const std::vector<LevelTable>& base, std::uint64_t records);

// Without pairs known to be of two persons: the classic model of two classes, both free. Where its
// class of matches is none of persons (see IsOfPersons), classes are found as those of the null
// model are, and the one that is most plainly of persons is that of matches. Nothing, where none
// is.
//
// Requires: `candidates` is not empty; `base` are its MarginalChances.
std::optional<PairModel> FitMatchesWithoutControl(const PatternTable& candidates,
                                                  const std::vector<LevelTable>& base,
                                                  const Comparisons& comparisons,
                                                  std::uint64_t records);

// Adds a class of persons who moved: in the comparisons that change together when people move they
// agree as strangers do, in all others as matches do. Only where candidates show it plainly.
void AddMovers(const PatternTable& candidates, const Comparisons& comparisons, PairModel* model);

// The largest share of a class whose comparison can be that of strangers: the least ratio of its
// chance of a level to theirs. Persons have small ones in names and dates, below 0.3 on every set
// of bench/quality, even where half of the values are wrong; households and twins that are taken
// for persons have more than a half in one of them.
double RandomShare(const LevelTable& chances, const LevelTable& base);

// Whether the matches of a model agree as one person's records do:
//   - in no name or date is their RandomShare above 0.4;
//   - a name and a date are not unlike in the same pairs: mistakes fall on either by chance, but
//     members of a household differ in both.
bool IsOfPersons(const PatternTable& candidates, const std::vector<LevelTable>& base,
                 const Comparisons& comparisons, const PairModel& model);

}  // namespace musubi::engine
