#include "engine/tune/quality_trial.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "core/seeded_draws.h"

namespace musubi::engine {
namespace {

constexpr std::size_t kMostTried = 10'000;  // people
constexpr std::uint32_t kNobody = UINT32_MAX;

// The records' filter with a bit for each of their tokens; of a record of more than `most`, for the
// first of them.
FilterColumn TokenBits(const ClearTokens& tokens, std::size_t most) {
  FilterColumn column;
  column.bits = BitMatrix(std::max<std::size_t>(1, tokens.filter_of.size()), tokens.of.size());
  for (std::size_t row = 0; row < tokens.of.size(); ++row) {
    const std::size_t set = std::min(most, tokens.of[row].size());
    for (std::size_t t = 0; t < set; ++t) column.bits.Set(row, tokens.of[row][t]);
    column.present.push_back(tokens.of[row].empty() ? 0 : 1);
  }
  column.popcounts.resize(tokens.of.size());
  column.CountBits();
  return column;
}

// Whether the unit would take pairs from blocks, with two files of so many records.
bool TakesBlocks(const Contract& contract, std::uint64_t rows) {
  const LinkagePlan& plan = contract.plan();
  if (contract.token_count() == 0) return false;
  return plan.candidates == CandidateMethod::kBlocks ||
         (plan.candidates == CandidateMethod::kAuto && rows * rows > plan.all_pairs_up_to);
}

}  // namespace

Result<QualityTrial> QualityTrial::Prepare(const HeldRecords& held, std::uint64_t seed,
                                           const ExecContext& context) {
  SeededDraws draws(seed);
  const auto people = Shuffled(held.rows(), std::min(held.rows(), kMostTried), &draws);
  MUSUBI_ASSIGN_OR_RETURN(auto both, held.WithCopies(people, draws.Below(UINT64_MAX), context));
  QualityTrial trial(std::move(both));
  trial.file_rows_ = held.rows();
  trial.shift_ = people.size() / 4;
  const std::size_t firsts = people.size() - trial.shift_;
  trial.seconds_ = Shuffled(firsts, firsts, &draws);
  trial.partner_.assign(firsts, kNobody);
  for (std::uint32_t i = 0; i < firsts; ++i) {
    trial.seconds_[i] += static_cast<std::uint32_t>(trial.shift_);
    const std::uint32_t person = trial.seconds_[i];
    if (person < firsts) trial.partner_[person] = static_cast<std::uint32_t>(firsts) + i;
  }
  return trial;
}

double QualityTrial::MeanTokens(const Contract& contract) const {
  std::vector<std::uint32_t> rows(people());
  std::iota(rows.begin(), rows.end(), 0U);
  const ClearTokens tokens = both_.Tokens(contract, rows);
  std::size_t sum = 0;
  for (const auto& record : tokens.of) sum += record.size();
  return static_cast<double>(sum) / static_cast<double>(rows.size());
}

Result<Quality> QualityTrial::Measure(const Contract& contract, const crypto::LinkageSecret& secret,
                                      Finds finds, const ExecContext& context) const {
  const auto encode = [&](const std::vector<std::uint32_t>& rows) {
    return both_.Encode(contract, secret, rows, context);
  };
  return MeasureBy(contract, encode, finds, context);
}

Result<Quality> QualityTrial::MeasureClearText(const Contract& record,
                                               const crypto::LinkageSecret& secret,
                                               const ExecContext& context) const {
  std::vector<std::uint32_t> all(both_.rows());
  std::iota(all.begin(), all.end(), 0U);
  const HeldRecords clear = both_.Chosen(record, all);
  const auto encode = [&](const std::vector<std::uint32_t>& rows) -> Result<EncodingSet> {
    MUSUBI_ASSIGN_OR_RETURN(EncodingSet set, clear.Encode(record, secret, rows, context));
    set.filters.front() = TokenBits(clear.Tokens(record, rows), record.filters().front().bits);
    return set;
  };
  return MeasureBy(record, encode, Finds::kBest, context);
}

Result<Quality> QualityTrial::MeasureBy(const Contract& contract, const Encoder& encode,
                                        Finds finds, const ExecContext& context) const {
  Quality quality;
  quality.threshold = contract.plan().threshold;
  const bool by_blocks = TakesBlocks(contract, file_rows_);
  const auto link = [&](const LinkTrial& trial) {
    return trial.Link({quality.threshold, {}, by_blocks}, context);
  };
  MUSUBI_ASSIGN_OR_RETURN(const LinkTrial usual, TrialOf(contract, encode, Copies::kUsual));
  if (finds == Finds::kBest && contract.plan().model == ModelKind::kWeightedMean) {
    MUSUBI_RETURN_IF_ERROR(
        FindThreshold(usual, by_blocks, context, &quality.usual, &quality.threshold));
  } else {
    MUSUBI_ASSIGN_OR_RETURN(const TrialLinks links, link(usual));
    quality.usual = Count(links.links, Half::kBoth);
    quality.refusal = links.refusal;
  }
  MUSUBI_ASSIGN_OR_RETURN(const LinkTrial clean, TrialOf(contract, encode, Copies::kClean));
  MUSUBI_ASSIGN_OR_RETURN(const TrialLinks links, link(clean));
  quality.clean = Count(links.links, Half::kBoth);
  return quality;
}

Status QualityTrial::FindThreshold(const LinkTrial& trial, bool by_blocks,
                                   const ExecContext& context, PairCounts* counts,
                                   Threshold* threshold) const {
  // Of two holders without duplicates, greedy links at a threshold are those of a lower one that
  // reach it: one run tells of all thresholds.
  MUSUBI_ASSIGN_OR_RETURN(
      const TrialLinks all,
      trial.Link({trial.LeastThreshold(), ResolutionKind::kGreedy, by_blocks}, context));
  for (const Half half : {Half::kEven, Half::kOdd}) {
    const Half other = half == Half::kEven ? Half::kOdd : Half::kEven;
    MUSUBI_ASSIGN_OR_RETURN(const TrialLinks links,
                            trial.Link({BestThreshold(all.links, other), {}, by_blocks}, context));
    counts->Add(Count(links.links, half));
  }
  *threshold = BestThreshold(all.links, Half::kBoth);
  return {};
}

// Copies with errors are those that many rows behind their originals.
Result<LinkTrial> QualityTrial::TrialOf(const Contract& contract, const Encoder& encode,
                                        Copies copies) const {
  const auto behind = static_cast<std::uint32_t>(copies == Copies::kUsual ? people() : 0);
  std::vector<std::uint32_t> rows(partner_.size());
  std::iota(rows.begin(), rows.end(), 0U);
  for (const std::uint32_t person : seconds_) rows.push_back(person + behind);
  MUSUBI_ASSIGN_OR_RETURN(EncodingSet records, encode(rows));
  return LinkTrial(contract, std::move(records), partner_.size());
}

bool QualityTrial::Has(Half half, std::size_t person) {
  return half == Half::kBoth || (half == Half::kOdd) == (person % 2 == 1);
}

PairCounts QualityTrial::Count(const std::vector<ScoredPair>& links, Half half) const {
  PairCounts counts;
  for (std::size_t person = 0; person < partner_.size(); ++person) {
    counts.missed += Has(half, person) && partner_[person] != kNobody ? 1 : 0;
  }
  for (const ScoredPair& link : links) {
    if (!Has(half, link.left)) continue;
    const bool right = partner_[link.left] == link.right;
    counts.right += right ? 1 : 0;
    counts.missed -= right ? 1 : 0;
    counts.wrong += right ? 0 : 1;
  }
  return counts;
}

// Between the last link that is taken and the first that is not, where F1 is the highest; of equal
// ones the highest threshold.
Threshold QualityTrial::BestThreshold(const std::vector<ScoredPair>& links, Half half) const {
  std::vector<ScoredPair> best_first;
  for (const ScoredPair& link : links) {
    if (Has(half, link.left)) best_first.push_back(link);
  }
  std::ranges::stable_sort(best_first, std::ranges::greater(), &ScoredPair::score);
  const std::uint64_t pairs = Count({}, half).missed;
  std::uint64_t right = 0;
  std::uint64_t best_right = 0;
  std::uint64_t best_total = 1;  // links and pairs, of which F1 is twice the share that is right
  std::uint32_t threshold = kScoreUnit;
  for (std::size_t i = 0; i < best_first.size(); ++i) {
    const ScoredPair& link = best_first[i];
    right += partner_[link.left] == link.right ? 1 : 0;
    const std::uint32_t next = i + 1 < best_first.size() ? best_first[i + 1].score : 1;
    const std::uint64_t total = i + 1 + pairs;
    if (next == link.score || right * best_total <= best_right * total) continue;
    best_right = right;
    best_total = total;
    threshold = next + (link.score - next + 1) / 2;
  }
  return {threshold, kScoreUnit};
}

}  // namespace musubi::engine
