#include "engine/tune/choice.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "engine/verdict/exposure.h"

namespace musubi::engine {
namespace {

// As it was asked for.
std::string Given(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

// Rounded down, so that a floor that is told is reached.
std::string Number(double number) {
  constexpr double kPlaces = 10'000;
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", std::floor(number * kPlaces) / kPlaces);
  return text;
}

bool Fails(Outcome outcome) { return outcome == Outcome::kFail || outcome == Outcome::kInvalid; }

// Whether `a` has no more risk and no worse F1 than `b`, and one of them better.
bool Beats(const TunedCandidate& a, const TunedCandidate& b, const TuneReport& report) {
  const double more = report.f1_of(a).f1() - report.f1_of(b).f1();
  const double less = b.risk->upper - a.risk->upper;
  return more >= 0 && less >= 0 && more + less > 0;
}

// The tests of failures ("TEST, CASE"), each once.
std::string TestsOf(const std::vector<std::string>& failures) {
  std::vector<std::string> tests;
  std::string list;
  for (const std::string& failure : failures) {
    const std::string test = failure.substr(0, failure.find(','));
    if (std::ranges::find(tests, test) != tests.end()) continue;
    tests.push_back(test);
    list += (list.empty() ? "" : ", ") + test;
  }
  return list;
}

// Where no candidate surely reaches the floor.
std::vector<std::string> AdviceOnLinking(const TuneReport& report) {
  const auto best = std::ranges::max_element(
      report.candidates, {},
      [&](const TunedCandidate& tried) { return report.f1_of(tried).lower(); });
  const PairCounts& f1 = report.f1_of(*best);
  std::vector<std::string> advice = {"no candidate's F1 is surely " + Given(report.least_f1) +
                                     " or more: the best, " + best->name + ", has " +
                                     Number(f1.f1()) + ", and surely " + Number(f1.lower())};
  if (f1.f1() >= report.least_f1) {
    advice.push_back("too few pairs to be sure of it (" + std::to_string(report.pairs) +
                     "): take a file of more records");
  }
  advice.push_back("the same pairs in clear text have " +
                   Number(report.clear_text.of(report.judged).f1()));
  advice.push_back(
      "clean the data (dates, postcodes, exchanged names), or give the contract more "
      "fields or a second form of its names");
  advice.push_back("ask for less: --least-f1 " + Number(f1.lower()));
  return advice;
}

// Where all that link well are beyond the policy.
std::vector<std::string> AdviceOnRisk(const TuneReport& report) {
  const TunedCandidate& chosen = report.candidates[*report.chosen];
  if (chosen.outcome == Outcome::kInvalid) {
    return {"of those that link well, " + chosen.name +
            " exposes people least, but its audit is invalid: the attacks fail on plain filters of "
            "so few records too; take a larger --sample, or a file of more records"};
  }
  std::vector<std::string> advice = {
      "of those that link well, " + chosen.name +
      " exposes people least, and is beyond the policy in: " + TestsOf(chosen.failed)};
  const TunedCandidate* passes = nullptr;
  for (const TunedCandidate& tried : report.candidates) {
    const bool better =
        passes == nullptr || report.f1_of(tried).lower() > report.f1_of(*passes).lower();
    if (tried.risk && !Fails(tried.outcome) && better) passes = &tried;
  }
  if (passes != nullptr) {
    advice.push_back("ask for less: --least-f1 " + Number(report.f1_of(*passes).lower()) +
                     " allows " + passes->name + ", which is within the policy");
  }
  advice.push_back(
      "clean the data, or give the contract more fields: then harder encodings link "
      "well enough");
  advice.push_back(
      "where nobody at the unit can know many pairs of persons and records, say so in "
      "a policy (anchors_50, anchors_200, anchors_1000), with whoever answers for it");
  advice.push_back(
      "or send them to an accredited unit alone, under contract, that erases the "
      "encodings after 30 days at most");
  advice.push_back(
      "or have two units compute together without either seeing an encoding "
      "(multi-party computation), which this program does not do");
  return advice;
}

}  // namespace

Risk RiskOf(const AuditReport& report) {
  const auto exposures = ExposuresOf(report);
  const auto unit =
      std::ranges::find(exposures, NameOf(Attacker::kUnitWithPairs), &Exposure::attacker);
  if (!unit->worst) return {1, "", ""};
  const Finding& worst = report.findings[*unit->worst];
  return {*unit->at_most, worst.test, worst.about};
}

std::vector<std::string> FailuresOf(const AuditReport& report) {
  std::vector<std::string> failures;
  for (const Finding& finding : report.findings) {
    if (!Fails(finding.outcome)) continue;
    failures.push_back(finding.test + (finding.about.empty() ? "" : ", " + finding.about));
  }
  return failures;
}

void Choose(TuneReport* report) {
  std::vector<TunedCandidate>& candidates = report->candidates;
  for (TunedCandidate& tried : candidates) {
    tried.on_frontier = tried.risk && std::ranges::none_of(candidates, [&](const auto& other) {
                          return other.risk && Beats(other, tried, *report);
                        });
  }
  const auto badness = [report](const TunedCandidate& tried) {
    return std::tuple(Fails(tried.outcome), tried.risk->upper, -report->f1_of(tried).f1());
  };
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!candidates[i].links_well) continue;
    const bool better =
        !report->chosen || badness(candidates[i]) < badness(candidates[*report->chosen]);
    if (better) report->chosen = i;
  }
  report->passes = report->chosen && !Fails(candidates[*report->chosen].outcome);
  if (report->passes) return;
  report->advice = report->chosen ? AdviceOnRisk(*report) : AdviceOnLinking(*report);
}

}  // namespace musubi::engine
