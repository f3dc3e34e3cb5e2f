// How what a test of an audit found is judged. Counts and measures alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/audit_report.h"

namespace musubi::engine {

// A rate passes where its upper bound is at most `limit`, and is inconclusive where so few trials
// could not show it with no success at all, or where the limit lies between the bounds without
// being passed by the rate.
Outcome Judge(const Rate& rate, double limit);

// A test that guesses who is who, judged by `limit`.
Finding RateFinding(std::string test, std::string about, const Rate& rate, double chance,
                    double limit);

// Of the last of the findings, an attack, what it made of the people with the rarest tokens and of
// those with names in other scripts, where there are any: each with `factor` times its limit.
void AddGroupFindings(const Rate& rare, const Rate& other, double factor,
                      std::vector<Finding>* findings);

// A measure that passes up to `limit`, and without one is told.
Finding MeasureFinding(std::string test, std::string about, double value,
                       std::optional<double> limit);

// A correlation, whatever its sign. Of so few records that chance alone may give the limit it shows
// nothing by being below it, nor by being above it by no more than chance: it is inconclusive.
Finding CorrelationFinding(std::string test, std::string about, double value, double limit,
                           std::uint64_t records);

// A test that a sample of fewer than `needed` records cannot make.
Finding TooFewFinding(std::string test, std::string about, std::uint64_t needed);

// An attack whose control is below `least` fails on plain filters, and says nothing of others: its
// finding becomes invalid. Requires: finding->control.
void RequireControl(double least, Finding* finding);

// Takes the verdict, and with it the limit, from a finding that is for the reader alone, and says
// why.
void Tell(std::string why, Finding* finding);

// The worst of all; kPass where none has a verdict.
Outcome WorstOf(const std::vector<Finding>& findings);

// How many guesses name the truth. Requires: as many of both.
Rate CountRight(const std::vector<std::uint32_t>& guesses, const std::vector<std::uint32_t>& truth);

}  // namespace musubi::engine
