// Whom each kind of attacker may name at worst, by the report of an audit. Sees counts and shares.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit_report.h"

namespace musubi::engine {

// One kind of attacker, who can do all that those before it can.
struct Exposure {
  std::string_view attacker;  // as programs know it: "outsider"
  std::string_view who;       // as people do
  std::string_view knows;     // in half a sentence

  // All of these are places in the report's findings.
  std::optional<std::size_t> worst;   // the attack of which the most is possible; none where none
                                      // tells, and where it needs none: with the secret
  std::vector<std::size_t> not_made;  // tests for which there were too few records
  std::vector<std::size_t> too_weak;  // attacks that fail on plain filters too, and do not count

  // Shares of the people whose encodings are named rightly. Not known where no attack tells, or one
  // that had to work on plain filters did not, and none shows that it is bad.
  std::optional<double> found;    // by the worst attack
  std::optional<double> at_most;  // its upper bound of 95 %
  std::optional<double> plain;    // the most that any attack found of plain filters
};

// Somebody outside, the unit, the unit with known pairs, and the unit with a holder, who names
// everyone: in this order. Attacks on groups of people, and those that name a value and not a
// person, are left out.
std::vector<Exposure> ExposuresOf(const AuditReport& report);

// Whether a test was made; else there were too few records for it, and its value says nothing.
bool WasMade(const Finding& finding);

// A share as people read it, "0.38 %", or `none` where there is none.
std::string ShareText(const std::optional<double>& share, std::string_view none);

}  // namespace musubi::engine
