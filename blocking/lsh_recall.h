// How likely the tables are to find a pair exactly on the threshold, in integers so that every
// machine chooses the same parameters. Private to blocking.
//
// Two filters with a and b bits set, c of them in common, differ in D = a + b - 2c positions. On
// the threshold, c is the least that the rule allows. Unrelated records differ at a position of
// spread v (lsh_positions.h) with a probability that goes with v, and the model takes it that the
// D positions of the pair lie likewise: a position of the key agrees with
//
//   p = 1 - D v / (the spread of all positions that the key has not yet drawn),
//
// which for equal spreads is drawing without replacement, about 1 - D / width. A key of k positions
// agrees with P = the product of its p, about p^k, and L tables find the pair with
//
//   recall = 1 - (1 - P)^L       (Indyk, Motwani, STOC 1998; Durham, 2012).
//
// How many of the D positions are ones that keys are drawn from varies from pair to pair, and with
// it P, which costs recall: the mean is taken over three points of that (nearly normal)
// distribution, with the weights of Gauss and Hermite, and over records from light to heavy, since
// D grows with their bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "blocking/lsh_positions.h"
#include "core/similarity.h"

namespace musubi::blocking {

inline constexpr std::uint64_t kProbabilityOne = std::uint64_t{1} << 32;
inline constexpr std::uint32_t kMillion = 1'000'000;

// Threads: const functions are safe from any number.
class RecallModel {
 public:
  // Of the sampled records.
  //
  // Requires: sample is not empty, nor is the pool.
  RecallModel(const FilterColumn& column, const std::vector<std::uint32_t>& sample,
              const PositionPool& pool, const SimilarityRule& rule);

  // For each kind of pair on the threshold: with what probability, in 1 / kProbabilityOne, it
  // agrees in the first `bits` positions of `key`.
  std::vector<std::uint64_t> Agreement(std::span<const std::uint32_t> key) const;

  // The recall, in millionths, rounded down, where misses[i] is the probability that no table finds
  // a pair of kind i.
  std::uint32_t RecallMillionths(const std::vector<std::uint64_t>& misses) const;

  std::size_t kinds() const { return kinds_.size(); }

 private:
  struct PairKind {
    std::uint64_t differing = 0;  // positions of the pool, in 1 / 256
    std::uint64_t weight = 0;
  };

  void AddKinds(std::uint64_t differing_bits, std::uint64_t width);

  const PositionPool& pool_;
  std::vector<PairKind> kinds_;
  std::uint64_t weight_ = 0;
};

// The recall of a whole plan: misses of its tables multiplied, table by table.
class PlanRecall {
 public:
  explicit PlanRecall(const RecallModel& model)
      : model_(model), misses_(model.kinds(), kProbabilityOne) {}

  void AddTable(std::span<const std::uint32_t> key);
  std::uint32_t millionths() const { return model_.RecallMillionths(misses_); }

 private:
  const RecallModel& model_;
  std::vector<std::uint64_t> misses_;
};

// x to the power of n, both x and the result in 1 / kProbabilityOne, rounded up.
std::uint64_t PowerOfProbability(std::uint64_t x, std::uint32_t n);

}  // namespace musubi::blocking
