// What one test of an audit found, and what it means for the verdict. Counts and measures alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musubi::engine {

// From the best to the worst; kTold is no verdict.
enum class Outcome : std::uint8_t { kTold, kPass, kInconclusive, kFail, kInvalid };

// "told", "pass", "inconclusive", "fail", "invalid".
std::string_view NameOf(Outcome outcome);

// So many successes in so many independent trials.
struct Rate {
  std::uint64_t successes = 0;
  std::uint64_t trials = 0;

  double value() const;
  // The bounds within which the true rate lies, at 95 %; 0 and 1 without trials.
  //
  // Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA
  //         22(158), 1927.
  double lower() const;
  double upper() const;
};

struct Finding {
  std::string test;   // "graph_matching"
  std::string about;  // which case or group of it; may be empty
  Outcome outcome = Outcome::kTold;
  std::optional<Rate> rate;  // of attacks
  double value = 0;          // of measures; of attacks rate->value()
  std::optional<double> chance;
  std::optional<double> limit;    // the most that passes; of entropy the least
  std::optional<double> control;  // the same on a plain filter of the same people
  std::string note;               // what to do, or why there is no verdict; may be empty
};

// A rate passes where its upper bound is at most `limit`, and is inconclusive where so few trials
// could not show it with no success at all, or where the limit lies between the bounds without
// being passed by the rate.
Outcome Judge(const Rate& rate, double limit);

// A test that guesses who is who, judged by `limit`.
Finding RateFinding(std::string test, std::string about, const Rate& rate, double chance,
                    double limit);

// A measure that passes up to `limit`.
Finding MeasureFinding(std::string test, std::string about, double value, double limit);

// A correlation, whatever its sign. Of so few records that chance alone may give the limit it shows
// nothing by being below it, and is inconclusive.
Finding CorrelationFinding(std::string test, std::string about, double value, double limit,
                           std::uint64_t records);

// A test that a sample of fewer than `needed` records cannot make.
Finding TooFewFinding(std::string test, std::string about, std::uint64_t needed);

// An attack whose control is below `least` fails on plain filters, and says nothing of others: its
// finding becomes invalid. Requires: finding->control.
void RequireControl(double least, Finding* finding);

// The worst of all; kPass where none has a verdict.
Outcome WorstOf(const std::vector<Finding>& findings);

// How many guesses name the truth. Requires: as many of both.
Rate CountRight(const std::vector<std::uint32_t>& guesses, const std::vector<std::uint32_t>& truth);

}  // namespace musubi::engine
