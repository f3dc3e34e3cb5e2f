#include "engine/verdict/exposure.h"

#include <algorithm>
#include <cstdio>

namespace musubi::engine {
namespace {

struct Kind {
  Attacker most;  // whose attacks it can make, and those of all before
  std::string_view who;
  std::string_view knows;
};

constexpr Kind kKinds[] = {
    {Attacker::kGuesser, "Somebody outside who gets the encodings",
     "tries the names of a list of people, without the secret. With the means of a linkage unit, "
     "the next line is true of them"},
    {Attacker::kUnit, "The linkage unit",
     "has the encodings and a list of people, and studies who is like whom"},
    {Attacker::kUnitWithPairs, "The linkage unit that knows some people",
     "knows besides, of some people, which encoding is theirs"},
    {Attacker::kUnitWithHolder, "The linkage unit and one data holder together",
     "have the secret and can try every name. No encoding of this kind withstands that"}};

// Whether it names people, and of all of them.
bool NamesPeople(const Finding& finding) {
  return finding.rate && finding.chance && finding.test != "frequency_alignment" &&
         !finding.about.ends_with(", rarest tenth") && !finding.about.ends_with(", other scripts");
}

void Add(const Finding& finding, std::size_t place, Exposure* exposure) {
  if (!WasMade(finding)) exposure->not_made.push_back(place);
  if (!NamesPeople(finding)) return;
  // The control of a dictionary is the secret, and not plain filters.
  if (finding.control && finding.attacker != Attacker::kGuesser) {
    exposure->plain = std::max(exposure->plain.value_or(0), *finding.control);
  }
  if (finding.outcome == Outcome::kInvalid || finding.outcome == Outcome::kTold) {
    exposure->too_weak.push_back(place);
    return;
  }
  if (exposure->at_most && *exposure->at_most >= finding.rate->upper()) return;
  exposure->worst = place;
  exposure->found = finding.value;
  exposure->at_most = finding.rate->upper();
}

// An attack that had to break plain filters and did not leaves the worst case open, unless another
// attack shows that it is bad.
void LeaveOpen(const std::vector<Finding>& findings, Exposure* exposure) {
  const auto is_invalid = [&](std::size_t place) {
    return findings[place].outcome == Outcome::kInvalid;
  };
  if (!std::ranges::any_of(exposure->too_weak, is_invalid)) return;
  if (exposure->worst && findings[*exposure->worst].outcome == Outcome::kFail) return;
  exposure->worst.reset();
  exposure->found.reset();
  exposure->at_most.reset();
}

Exposure ExposureOf(const AuditReport& report, const Kind& kind) {
  Exposure exposure;
  exposure.attacker =
      kind.most == Attacker::kGuesser ? NameOf(Attacker::kOutsider) : NameOf(kind.most);
  exposure.who = kind.who;
  exposure.knows = kind.knows;
  if (kind.most == Attacker::kUnitWithHolder) {
    const auto told = std::ranges::find(report.findings, kind.most, &Finding::attacker);
    if (told != report.findings.end()) exposure.worst = told - report.findings.begin();
    exposure.found = exposure.at_most = exposure.plain = 1;
    return exposure;
  }
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    if (report.findings[i].attacker <= kind.most) Add(report.findings[i], i, &exposure);
  }
  LeaveOpen(report.findings, &exposure);
  return exposure;
}

}  // namespace

std::vector<Exposure> ExposuresOf(const AuditReport& report) {
  std::vector<Exposure> exposures;
  for (const Kind& kind : kKinds) exposures.push_back(ExposureOf(report, kind));
  return exposures;
}

bool WasMade(const Finding& finding) {
  return finding.rate || finding.limit || finding.outcome != Outcome::kInconclusive;
}

std::string ShareText(const std::optional<double>& share, std::string_view none) {
  constexpr double kFew = 0.1;  // of which more digits are shown
  if (!share) return std::string(none);
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", *share < kFew ? 2 : 1, *share * 100);
  return text;
}

}  // namespace musubi::engine
