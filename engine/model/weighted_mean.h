// The first model: a weighted mean of filter similarities against a threshold, in integers.
#pragma once

#include <cstdint>
#include <vector>

#include "core/contract.h"
#include "core/pairs.h"

namespace musubi::engine {

// The agreement of two filters in units of 1 / kScoreUnit, from their similarity s: above the
// filter's floor f, (s-f)/(1-f), so that the floor is 0 and identity is 1; below it,
// -penalty*(f-s)/f, so that a field that differs outright speaks against. Rounded up, so that a
// mean that is exactly a threshold is never lost.
//
// s is Dice's, 2*common/(left+right), or, of a filter that is compared so, Hamming's: the share of
// its n bits that are alike, (n-left-right+2*common)/n.
//
// Threads: safe.
// Source of Dice over filters: Schnell, Bachteler, Reiher, BMC Med Inform Decis Mak 9:41 (2009).
class FilterAgreement {
 public:
  explicit FilterAgreement(const Filter& filter);

  // Two empty filters agree in nothing: 0.
  //
  // Requires: common <= min(left, right); left and right are at most the filter's bits.
  std::int32_t Of(std::uint32_t common, std::uint32_t left, std::uint32_t right) const {
    // With s = h/t and f = n/d, s - f = (hd - nt) / td. With h and t below 2^15, fractions of at
    // most 10^6 and a unit of 10^6, 64 bits hold every product.
    const std::uint32_t total = bits_ != 0 ? bits_ : left + right;
    if (left + right == 0) return 0;
    const std::uint32_t alike = 2 * common + total - left - right;  // of Dice, 2 * common
    const std::int64_t excess =
        std::int64_t{alike} * floor_.denominator - std::int64_t{total} * floor_.numerator;
    if (excess < 0) return Below(-excess, total);
    const auto scaled = static_cast<std::uint64_t>(excess) * kScoreUnit;
    return static_cast<std::int32_t>(
        DivideUp(scaled, std::uint64_t{total} * (floor_.denominator - floor_.numerator), total));
  }

 private:
  __extension__ using Wide = unsigned __int128;

  // scaled / range, rounded up, where range is that of `total`. A division takes longer than
  // comparing two filters, so it is a multiplication by the reciprocal where that is exact.
  std::uint64_t DivideUp(std::uint64_t scaled, std::uint64_t range, std::uint32_t total) const {
    const std::uint64_t numerator = scaled + range - 1;
    if (reciprocals_.empty()) return numerator / range;
    return static_cast<std::uint64_t>(Wide{numerator} * reciprocals_[total] >> 64);
  }

  std::int32_t Below(std::int64_t lack, std::uint32_t total) const;

  std::uint32_t bits_;  // of the filter, where it is compared by Hamming's similarity; else 0
  Threshold floor_;
  Threshold penalty_;
  std::vector<std::uint64_t> reciprocals_;  // by total: 2^64 / range, rounded up; or none at all
};

// What is known of a pair so far.
struct Evidence {
  std::int64_t agreement = 0;  // sum of weight * agreement over the filters present on both sides
  std::uint32_t weight = 0;    // sum of their weights

  void Add(std::uint32_t filter_weight, std::int32_t agreed) {
    agreement += std::int64_t{filter_weight} * agreed;
    weight += filter_weight;
  }
};

// Decides pairs by agreement / (prior_weight + weight) >= threshold. A filter that is missing on
// either side carries no evidence; the prior weight, which always disagrees, keeps pairs that have
// little in common from passing on one short field.
//
// Threads: safe.
class WeightedMean {
 public:
  WeightedMean(const Threshold& threshold, std::uint32_t prior_weight)
      : threshold_(threshold), prior_weight_(prior_weight) {}

  // Whether a pair with this evidence could still be accepted if all filters not yet compared,
  // of `rest` weight together, agreed fully. No accepted pair is ever denied this.
  bool CanReach(const Evidence& evidence, std::uint32_t rest) const {
    return Reaches({evidence.agreement + std::int64_t{rest} * kScoreUnit, evidence.weight + rest});
  }

  bool Accepts(const Evidence& evidence) const { return Reaches(evidence); }

  // The mean of an accepted pair, rounded down: 0 to kScoreUnit.
  std::uint32_t Score(const Evidence& evidence) const {
    return static_cast<std::uint32_t>(evidence.agreement / Weight(evidence));
  }

  // The threshold in the unit of scores, rounded down. A threshold of at most six places is a whole
  // number of units, so Accepts(e) is the same as Score(e) >= threshold_score().
  std::uint32_t threshold_score() const {
    return static_cast<std::uint32_t>(std::uint64_t{kScoreUnit} * threshold_.numerator /
                                      threshold_.denominator);
  }

 private:
  std::int64_t Weight(const Evidence& evidence) const {
    return std::int64_t{prior_weight_} + evidence.weight;
  }

  // At most 160,000 weight * 10^6 units * 3*10^6, so 64 bits hold both sides.
  bool Reaches(const Evidence& evidence) const {
    return evidence.weight > 0 && evidence.agreement * threshold_.denominator >=
                                      Weight(evidence) * kScoreUnit * threshold_.numerator;
  }

  Threshold threshold_;
  std::uint32_t prior_weight_;
};

}  // namespace musubi::engine
