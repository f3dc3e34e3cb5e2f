// How pairs of two different persons agree: strangers, households, neighbours, twins. Learnt from
// pairs that are known to be two persons. Sees no record.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/mixture.h"

namespace musubi::engine {

// What a comparison is about.
enum class Role {
  kOther,
  kName,   // tells persons apart, mostly for life
  kDate,   // likewise; members of a household have their own
  kPlace,  // addresses and telephones: people change them together when they move
};

// What is known of the comparisons before any pair is looked at.
struct Comparisons {
  std::vector<LevelTable> values;  // by place: the share of records at each level of equality
  std::vector<Role> roles;         // by place

  std::size_t size() const { return values.size(); }
};

// So much, in bits, a class must improve the likelihood, and so much the set of comparisons that it
// starts from must promise: a class has some forty chances to learn.
inline constexpr double kLeastGain = 30;

// The chances of each comparison among all pairs of `table`, half a pair added to each level that
// occurs anywhere in `counts`.
std::vector<LevelTable> MarginalChances(const PatternTable& table,
                                        const std::vector<PatternCount>& counts,
                                        std::size_t places);

// A shape that starts from `chances` and leans towards `base` with the weight of two pairs.
Shape LearningShape(const LevelTable& chances, const LevelTable& base);

// Fits classes to `table`, pairs of two persons each: first that of strangers, in which everything
// agrees by chance; then, as long as the likelihood gains from it, one for the comparisons that
// most exceed what the classes so far expect to agree together. Nobody has to say what households
// share. Class 0 is that of strangers; there are at most six.
//
// Requires: `table` is of control pairs, not empty; `base` are its MarginalChances.
// Source: null-anchored EM; classes are found as in Aitkin, Rubin, JRSS B 47:1 (1985), by adding
//         one at a time and comparing likelihoods.
Mixture FitNull(const PatternTable& table, const std::vector<LevelTable>& base,
                const Comparisons& comparisons);

// How often at least the comparisons of each set agree exactly, and how often `mixture` expects it
// of pairs in which none of them is missing.
struct AgreementCounts {
  std::vector<double> observed;
  std::vector<double> expected;
};
AgreementCounts CountAgreements(const PatternTable& table, const Mixture& mixture);

// A class of its own shapes, which start from `chances` (LearningShape). Adds the shapes to
// `*mixture`, but not the class.
PairClass ClassOf(const std::vector<LevelTable>& chances, const std::vector<LevelTable>& base,
                  double share, Mixture* mixture);

}  // namespace musubi::engine
