#include "engine/model/match_model.h"

#include <algorithm>
#include <utility>

#include "engine/model/excess.h"

namespace musubi::engine {
namespace {

constexpr int kMostSteps = 500;
constexpr double kStartEqual = 0.8;  // the chance that one person's values are equal, at first
constexpr double kLeastUsed = 0.01;  // levels rarer among strangers tell too little of them

// What is known of matches before any is seen: half a pair for equality, spread as values are, and
// half a pair for each other level.
Shape MatchShape(const LevelTable& base, const LevelTable& values) {
  Shape shape;
  shape.follows_values = true;
  for (unsigned level = kUnlike; level < kEqual; ++level) {
    shape.prior[level] = base[level] > 0 ? 0.5 : 0;
  }
  for (unsigned level = kEqual; level < kPatternLevels; ++level) {
    shape.prior[level] = 0.5 * values[level];
  }
  shape.chances = WithEqual(shape.prior, kStartEqual);
  shape.chances[kMissing] = 1;
  return shape;
}

// About one match for every two records.
double StartShare(std::uint64_t records, const PatternTable& candidates) {
  return std::min(0.5, 0.5 * static_cast<double>(records) / candidates.total);
}

PairClass MatchClass(const std::vector<LevelTable>& base, double share, Mixture* mixture) {
  PairClass matches{share, {}};
  for (std::size_t place = 0; place < base.size(); ++place) {
    matches.shapes.push_back(
        mixture->AddShape(place, MatchShape(base[place], mixture->values[place])));
  }
  return matches;
}

// A class of matches and one of strangers, both to be learnt.
Mixture TwoClasses(const PatternTable& candidates, const std::vector<LevelTable>& base,
                   const Comparisons& comparisons, std::uint64_t records) {
  Mixture mixture;
  mixture.shapes.resize(base.size());
  mixture.values = comparisons.values;
  const double share = StartShare(records, candidates);
  mixture.classes.push_back(MatchClass(base, share, &mixture));
  mixture.classes.push_back(ClassOf(base, base, 1 - share, &mixture));
  return mixture;
}

// Pairs of one person, as the model sees them: how many are unlike in at least the places of each
// set of those `among` which they are counted; and how many would be if mistakes fell
// independently.
struct UnlikeCounts {
  std::vector<double> observed;
  std::vector<double> expected;
  double matches = 0;
};

UnlikeCounts CountUnlike(const PatternTable& candidates, const PairModel& model, PlaceSet among) {
  const std::size_t places = model.mixture.places();
  UnlikeCounts counts;
  counts.observed.resize(std::size_t{1} << places);
  counts.expected.resize(counts.observed.size());
  for (std::size_t i = 0; i < candidates.patterns.size(); ++i) {
    const Pattern pattern = candidates.patterns[i];
    const double match = model.MatchPart(pattern);
    if (match <= 0) continue;
    const double pairs = candidates.pairs[i] * (match / (match + model.NullPart(pattern)));
    std::size_t unlike = 0;
    std::size_t present = 0;
    for (std::size_t place = 0; place < places; ++place) {
      if ((among >> place & 1) == 0) continue;
      unlike |= std::size_t{LevelAt(pattern, place) == kUnlike} << place;
      present |= std::size_t{LevelAt(pattern, place) != kMissing} << place;
    }
    counts.matches += pairs;
    counts.observed[unlike] += pairs;
    counts.expected[present] += pairs;
  }
  SumOverSupersets(&counts.observed);
  SumOverSupersets(&counts.expected);
  for (std::size_t set = 0; set < counts.expected.size(); ++set) {
    for (std::size_t place = 0; place < places; ++place) {
      if ((set >> place & 1) == 0) continue;
      counts.expected[set] *= model.mixture.shape(0, place).chances[kUnlike];
    }
  }
  return counts;
}

PlaceSet PlacesOf(const Comparisons& comparisons, Role role) {
  PlaceSet places = 0;
  for (std::size_t place = 0; place < comparisons.size(); ++place) {
    places |= PlaceSet{comparisons.roles[place] == role} << place;
  }
  return places;
}

// Whether a name and a date are unlike together in many more matches than chance would have it.
bool DifferTogether(const PatternTable& candidates, const Comparisons& comparisons,
                    const PairModel& model) {
  constexpr double kLeastShare = 0.05;  // of matches; less is left to the estimate of precision
  constexpr double kLeastRatio = 2;
  const PlaceSet names = PlacesOf(comparisons, Role::kName);
  const PlaceSet dates = PlacesOf(comparisons, Role::kDate);
  const UnlikeCounts counts = CountUnlike(candidates, model, names | dates);
  for (std::size_t name = 1; name <= names; name *= 2) {
    for (std::size_t date = 1; date <= dates; date *= 2) {
      if ((name & names) == 0 || (date & dates) == 0) continue;
      const double observed = counts.observed[name | date];
      if (observed > kLeastShare * counts.matches &&
          observed > kLeastRatio * counts.expected[name | date]) {
        return true;
      }
    }
  }
  return false;
}

// The largest RandomShare of a class in a name or date.
double WorstRandomShare(const Mixture& mixture, std::size_t c, const std::vector<LevelTable>& base,
                        const Comparisons& comparisons) {
  double worst = 0;
  for (std::size_t place = 0; place < comparisons.size(); ++place) {
    const Role role = comparisons.roles[place];
    if (role != Role::kName && role != Role::kDate) continue;
    worst = std::max(worst, RandomShare(mixture.shape(c, place).chances, base[place]));
  }
  return worst;
}

// Classes found as those of the null model are, the one most plainly of persons first.
PairModel FitManyClasses(const PatternTable& candidates, const std::vector<LevelTable>& base,
                         const Comparisons& comparisons) {
  PairModel model{FitNull(candidates, base, comparisons), 1};
  Mixture& mixture = model.mixture;
  std::size_t persons = 0;
  double least = WorstRandomShare(mixture, 0, base, comparisons);
  for (std::size_t c = 1; c < mixture.classes.size(); ++c) {
    const double worst = WorstRandomShare(mixture, c, base, comparisons);
    if (worst >= least) continue;
    least = worst;
    persons = c;
  }
  PairClass matches = mixture.classes[persons];
  mixture.classes.erase(mixture.classes.begin() + static_cast<std::ptrdiff_t>(persons));
  mixture.classes.insert(mixture.classes.begin(), std::move(matches));
  for (std::size_t place = 0; place < base.size(); ++place) {
    Shape shape = MatchShape(base[place], mixture.values[place]);
    shape.chances = mixture.shape(0, place).chances;
    mixture.shapes[place][mixture.classes[0].shapes[place]] = shape;
  }
  FitMixture(candidates, kMostSteps, &mixture);
  return model;
}

}  // namespace

double PairModel::MatchPart(Pattern pattern) const {
  double part = 0;
  for (std::size_t c = 0; c < matches; ++c) part += mixture.PartOf(c, pattern);
  return part;
}

double PairModel::NullPart(Pattern pattern) const {
  double part = 0;
  for (std::size_t c = matches; c < mixture.classes.size(); ++c) {
    part += mixture.PartOf(c, pattern);
  }
  return part;
}

double PairModel::match_share() const {
  double share = 0;
  for (std::size_t c = 0; c < matches; ++c) share += mixture.classes[c].share;
  return share;
}

PairModel FitMatches(const PatternTable& candidates, const Mixture& null,
                     const std::vector<LevelTable>& base, std::uint64_t records) {
  PairModel model{null, 1};
  Mixture& mixture = model.mixture;
  for (auto& shapes : mixture.shapes) {
    for (Shape& shape : shapes) shape.learns = false;
  }
  const double share = StartShare(records, candidates);
  for (PairClass& other : mixture.classes) other.share *= 1 - share;
  const PairClass matches = MatchClass(base, share, &mixture);
  mixture.classes.insert(mixture.classes.begin(), matches);
  FitMixture(candidates, kMostSteps, &mixture);
  return model;
}

std::optional<PairModel> FitMatchesWithoutControl(const PatternTable& candidates,
                                                  const std::vector<LevelTable>& base,
                                                  const Comparisons& comparisons,
                                                  std::uint64_t records) {
  PairModel two{TwoClasses(candidates, base, comparisons, records), 1};
  FitMixture(candidates, kMostSteps, &two.mixture);
  if (IsOfPersons(candidates, base, comparisons, two)) return two;
  PairModel many = FitManyClasses(candidates, base, comparisons);
  if (many.mixture.classes.size() > 1 && IsOfPersons(candidates, base, comparisons, many)) {
    return many;
  }
  return std::nullopt;
}

namespace {

// The model with a class of persons who moved, in whom the comparisons of `changed`, a bit a place,
// agree as those of strangers do; and its likelihood.
std::pair<PairModel, double> WithMovers(const PatternTable& candidates, const PairModel& model,
                                        PlaceSet changed) {
  constexpr double kStartMoved = 0.05;
  PairModel larger = model;
  std::vector<PairClass>& classes = larger.mixture.classes;
  PairClass movers = classes[0];
  movers.share *= kStartMoved;
  classes[0].share *= 1 - kStartMoved;
  for (std::size_t place = 0; place < movers.shapes.size(); ++place) {
    if ((changed >> place & 1) != 0) movers.shapes[place] = classes[1].shapes[place];
  }
  classes.insert(classes.begin() + 1, movers);
  larger.matches = 2;
  const double likelihood = FitMixture(candidates, kMostSteps, &larger.mixture);
  return {std::move(larger), likelihood};
}

}  // namespace

void AddMovers(const PatternTable& candidates, const Comparisons& comparisons, PairModel* model) {
  const PlaceSet places = PlacesOf(comparisons, Role::kPlace);
  const UnlikeCounts counts = CountUnlike(candidates, *model, places);
  const auto found = FindExcess(counts.observed, counts.expected, 1);
  if (found.empty() || found[0].gain < kLeastGain) return;
  PlaceSet changed = found[0].set;
  auto [best, likelihood] = WithMovers(candidates, *model, changed);
  // What else changes with these comparisons may be unlike too seldom to be found with them: people
  // move to where the postcode resembles the old one.
  for (bool larger = true; larger;) {
    larger = false;
    for (PlaceSet place = 1; place <= places; place *= 2) {
      const PlaceSet more = changed | (place & places);
      if (more == changed) continue;
      auto [next, next_likelihood] = WithMovers(candidates, *model, more);
      if (next_likelihood - likelihood < kLeastGain) continue;
      best = std::move(next);
      likelihood = next_likelihood;
      changed = more;
      larger = true;
    }
  }
  const double without = FitMixture(candidates, 0, &model->mixture);
  if (likelihood - without < kLeastGain) return;
  *model = std::move(best);
}

double RandomShare(const LevelTable& chances, const LevelTable& base) {
  double share = 1;
  for (unsigned level = kUnlike; level < kPatternLevels; ++level) {
    if (base[level] >= kLeastUsed) share = std::min(share, chances[level] / base[level]);
  }
  return share;
}

bool IsOfPersons(const PatternTable& candidates, const std::vector<LevelTable>& base,
                 const Comparisons& comparisons, const PairModel& model) {
  constexpr double kMostRandomShare = 0.4;
  return WorstRandomShare(model.mixture, 0, base, comparisons) <= kMostRandomShare &&
         !DifferTogether(candidates, comparisons, model);
}

}  // namespace musubi::engine
