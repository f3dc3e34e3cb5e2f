// Counts, and the shares that are made of them: exact until the last division.
#pragma once

#include <cstdint>
#include <map>

namespace musubi::engine {

// Where a share may lie.
struct Interval {
  double low = 0.0;
  double high = 1.0;
};

// Wilson's interval of 95 % for `part` successes in `whole` trials; 0 to 1 where there are none.
// It takes trials for independent. Pairs are not quite: those of one large cluster are right or
// wrong together, so that the truth is a little less certain.
//
// Requires: part <= whole.
// Source:   Wilson, J Am Stat Assoc 22:209-212 (1927).
Interval WilsonInterval(std::uint64_t part, std::uint64_t whole);

// Between 0 and 1; 1 where there is nothing to be wrong about.
double Ratio(std::uint64_t part, std::uint64_t whole);

// Pairs of records, counted.
struct PairCounts {
  std::uint64_t truth = 0;    // that belong to one person
  std::uint64_t linked = 0;   // that share a project id
  std::uint64_t correct = 0;  // both

  double precision() const { return Ratio(correct, linked); }
  double recall() const { return Ratio(correct, truth); }
  double f1() const { return Ratio(2 * correct, truth + linked); }
  Interval precision_interval() const { return WilsonInterval(correct, linked); }
  Interval recall_interval() const { return WilsonInterval(correct, truth); }

  bool operator==(const PairCounts&) const = default;
};

// A precision and a recall that are means, not shares of one count.
struct MeanRatios {
  double precision = 1.0;
  double recall = 1.0;

  // The harmonic mean; 0 where both are.
  double f1() const;
};

// A mean of fractions. The numerators of each denominator are summed as integers, and divided at
// the end, in the denominators' order: the same fractions give the same mean in any order.
class FractionMean {
 public:
  // Adds `terms` fractions whose sum is numerator / denominator.
  //
  // Requires: denominator > 0; the numerators of one denominator sum up to less than 2^64.
  void Add(std::uint64_t terms, std::uint64_t numerator, std::uint64_t denominator) {
    terms_ += terms;
    sums_[denominator] += numerator;
  }

  // 1 where no fraction was added.
  double value() const;

 private:
  std::uint64_t terms_ = 0;
  std::map<std::uint64_t, std::uint64_t> sums_;  // of numerators, by denominator
};

}  // namespace musubi::engine
