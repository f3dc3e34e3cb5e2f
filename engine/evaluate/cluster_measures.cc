#include "engine/evaluate/cluster_measures.h"

#include <cmath>
#include <span>
#include <vector>

namespace musubi::engine {

namespace {

using Sizes = std::map<std::uint32_t, std::uint64_t>;

Sizes HistogramOf(std::span<const std::uint32_t> sizes) {
  Sizes histogram;
  for (const std::uint32_t size : sizes) ++histogram[size];
  return histogram;
}

std::uint64_t CountOf(const Sizes& histogram, std::uint32_t size) {
  const auto found = histogram.find(size);
  return found == histogram.end() ? 0 : found->second;
}

void CountWhole(const Clusterings& both, ClusterMeasures* result) {
  std::vector<std::uint32_t> persons_in(both.cluster_sizes().size());
  std::vector<std::uint32_t> clusters_of(both.person_sizes().size());
  for (const Overlap& overlap : both.overlaps()) {
    if (++persons_in[overlap.cluster] == 2) ++result->over_merged;
    if (++clusters_of[overlap.person] == 2) ++result->split;
    if (overlap.records == both.person_sizes()[overlap.person] &&
        overlap.records == both.cluster_sizes()[overlap.cluster]) {
      ++result->identical;
      if (overlap.records == 1) ++result->identical_singletons;
    }
  }
  // Split each linked cluster into its persons' parts, then merge the parts of each person.
  result->splits_needed = both.overlaps().size() - result->linked;
  result->merges_needed = both.overlaps().size() - result->truth;
}

MeanRatios BCubed(const Clusterings& both) {
  FractionMean precision;
  FractionMean recall;
  for (const Overlap& overlap : both.overlaps()) {
    const std::uint64_t n = overlap.records;
    precision.Add(n, n * n, both.cluster_sizes()[overlap.cluster]);
    recall.Add(n, n * n, both.person_sizes()[overlap.person]);
  }
  return {precision.value(), recall.value()};
}

struct Jaccard {
  std::uint32_t shared = 0;
  std::uint32_t all = 1;  // in either

  void RaiseTo(const Jaccard& other) {
    if (std::uint64_t{other.shared} * all > std::uint64_t{shared} * other.all) *this = other;
  }
};

double MeanOf(const std::vector<Jaccard>& closest) {
  FractionMean mean;
  for (const Jaccard& jaccard : closest) mean.Add(1, jaccard.shared, jaccard.all);
  return mean.value();
}

MeanRatios Closest(const Clusterings& both) {
  std::vector<Jaccard> of_cluster(both.cluster_sizes().size());
  std::vector<Jaccard> of_person(both.person_sizes().size());
  for (const Overlap& overlap : both.overlaps()) {
    const Jaccard jaccard{overlap.records,
                          both.person_sizes()[overlap.person] +
                              (both.cluster_sizes()[overlap.cluster] - overlap.records)};
    of_cluster[overlap.cluster].RaiseTo(jaccard);
    of_person[overlap.person].RaiseTo(jaccard);
  }
  return {MeanOf(of_cluster), MeanOf(of_person)};
}

// The entropy that is left of one clustering where the other is known: the sum over the known one's
// clusters of s log s, less that over the overlaps, a record. The sizes that both have cancel out
// as integers, so that it is 0 where every cluster of the known one is an overlap.
double BitsLeft(const Sizes& known, const Sizes& overlaps, std::size_t records) {
  std::map<std::uint32_t, std::int64_t> times;
  for (const auto& [size, count] : known) times[size] += static_cast<std::int64_t>(count);
  for (const auto& [size, count] : overlaps) times[size] -= static_cast<std::int64_t>(count);
  double bits = 0;
  for (const auto& [size, count] : times) {
    bits += static_cast<double>(count) * size * std::log2(static_cast<double>(size));
  }
  return records == 0 ? 0.0 : bits / static_cast<double>(records);
}

}  // namespace

ClusterMeasures MeasureClusters(const Clusterings& both) {
  ClusterMeasures result;
  result.truth = both.person_sizes().size();
  result.linked = both.cluster_sizes().size();
  result.truth_sizes = HistogramOf(both.person_sizes());
  result.linked_sizes = HistogramOf(both.cluster_sizes());
  result.truth_singletons = CountOf(result.truth_sizes, 1);
  result.linked_singletons = CountOf(result.linked_sizes, 1);
  CountWhole(both, &result);
  result.b_cubed = BCubed(both);
  result.closest = Closest(both);
  Sizes overlap_sizes;
  for (const Overlap& overlap : both.overlaps()) ++overlap_sizes[overlap.records];
  result.merged_bits = BitsLeft(result.linked_sizes, overlap_sizes, both.records());
  result.split_bits = BitsLeft(result.truth_sizes, overlap_sizes, both.records());
  return result;
}

}  // namespace musubi::engine
