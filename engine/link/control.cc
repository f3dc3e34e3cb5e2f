#include "engine/link/control.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace musubi::engine {
namespace {

__extension__ using Wide = unsigned __int128;

// A link of a record towards a holder.
struct Towards {
  std::uint64_t row_and_source = 0;
  std::uint32_t score = 0;
};

// The best link of each record of some pairs towards each holder.
class BestTowards {
 public:
  static Result<BestTowards> Make(const LinkSource& links, std::span<const ScoredPair> pairs,
                                  const Population& population) {
    BestTowards best;
    std::vector<bool> wanted(population.rows());
    for (const ScoredPair& pair : pairs) wanted[pair.left] = wanted[pair.right] = true;
    const auto add = [&](std::uint32_t row, std::uint32_t other, std::uint32_t score) {
      if (wanted[row]) best.best_.push_back({KeyOf(row, population.source[other]), score});
    };
    MUSUBI_RETURN_IF_ERROR(links.Visit([&](std::span<const ScoredPair> some) {
      for (const ScoredPair& link : some) {
        add(link.left, link.right, link.score);
        add(link.right, link.left, link.score);
      }
    }));
    std::ranges::sort(best.best_, [](const Towards& a, const Towards& b) {
      return std::pair(a.row_and_source, b.score) < std::pair(b.row_and_source, a.score);
    });
    const auto rest = std::ranges::unique(best.best_, {}, &Towards::row_and_source);
    best.best_.erase(rest.begin(), rest.end());
    return best;
  }

  // 0 where it has none.
  std::uint32_t Of(std::uint32_t row, std::uint16_t source) const {
    const std::uint64_t key = KeyOf(row, source);
    const auto found = std::ranges::lower_bound(best_, key, {}, &Towards::row_and_source);
    return found == best_.end() || found->row_and_source != key ? 0 : found->score;
  }

 private:
  static std::uint64_t KeyOf(std::uint32_t row, std::uint16_t source) {
    return std::uint64_t{row} << 16 | source;
  }

  std::vector<Towards> best_;
};

// Whether a share of at least `precision` is right.
bool IsEnough(const Threshold& precision, std::uint64_t selected, std::uint64_t hits,
              const PairTotals& totals) {
  // 1 - (hits * candidates / control) / selected >= n / d, multiplied by d * control * selected.
  const Wide all = Wide{selected} * totals.control * precision.denominator;
  const Wide wrong = Wide{hits} * totals.candidates * precision.denominator;
  return all >= wrong + Wide{selected} * totals.control * precision.numerator;
}

}  // namespace

PairTotals AllPairsOf(const Population& population) {
  std::vector<std::uint64_t> rows_of(population.allows_within.size());
  for (const std::uint16_t source : population.source) ++rows_of[source];
  const auto pairs = [](std::uint64_t rows) { return rows < 2 ? 0 : rows * (rows - 1) / 2; };
  PairTotals totals;
  for (std::size_t source = 0; source < rows_of.size(); ++source) {
    if (population.allows_within[source] == 0) totals.control += pairs(rows_of[source]);
  }
  totals.candidates = pairs(population.rows()) - totals.control;
  return totals;
}

std::uint64_t PairsWithin(const std::vector<std::uint32_t>& first_of) {
  std::vector<std::uint32_t> members(first_of.size());  // so far, at a cluster's first row
  std::uint64_t pairs = 0;
  for (const std::uint32_t first : first_of) pairs += members[first]++;
  return pairs;
}

Result<std::uint64_t> HitsThatStay(const LinkSource& links, std::span<const ScoredPair> hits,
                                   const Population& population) {
  const std::size_t sources = population.allows_within.size();
  if (sources < 2) return static_cast<std::uint64_t>(hits.size());
  MUSUBI_ASSIGN_OR_RETURN(const BestTowards best, BestTowards::Make(links, hits, population));
  std::uint64_t staying = 0;
  for (const ScoredPair& hit : hits) {
    for (std::uint16_t other = 0; other < sources; ++other) {
      if (other == population.source[hit.left]) continue;
      const bool links_several = population.allows_within[other] != 0;
      const bool stays = links_several || (best.Of(hit.left, other) < hit.score &&
                                           best.Of(hit.right, other) < hit.score);
      staying += stays ? 1 : 0;
    }
  }
  return (staying + sources - 2) / (sources - 1);
}

Result<std::optional<std::uint32_t>> LeastScore(const Threshold& precision, const LinkSource& links,
                                                std::span<const ScoredPair> hits,
                                                const PairTotals& totals) {
  MUSUBI_CHECK(totals.control > 0);
  std::vector<std::uint32_t> scores;
  scores.reserve(links.links());
  MUSUBI_RETURN_IF_ERROR(links.Visit([&](std::span<const ScoredPair> some) {
    for (const ScoredPair& link : some) scores.push_back(link.score);
  }));
  std::vector<std::uint32_t> mistakes;
  for (const ScoredPair& hit : hits) mistakes.push_back(hit.score);
  std::ranges::sort(scores, std::greater());
  std::ranges::sort(mistakes, std::greater());
  std::optional<std::uint32_t> least;
  std::size_t wrong = 0;
  for (std::size_t selected = 0; selected < scores.size();) {
    const std::uint32_t score = scores[selected];
    while (selected < scores.size() && scores[selected] == score) ++selected;
    while (wrong < mistakes.size() && mistakes[wrong] >= score) ++wrong;
    if (IsEnough(precision, selected, wrong, totals)) least = score;
  }
  return least;
}

Result<BestLinksOf> BestLinksOf::Make(const LinkSource& links, std::uint32_t least) {
  BestLinksOf best(links, least);
  MUSUBI_RETURN_IF_ERROR(
      best.Visit([&best](std::span<const ScoredPair> some) { best.count_ += some.size(); }));
  return best;
}

Status BestLinksOf::Visit(const Visitor& visit) const {
  std::vector<ScoredPair> kept;
  return links_.Visit([&](std::span<const ScoredPair> some) {
    kept.clear();
    std::ranges::copy_if(some, std::back_inserter(kept),
                         [this](const ScoredPair& link) { return link.score >= least_; });
    visit(kept);
  });
}

}  // namespace musubi::engine
