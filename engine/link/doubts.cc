#include "engine/link/doubts.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/link/threads.h"
#include "engine/model/learned_model.h"
#include "engine/resolve/regroup.h"

namespace musubi::engine {
namespace {

using storage::ProposalReason;

// Which comparisons are of names, and which of dates.
struct Roles {
  explicit Roles(const Contract& contract) {
    if (contract.filters().size() + contract.match_rules().size() > kMostComparisons) return;
    const Comparisons comparisons = ComparisonsOf(contract);
    for (std::size_t place = 0; place < comparisons.roles.size(); ++place) {
      if (comparisons.roles[place] == Role::kName) names.push_back(place);
      if (comparisons.roles[place] == Role::kDate) dates.push_back(place);
    }
  }

  bool CanTell() const { return names.size() > 1 && !dates.empty(); }

  // Whether a pair agrees as twins do.
  bool AreTwins(Pattern levels) const {
    unsigned equal_dates = 0;
    for (const std::size_t place : dates) {
      const unsigned level = LevelAt(levels, place);
      if (level != kMissing && level < kEqual) return false;
      equal_dates += level >= kEqual ? 1 : 0;
    }
    bool equal_name = false;
    bool unlike_name = false;
    for (const std::size_t place : names) {
      const unsigned level = LevelAt(levels, place);
      equal_name |= level >= kEqual;
      unlike_name |= level == kUnlike;
    }
    return equal_dates > 0 && equal_name && unlike_name;
  }

  std::vector<std::size_t> names;  // places in a pattern
  std::vector<std::size_t> dates;
};

// The rows of each cluster of two or more, one after another.
class ClusterRows {
 public:
  explicit ClusterRows(std::span<const std::uint32_t> first_of) : starts_(first_of.size() + 1) {
    for (const std::uint32_t first : first_of) ++starts_[first];
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    rows_.resize(first_of.size());
    for (auto row = static_cast<std::uint32_t>(first_of.size()); row-- != 0;) {
      rows_[--starts_[first_of[row]]] = row;
    }
  }

  // Ascending; empty where no cluster begins at `first`.
  std::span<const std::uint32_t> of(std::size_t first) const {
    return std::span(rows_).subspan(starts_[first], starts_[first + 1] - starts_[first]);
  }

 private:
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> rows_;
};

// What pairs say of each record of a cluster.
struct Standing {
  std::uint64_t sum = 0;  // of the scores with the others
  unsigned twin_pairs = 0;
};

class DoubtFinder {
 public:
  DoubtFinder(const DoubtBasis& basis, const ExecContext& context)
      : basis_(basis), context_(context), roles_(basis.contract), clusters_(basis.first_of) {}

  Result<std::vector<Doubt>> Find() {
    MUSUBI_RETURN_IF_ERROR(FindTies());
    MUSUBI_ASSIGN_OR_RETURN(std::vector<Doubt> doubts, LookAtClusters());
    std::ranges::sort(doubts, {}, &Doubt::row);
    return doubts;
  }

 private:
  using Rows = std::span<const std::uint32_t>;

  // Per cluster, at its first row: the first record with a rival as good as its own links.
  Status FindTies() {
    const auto first_of = basis_.first_of;
    std::vector<std::uint32_t> best(first_of.size());  // link within the cluster
    MUSUBI_RETURN_IF_ERROR(basis_.links.Visit([&](std::span<const ScoredPair> some) {
      for (const ScoredPair& link : some) {
        if (first_of[link.left] != first_of[link.right]) continue;
        best[link.left] = std::max(best[link.left], link.score);
        best[link.right] = std::max(best[link.right], link.score);
      }
    }));
    tied_.assign(first_of.size(), kNoKey);
    return basis_.links.Visit([&](std::span<const ScoredPair> some) {
      for (const ScoredPair& link : some) {
        if (first_of[link.left] == first_of[link.right]) continue;
        for (const std::uint32_t row : {link.left, link.right}) {
          std::uint32_t& tied = tied_[first_of[row]];
          if (best[row] > 0 && link.score >= best[row]) tied = std::min(tied, row);
        }
      }
    });
  }

  // In pieces, each with doubts of its own, which are put together in their order.
  Result<std::vector<Doubt>> LookAtClusters() {
    constexpr std::size_t kRowsOfPiece = std::size_t{1} << 14;
    const std::size_t rows = basis_.first_of.size();
    std::vector<std::vector<Doubt>> found((rows + kRowsOfPiece - 1) / kRowsOfPiece);
    Threads threads(context_);
    threads.Run([&] {
      tbb::parallel_for(std::size_t{0}, found.size(), [&](std::size_t piece) {
        if (context_.stopped()) return;
        const std::size_t end = std::min(rows, (piece + 1) * kRowsOfPiece);
        for (std::size_t first = piece * kRowsOfPiece; first < end; ++first) {
          if (const auto doubt = DoubtOf(first)) found[piece].push_back(*doubt);
        }
      });
    });
    if (context_.stopped()) return Interrupted();
    std::vector<Doubt> doubts;
    for (const std::vector<Doubt>& of_piece : found) {
      doubts.insert(doubts.end(), of_piece.begin(), of_piece.end());
    }
    return doubts;
  }

  std::optional<Doubt> DoubtOf(std::size_t first) const {
    Rows rows = clusters_.of(first);
    if (rows.size() < 2) return std::nullopt;
    if (tied_[first] != kNoKey) return Doubt{tied_[first], ProposalReason::kTie};
    if (rows.size() == 2 && !roles_.CanTell()) return std::nullopt;
    rows = rows.first(std::min(rows.size(), kSpeakers));
    const std::vector<Standing> standings = StandingsOf(rows);
    if (const auto weak = Weakest(rows, standings)) return Doubt{*weak, ProposalReason::kWeak};
    if (const auto twin = Twin(rows, standings)) return Doubt{*twin, ProposalReason::kTwin};
    return std::nullopt;
  }

  std::vector<Standing> StandingsOf(Rows rows) const {
    std::vector<Standing> standings(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = i + 1; j < rows.size(); ++j) {
        const PairReading pair = basis_.pairs.Read(rows[i], rows[j]);
        const std::uint32_t score = pair.score == 0 ? basis_.threshold / 3 : pair.score;
        const unsigned twins = roles_.CanTell() && roles_.AreTwins(pair.levels) ? 1 : 0;
        for (const std::size_t at : {i, j}) {
          standings[at].sum += score;
          standings[at].twin_pairs += twins;
        }
      }
    }
    return standings;
  }

  std::optional<std::uint32_t> Weakest(Rows rows, std::span<const Standing> standings) const {
    if (rows.size() < 3) return std::nullopt;
    const auto weakest = std::ranges::min_element(standings, {}, &Standing::sum);
    if (weakest->sum >= std::uint64_t{basis_.threshold} * (rows.size() - 1)) return std::nullopt;
    return rows[static_cast<std::size_t>(weakest - standings.begin())];
  }

  static std::optional<std::uint32_t> Twin(Rows rows, std::span<const Standing> standings) {
    std::size_t most = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (standings[i].twin_pairs >= standings[most].twin_pairs) most = i;
    }
    if (standings[most].twin_pairs == 0) return std::nullopt;
    return rows[most];
  }

  const DoubtBasis& basis_;
  const ExecContext& context_;
  const Roles roles_;
  const ClusterRows clusters_;
  std::vector<std::uint32_t> tied_;
};

}  // namespace

Result<std::vector<Doubt>> FindDoubts(const DoubtBasis& basis, const ExecContext& context) {
  return DoubtFinder(basis, context).Find();
}

}  // namespace musubi::engine
