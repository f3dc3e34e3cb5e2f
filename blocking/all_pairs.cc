#include <algorithm>
#include <utility>

#include "blocking/candidates.h"

namespace musubi::blocking {
namespace {

// Rows a side of a tile: 1,024 filters of 512 bits are 64 KiB, which the second-level cache holds.
constexpr std::uint32_t kTileRows = 1024;

class AllPairsPlan : public CandidatePlan {
 public:
  // Of every `step` stretches of kTileRows rows the first.
  AllPairsPlan(const Population& population, std::uint64_t step)
      : population_(population), step_(step) {
    const std::uint64_t rows = population.rows();
    for (std::uint64_t left = 0; left < rows; left += step * kTileRows) {
      for (std::uint64_t right = left; right < rows; right += step * kTileRows) {
        tiles_.emplace_back(static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(right));
        visits_ += tile_visits(tiles_.size() - 1);
      }
    }
  }

  std::size_t tiles() const override { return tiles_.size(); }
  std::uint64_t visits() const override { return visits_; }
  std::uint64_t tile_visits(std::size_t tile) const override {
    const auto [left, right] = tiles_[tile];
    const std::uint64_t lefts = End(left) - left;
    return left == right ? lefts * (lefts - 1) / 2 : lefts * (End(right) - right);
  }

  void Emit(std::size_t tile, CandidateBatch* batch) const override {
    batch->Clear();
    const auto [left_begin, right_begin] = tiles_[tile];
    for (std::uint32_t left = left_begin; left < End(left_begin); ++left) {
      const std::uint32_t right_end = End(right_begin);
      for (std::uint32_t right = std::max(left + 1, right_begin); right < right_end; ++right) {
        if (population_.MayCompare(left, right)) batch->rights.push_back(right);
      }
      batch->EndGroup(left);
    }
  }

  bool WouldHave(std::uint32_t row, const EncodingSet& /*strangers*/,
                 std::uint32_t /*stranger*/) const override {
    return row / kTileRows % step_ == 0;
  }

 private:
  std::uint32_t End(std::uint32_t begin) const {
    return std::min(begin + kTileRows, static_cast<std::uint32_t>(population_.rows()));
  }

  const Population& population_;
  std::uint64_t step_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> tiles_;  // first left row, first right row
  std::uint64_t visits_ = 0;
};

constexpr std::uint64_t Pairs(std::uint64_t n) { return n < 2 ? 0 : n * (n - 1) / 2; }

}  // namespace

std::unique_ptr<CandidatePlan> PlanAllPairs(const Population& population) {
  return std::make_unique<AllPairsPlan>(population, 1);
}

std::unique_ptr<CandidatePlan> PlanSampledPairs(const Population& population,
                                                std::uint64_t most_pairs) {
  std::uint64_t step = 1;
  while (Pairs(population.rows() / step) > most_pairs) ++step;
  return std::make_unique<AllPairsPlan>(population, step);
}

std::uint64_t CountAllPairs(const Population& population) {
  std::vector<std::uint64_t> rows(population.allows_within.size());
  std::vector<std::uint64_t> settled(population.allows_within.size());
  std::uint64_t all_settled = 0;
  for (std::size_t row = 0; row < population.rows(); ++row) {
    ++rows[population.source[row]];
    settled[population.source[row]] += population.settled[row];
    all_settled += population.settled[row];
  }
  // All pairs, less those inside a holder without duplicates, less those of two settled records
  // (without taking away twice what both rules leave out).
  std::uint64_t pairs = Pairs(population.rows()) - Pairs(all_settled);
  for (std::size_t source = 0; source < rows.size(); ++source) {
    if (population.allows_within[source] == 0) {
      pairs -= Pairs(rows[source]) - Pairs(settled[source]);
    }
  }
  return pairs;
}

}  // namespace musubi::blocking
