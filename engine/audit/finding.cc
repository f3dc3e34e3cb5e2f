#include "engine/audit/finding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/check.h"

namespace musubi::engine {
namespace {

constexpr std::string_view kTooFew = "too few records to tell";

// Who makes each test.
struct Maker {
  std::string_view test;
  Attacker attacker;
};
constexpr std::array kMakers = {Maker{"records", Attacker::kOutsider},
                                Maker{"identical_share", Attacker::kOutsider},
                                Maker{"identical_multiplicity", Attacker::kOutsider},
                                Maker{"frequency_alignment", Attacker::kUnit},
                                Maker{"blocks_outside", Attacker::kUnit},
                                Maker{"gini_floors", Attacker::kOutsider},
                                Maker{"frequency_divergence", Attacker::kOutsider},
                                Maker{"entropy", Attacker::kOutsider},
                                Maker{"weight_correlation", Attacker::kOutsider},
                                Maker{"similarity_random", Attacker::kUnit},
                                Maker{"similarity_neighbours", Attacker::kUnit},
                                Maker{"visible_neighbours", Attacker::kUnit},
                                Maker{"graph_matching", Attacker::kUnit},
                                Maker{"anchor_profile", Attacker::kUnitWithPairs},
                                Maker{"probe_auc", Attacker::kUnitWithPairs},
                                Maker{"learnt_decoding", Attacker::kUnitWithPairs},
                                Maker{"learnt_tokens", Attacker::kUnitWithPairs},
                                Maker{"mined_tokens", Attacker::kUnit},
                                Maker{"dictionary", Attacker::kGuesser}};

Finding FindingOf(std::string test, std::string about) {
  const auto* const maker = std::ranges::find(kMakers, test, &Maker::test);
  MUSUBI_CHECK(maker != kMakers.end());
  Finding finding;
  finding.test = std::move(test);
  finding.about = std::move(about);
  finding.attacker = maker->attacker;
  return finding;
}

}  // namespace

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

void AddGroupFindings(const Rate& rare, const Rate& other, double factor,
                      std::vector<Finding>* findings) {
  const Finding all = findings->back();
  const double limit = *all.limit * factor;
  findings->push_back(
      RateFinding(all.test, all.about + ", rarest tenth", rare, *all.chance, limit));
  if (other.trials == 0) return;
  findings->push_back(
      RateFinding(all.test, all.about + ", other scripts", other, *all.chance, limit));
}

Finding MeasureFinding(std::string test, std::string about, double value,
                       std::optional<double> limit) {
  Finding finding = FindingOf(std::move(test), std::move(about));
  finding.value = value;
  finding.limit = limit;
  if (limit) finding.outcome = value <= *limit ? Outcome::kPass : Outcome::kFail;
  return finding;
}

Finding CorrelationFinding(std::string test, std::string about, double value, double limit,
                           std::uint64_t records) {
  constexpr double kDeviations = 2;
  Finding finding = MeasureFinding(std::move(test), std::move(about), std::abs(value), limit);
  const double by_chance = kDeviations / std::sqrt(static_cast<double>(records));
  if (by_chance > limit && finding.value <= limit + by_chance) {
    finding.outcome = Outcome::kInconclusive;
    finding.note = kTooFew;
  }
  return finding;
}

Finding TooFewFinding(std::string test, std::string about, std::uint64_t needed) {
  Finding finding = FindingOf(std::move(test), std::move(about));
  finding.outcome = Outcome::kInconclusive;
  finding.note = "needs a sample of " + std::to_string(needed) + " records";
  return finding;
}

void RequireControl(double least, Finding* finding) {
  if (*finding->control >= least) return;
  finding->outcome = Outcome::kInvalid;
  finding->note = "the attack fails on plain filters of these records: audit more records";
}

void Tell(std::string why, Finding* finding) {
  finding->outcome = Outcome::kTold;
  finding->limit.reset();
  finding->note = std::move(why);
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
