// How good the links of a trial are: pairs that are right, wrong and missed. Counts alone.
#pragma once

#include <cstdint>

#include "core/audit_report.h"

namespace musubi::engine {

struct PairCounts {
  std::uint64_t right = 0;
  std::uint64_t wrong = 0;
  std::uint64_t missed = 0;

  void Add(const PairCounts& others) {
    right += others.right;
    wrong += others.wrong;
    missed += others.missed;
  }

  // 2 right / (2 right + wrong + missed); 0 of nothing. With the bounds within which it lies, at
  // 95 %.
  //
  // Source: F1 is 2 F* / (1 + F*), where F* is the share that right pairs have of all three: Hand,
  //         Christen, Kirielle, "F*: an interpretable transformation of the F-measure", Machine
  //         Learning 110, 2021. The bounds are those of that share, as of independent trials.
  double f1() const { return OfShare(share().value()); }
  double lower() const { return OfShare(share().lower()); }
  double upper() const { return OfShare(share().upper()); }

 private:
  Rate share() const { return {right, right + wrong + missed}; }
  static double OfShare(double share) { return 2 * share / (1 + share); }
};

}  // namespace musubi::engine
