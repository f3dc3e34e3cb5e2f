#include "engine/audit/guesses.h"

#include <algorithm>
#include <numeric>

#include "engine/audit/anchor_profile.h"
#include "engine/audit/graph_matching.h"
#include "engine/audit/nearest.h"
#include "engine/audit/unit_rows.h"

namespace musubi::engine {
namespace {

using Eigen::Index;

// What the attacks must do to plain filters, or they show nothing of others.
constexpr double kGraphControl = 0.9;
constexpr double kAnchorControl = 0.95;

constexpr std::size_t kMostAnchors = 1000;

// What an attack made of records of the sample.
struct Guesses {
  std::size_t first = 0;  // the record of the first guess; the next is of the next, and so on
  Records guesses;
  Records truth;

  // Of all of them, or of those in a group.
  Rate RateOf(const std::vector<bool>* group = nullptr) const {
    Rate rate;
    for (std::size_t i = 0; i < guesses.size(); ++i) {
      if (group != nullptr && !(*group)[first + i]) continue;
      ++rate.trials;
      rate.successes += guesses[i] == truth[i] ? 1 : 0;
    }
    return rate;
  }
};

void AddGroups(const People& people, const Guesses& guesses, double factor,
               std::vector<Finding>* findings) {
  AddGroupFindings(guesses.RateOf(&people.groups.rare), guesses.RateOf(&people.groups.other),
                   factor, findings);
}

// Victims are the first of the sample; the attacker knows all of it.
Result<Guesses> MatchFirst(const People& people, const Encoded& encoded, std::size_t victims) {
  Guesses result;
  result.truth = PlacesIn(people.order, victims);
  Records chosen = people.sample;
  chosen.resize(victims);
  MUSUBI_ASSIGN_OR_RETURN(const EncodingSet set, encoded.Encode(chosen));
  result.guesses = MatchGraphs(UnitRows(set), RowsOf(encoded.attackers(), people.order));
  return result;
}

// What an attacker with known pairs has: similarities of targets, and of candidates, to anchors.
struct Similarities {
  Matrix observed;
  Matrix own_key;   // as the attacker's own encodings have them
  Matrix by_curve;  // as encodings have them on average, by the tokens in clear text
};

Matrix RestToFirst(const Matrix& rows, Index first) {
  const Matrix rest = rows.bottomRows(rows.rows() - first);
  return Product(rest, rows.topRows(first).transpose());
}

Similarities SimilaritiesOf(const Encoded& encoded, const Matrix& cosines) {
  Similarities similarities;
  similarities.observed = RestToFirst(encoded.victims(), cosines.cols());
  similarities.own_key = RestToFirst(encoded.attackers(), cosines.cols());
  similarities.by_curve = SimilarityCurve(cosines, similarities.own_key).Of(cosines);
  return similarities;
}

// The better of both ways to expect similarities, as an attacker would use. Candidates stand in an
// order of their own, so that no tie is decided by it.
Guesses MatchKnown(const Similarities& similarities, Index anchors, std::size_t first,
                   const Records& order) {
  Guesses best;
  best.first = first;
  best.truth = PlacesIn(order, order.size());
  for (const Matrix* expected : {&similarities.own_key, &similarities.by_curve}) {
    Guesses tried = best;
    tried.guesses = MatchByAnchors(similarities.observed.leftCols(anchors),
                                   RowsOf(*expected, order).leftCols(anchors));
    if (best.guesses.empty() || tried.RateOf().successes > best.RateOf().successes) {
      best = std::move(tried);
    }
  }
  return best;
}

}  // namespace

Status AddGraphMatching(const People& people, const AuditPolicy& policy,
                        std::vector<Finding>* findings) {
  for (const unsigned percent : {100U, 50U, 20U}) {
    if (people.context.stopped()) return Interrupted();
    const std::size_t victims = people.sample.size() * percent / 100;
    const std::string about = std::to_string(percent) + " % overlap";
    if (victims < kLeastVictims) {
      findings->push_back(TooFewFinding("graph_matching", about, kLeastVictims * 100 / percent));
      continue;
    }
    MUSUBI_ASSIGN_OR_RETURN(const Guesses found, MatchFirst(people, *people.audited, victims));
    MUSUBI_ASSIGN_OR_RETURN(const Guesses control, MatchFirst(people, *people.control, victims));
    const double chance = 1 / static_cast<double>(people.sample.size());
    Finding finding = RateFinding("graph_matching", about, found.RateOf(), chance,
                                  chance + policy.graph_matching);
    finding.control = control.RateOf().value();
    if (percent == 100) {
      RequireControl(kGraphControl, &finding);
    } else if (*finding.control < kGraphControl && finding.outcome != Outcome::kFail) {
      finding.outcome = Outcome::kTold;
      finding.note = "no verdict: at this overlap the attack is too weak on plain filters";
    }
    findings->push_back(std::move(finding));
    if (percent == 100) AddGroups(people, found, policy.group_factor, findings);
  }
  return {};
}

Status AddKnownPairs(const People& people, const AuditPolicy& policy,
                     std::vector<Finding>* findings) {
  const std::size_t most = std::min(kMostAnchors, people.sample.size() / 2);
  const std::size_t others = people.sample.size() - most;
  const auto behind = people.tokens.of.begin() + static_cast<std::ptrdiff_t>(most);
  const Matrix cosines =
      TokenCosines({behind, people.tokens.of.end()}, {people.tokens.of.begin(), behind});
  const Similarities audited = SimilaritiesOf(*people.audited, cosines);
  const Similarities control = SimilaritiesOf(*people.control, cosines);
  const Records order = DrawSample(others, others, people.pairs_seed);
  struct Case {
    std::size_t anchors;
    double limit;
  };
  for (const Case& one : {Case{50, policy.anchors_50}, Case{200, policy.anchors_200},
                          Case{kMostAnchors, policy.anchors_1000}}) {
    const std::string about = std::to_string(one.anchors) + " known pairs";
    if (one.anchors > most) {
      findings->push_back(TooFewFinding("anchor_profile", about, 2 * one.anchors));
      continue;
    }
    const auto anchors = static_cast<Index>(one.anchors);
    const Guesses found = MatchKnown(audited, anchors, most, order);
    findings->push_back(RateFinding("anchor_profile", about, found.RateOf(),
                                    1 / static_cast<double>(others), one.limit));
    findings->back().control = MatchKnown(control, anchors, most, order).RateOf().value();
    if (one.anchors < kMostAnchors) continue;
    RequireControl(kAnchorControl, &findings->back());
    AddGroups(people, found, policy.group_factor, findings);
  }
  return {};
}

Status AddDictionary(const People& people, const AuditPolicy& policy,
                     std::vector<Finding>* findings) {
  const Records truth = PlacesIn(people.order, people.sample.size());
  const Matrix& victims = people.audited->victims();
  const auto right = [&](const Matrix& dictionary) {
    return CountRight(FindNearest(victims, RowsOf(dictionary, people.order)).of_left, truth);
  };
  const double chance = 1 / static_cast<double>(people.sample.size());
  const Rate with_secret = right(victims);
  findings->push_back(RateFinding("dictionary", "without the secret",
                                  right(people.audited->attackers()), chance,
                                  chance + policy.dictionary));
  findings->back().control = with_secret.value();
  findings->push_back(RateFinding("dictionary", "with the secret", with_secret, chance, 1));
  findings->back().attacker = Attacker::kUnitWithHolder;
  Tell("no encoding withstands who has the secret", &findings->back());
  return {};
}

}  // namespace musubi::engine
