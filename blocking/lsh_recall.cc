#include "blocking/lsh_recall.h"

#include <algorithm>

namespace musubi::blocking {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kWeights = 16;          // records from light to heavy
constexpr std::uint64_t kPositionUnit = 256;  // of PairKind::differing

std::uint64_t MultiplyUp(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>((Wide{a} * b + kProbabilityOne - 1) / kProbabilityOne);
}

std::uint64_t MultiplyDown(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(Wide{a} * b / kProbabilityOne);
}

std::uint64_t SquareRoot(std::uint64_t x) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= x) root += bit;
  }
  return root;
}

}  // namespace

std::uint64_t PowerOfProbability(std::uint64_t x, std::uint32_t n) {
  std::uint64_t power = kProbabilityOne;
  for (; n != 0; n >>= 1) {
    if ((n & 1) != 0) power = MultiplyUp(power, x);
    x = MultiplyUp(x, x);
  }
  return power;
}

RecallModel::RecallModel(const FilterColumn& column, const std::vector<std::uint32_t>& sample,
                         const PositionPool& pool, const SimilarityRule& rule)
    : pool_(pool) {
  std::vector<std::uint32_t> popcounts;
  for (const std::uint32_t row : sample) popcounts.push_back(column.popcounts[row]);
  std::ranges::sort(popcounts);
  for (std::size_t i = 0; i < kWeights; ++i) {
    const std::uint32_t bits = popcounts[(2 * i + 1) * popcounts.size() / (2 * kWeights)];
    const std::uint32_t common = std::min(bits, rule.LeastCommon(bits, bits));
    AddKinds(std::uint64_t{2} * (bits - common), column.bits.bits());
  }
}

// The differing positions that the pool has are hypergeometric: D draws from `width` positions, of
// which the pool has its share of the spread.
void RecallModel::AddKinds(std::uint64_t differing_bits, std::uint64_t width) {
  constexpr std::uint64_t kUnit = 1 << 16;
  const auto share =
      static_cast<std::uint64_t>(Wide{pool_.total_spread} * kUnit / pool_.filter_spread);
  const std::uint64_t mean = differing_bits * share / (kUnit / kPositionUnit);
  const std::uint64_t both_shares = share * (kUnit - share) / kUnit;
  const std::uint64_t others = width > differing_bits ? width - differing_bits : 0;
  const std::uint64_t variance = differing_bits * both_shares * others / width;  // in 1 / 256^2
  const std::uint64_t reach = std::min(mean, SquareRoot(3 * variance));
  kinds_.push_back({mean - reach, 1});
  kinds_.push_back({mean, 4});
  kinds_.push_back({mean + reach, 1});
  weight_ += 6;
}

std::vector<std::uint64_t> RecallModel::Agreement(std::span<const std::uint32_t> key) const {
  std::vector<std::uint64_t> agreement(kinds_.size(), kProbabilityOne);
  std::uint64_t rest = pool_.total_spread;
  for (const std::uint32_t position : key) {
    const std::uint64_t spread = pool_.spread[position];
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      const Wide differs = Wide{kinds_[i].differing} * spread * kProbabilityOne / kPositionUnit /
                           std::max<std::uint64_t>(rest, 1);
      const std::uint64_t p =
          differs >= kProbabilityOne ? 0 : kProbabilityOne - static_cast<std::uint64_t>(differs);
      agreement[i] = MultiplyDown(agreement[i], p);
    }
    rest -= spread;
  }
  return agreement;
}

std::uint32_t RecallModel::RecallMillionths(const std::vector<std::uint64_t>& misses) const {
  Wide missed = 0;
  for (std::size_t i = 0; i < kinds_.size(); ++i) missed += Wide{misses[i]} * kinds_[i].weight;
  const Wide all = Wide{kProbabilityOne} * weight_;
  return static_cast<std::uint32_t>((all - std::min(all, missed)) * kMillion / all);
}

void PlanRecall::AddTable(std::span<const std::uint32_t> key) {
  const std::vector<std::uint64_t> agreement = model_.Agreement(key);
  for (std::size_t i = 0; i < misses_.size(); ++i) {
    misses_[i] = MultiplyUp(misses_[i], kProbabilityOne - agreement[i]);
  }
}

}  // namespace musubi::blocking
