#include "engine/verdict/verdict.h"

#include <algorithm>

namespace musubi::engine {
namespace {

std::string Counted(const AuditReport& report, Outcome outcome, std::string_view what) {
  const std::size_t all = report.findings.size();
  const auto number = std::ranges::count(report.findings, outcome, &Finding::outcome);
  return (all == 1 ? "its one result"
                   : std::to_string(number) + " of " + std::to_string(all) + " results") +
         (number == 1 ? " is " : " are ") + std::string(what);
}

Verdict Passed(const AuditReport& report) {
  if (report.usual_policy) {
    return {
        "Passed: in every test the encodings of this file stay within the limits of the policy.",
        "As far as this audit goes, they may be handed to the linkage unit. Read what is not "
        "protected before you agree."};
  }
  return {"Passed, but under limits that are looser than the usual ones.",
          "Ask who chose these limits, and why. To hand the encodings to the linkage unit, audit "
          "them under the usual limits."};
}

}  // namespace

Verdict VerdictOf(const AuditReport& report) {
  switch (report.outcome) {
    case Outcome::kTold:
    case Outcome::kPass:
      return Passed(report);
    case Outcome::kInconclusive:
      return {"Not decided: " + Counted(report, Outcome::kInconclusive, "of too few records") +
                  ", so that nobody can say whether the encodings stay within the limits.",
              "Audit more records, with a larger --sample or a larger file. If there are none, two "
              "review "
              "bodies have to decide, and sign it. Do not take this for a pass."};
    case Outcome::kFail:
      return {"Failed: " + Counted(report, Outcome::kFail, "beyond the limits of the policy") +
                  "; people in this file are more exposed than it allows.",
              "Do not hand these encodings over. Have the study choose a contract with stronger "
              "encodings, which musubi-holder audit --tune looks for, and audit again."};
    case Outcome::kInvalid:
      break;
  }
  return {"Not valid: " + Counted(report, Outcome::kInvalid, "of an attack that is too weak here") +
              ": it fails on plain filters too, which are known to be weak, so it proves nothing.",
          "Audit more records: attacks need many people, best 5,000 or more. Do not take this for "
          "a pass."};
}

}  // namespace musubi::engine
