#include "engine/audit/finding.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace musubi::engine {
namespace {

constexpr std::string_view kTooFew = "too few records to tell";

// The bound on one side (+1 or -1) of the Wilson interval of 95 %.
double Bound(const Rate& rate, double side) {
  constexpr double kDeviations = 1.959964;
  const auto n = static_cast<double>(rate.trials);
  const double z2 = kDeviations * kDeviations;
  const double p = rate.value();
  const double half = kDeviations * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return (p + z2 / (2 * n) + side * half) / (1 + z2 / n);
}

}  // namespace

std::string_view NameOf(Outcome outcome) {
  constexpr std::array<std::string_view, 5> kNames = {"told", "pass", "inconclusive", "fail",
                                                      "invalid"};
  return kNames[static_cast<std::size_t>(outcome)];
}

double Rate::value() const {
  return trials == 0 ? 0 : static_cast<double>(successes) / static_cast<double>(trials);
}
double Rate::lower() const { return trials == 0 ? 0 : std::max(0.0, Bound(*this, -1)); }
double Rate::upper() const { return trials == 0 ? 1 : std::min(1.0, Bound(*this, 1)); }

Outcome Judge(const Rate& rate, double limit) {
  if (rate.upper() <= limit) return Outcome::kPass;
  if (rate.value() > limit) {
    return rate.lower() > limit || Rate{0, rate.trials}.upper() <= limit ? Outcome::kFail
                                                                         : Outcome::kInconclusive;
  }
  return Outcome::kInconclusive;
}

Finding RateFinding(std::string test, std::string about, const Rate& rate, double chance,
                    double limit) {
  Finding finding = MeasureFinding(std::move(test), std::move(about), rate.value(), limit);
  finding.rate = rate;
  finding.chance = chance;
  finding.outcome = Judge(rate, limit);
  if (finding.outcome == Outcome::kInconclusive) finding.note = kTooFew;
  return finding;
}

Finding MeasureFinding(std::string test, std::string about, double value, double limit) {
  Finding finding;
  finding.test = std::move(test);
  finding.about = std::move(about);
  finding.value = value;
  finding.limit = limit;
  finding.outcome = value <= limit ? Outcome::kPass : Outcome::kFail;
  return finding;
}

Finding CorrelationFinding(std::string test, std::string about, double value, double limit,
                           std::uint64_t records) {
  constexpr double kDeviations = 2;
  Finding finding = MeasureFinding(std::move(test), std::move(about), std::abs(value), limit);
  const bool few = kDeviations / std::sqrt(static_cast<double>(records)) > limit;
  if (finding.outcome == Outcome::kPass && few) {
    finding.outcome = Outcome::kInconclusive;
    finding.note = kTooFew;
  }
  return finding;
}

Finding TooFewFinding(std::string test, std::string about, std::uint64_t needed) {
  Finding finding;
  finding.test = std::move(test);
  finding.about = std::move(about);
  finding.outcome = Outcome::kInconclusive;
  finding.note = "needs a sample of " + std::to_string(needed) + " records";
  return finding;
}

void RequireControl(double least, Finding* finding) {
  if (*finding->control >= least) return;
  finding->outcome = Outcome::kInvalid;
  finding->note = "the attack fails on plain filters of these records: audit more records";
}

Outcome WorstOf(const std::vector<Finding>& findings) {
  Outcome worst = Outcome::kPass;
  for (const Finding& finding : findings) worst = std::max(worst, finding.outcome);
  return worst;
}

Rate CountRight(const std::vector<std::uint32_t>& guesses,
                const std::vector<std::uint32_t>& truth) {
  Rate rate{0, guesses.size()};
  for (std::size_t i = 0; i < guesses.size(); ++i) rate.successes += guesses[i] == truth[i] ? 1 : 0;
  return rate;
}

}  // namespace musubi::engine
