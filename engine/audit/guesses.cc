#include "engine/audit/guesses.h"

#include <algorithm>
#include <numeric>

#include "engine/audit/anchor_looks.h"
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

// All people of the sample in the attacker's order, as it encodes them.
Result<Graph> AttackersGraph(const People& people, const Encoded& encoded) {
  Records rows;
  for (const std::uint32_t place : people.order) rows.push_back(people.sample[place]);
  MUSUBI_ASSIGN_OR_RETURN(Matrix attackers, encoded.EncodeAsAttacker(rows, people.graph_seed));
  return DrawGraph(std::move(attackers));
}

// Victims are the first of the sample.
Result<Guesses> MatchFirst(const People& people, const Encoded& encoded, std::size_t victims,
                           const Graph& attackers) {
  Guesses result;
  result.truth = PlacesIn(people.order, victims);
  Records chosen = people.sample;
  chosen.resize(victims);
  MUSUBI_ASSIGN_OR_RETURN(const EncodingSet set, encoded.Encode(chosen));
  result.guesses = MatchGraphs(DrawGraph(UnitRows(set)), attackers);
  return result;
}

// Keeps the better of `best` and of what is guessed by one way to expect similarities, as an
// attacker would. Candidates stand in an order of their own, so that no tie is decided by it.
void Try(const Matrix& observed, const Matrix& expected, Index anchors, const Records& order,
         Guesses* best) {
  Guesses tried = *best;
  tried.guesses =
      MatchByAnchors(observed.leftCols(anchors), RowsOf(expected, order).leftCols(anchors));
  if (best->guesses.empty() || tried.RateOf().successes > best->RateOf().successes) {
    *best = std::move(tried);
  }
}

// By each look, and by those at the views together.
Guesses MatchKnown(const std::vector<AnchorLook>& looks, Index anchors, std::size_t first,
                   const Records& order) {
  Guesses best;
  best.first = first;
  best.truth = PlacesIn(order, order.size());
  for (const AnchorLook& look : looks) {
    Try(look.observed, look.own_key, anchors, order, &best);
    Try(look.observed, look.by_curve, anchors, order, &best);
  }
  if (looks.size() > 1) {
    const AnchorLook views = SideBySide({looks.begin() + 1, looks.end()}, anchors);
    Try(views.observed, views.own_key, views.observed.cols(), order, &best);
    Try(views.observed, views.by_curve, views.observed.cols(), order, &best);
  }
  return best;
}

}  // namespace

Status AddGraphMatching(const People& people, const AuditPolicy& policy,
                        std::vector<Finding>* findings) {
  MUSUBI_ASSIGN_OR_RETURN(const Graph attackers, AttackersGraph(people, *people.audited));
  MUSUBI_ASSIGN_OR_RETURN(const Graph plain_attackers, AttackersGraph(people, *people.control));
  for (const unsigned percent : {100U, 50U, 20U}) {
    if (people.context.stopped()) return Interrupted();
    const std::size_t victims = people.sample.size() * percent / 100;
    const std::string about = std::to_string(percent) + " % overlap";
    if (victims < kLeastVictims) {
      findings->push_back(TooFewFinding("graph_matching", about, kLeastVictims * 100 / percent));
      continue;
    }
    MUSUBI_ASSIGN_OR_RETURN(const Guesses found,
                            MatchFirst(people, *people.audited, victims, attackers));
    MUSUBI_ASSIGN_OR_RETURN(const Guesses control,
                            MatchFirst(people, *people.control, victims, plain_attackers));
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
  const bool views = people.contract.plan().best_view;
  const std::vector<AnchorLook> audited = LooksAt(*people.audited, people.tokens, most, views);
  const std::vector<AnchorLook> control = LooksAt(*people.control, people.pieces, most, false);
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
