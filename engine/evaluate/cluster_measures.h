// How well linked clusters are the true ones: whole clusters, records within them, information.
// Sees numbers alone.
#pragma once

#include <cstdint>
#include <map>

#include "engine/evaluate/clusterings.h"
#include "engine/evaluate/measures.h"

namespace musubi::engine {

// Persons are the true clusters. A record that is linked to none is a linked cluster of its own.
//
// Rand's index is left out: nearly all pairs of a linkage are rightly apart, so it is always
// near 1.
struct ClusterMeasures {
  std::uint64_t truth = 0;      // persons
  std::uint64_t linked = 0;     // linked clusters
  std::uint64_t identical = 0;  // linked clusters of all records of one person, no others
  std::uint64_t identical_singletons = 0;  // of one record, among these
  std::uint64_t truth_singletons = 0;      // persons of one record
  std::uint64_t linked_singletons = 0;     // linked clusters of one record
  std::uint64_t over_merged = 0;           // linked clusters with records of two persons or more
  std::uint64_t split = 0;                 // persons with records in two linked clusters or more

  // The generalised merge distance with each operation at 1: the splits of linked clusters, then
  // the merges, that lead to the true clusters in the fewest steps.
  // Source: Menestrina, Whang, Garcia-Molina, PVLDB 3(1):208-219 (2010).
  std::uint64_t splits_needed = 0;
  std::uint64_t merges_needed = 0;

  // How many clusters have so many records.
  std::map<std::uint32_t, std::uint64_t> truth_sizes;
  std::map<std::uint32_t, std::uint64_t> linked_sizes;

  // Exact clusters: the share of linked clusters that are identical to a person's, and of persons
  // whose cluster is identical to a linked one. Source: as the merge distance.
  double precision() const { return Ratio(identical, linked); }
  double recall() const { return Ratio(identical, truth); }
  double f1() const { return Ratio(2 * identical, truth + linked); }

  // B-cubed: the mean over records of the share of its linked cluster that is its person's, and of
  // its person's records that its linked cluster has; a record counts itself.
  // Source: Bagga, Baldwin, LREC workshop on linguistic coreference (1998).
  MeanRatios b_cubed;

  // Closest cluster: the mean over linked clusters of the Jaccard similarity to the most similar
  // person, and over persons to the most similar linked cluster.
  // Source: Menestrina and others, as above; Barnes, arXiv 1509.04238 (2015).
  MeanRatios closest;

  // Variation of information, in bits: merged_bits is the entropy of the person where the linked
  // cluster is known, which merges cause; split_bits that of the linked cluster where the person is
  // known. Both are 0 where the clusters are the same.
  // Source: Meila, J Multivar Anal 98(5):873-895 (2007).
  double merged_bits = 0;
  double split_bits = 0;
  double variation_bits() const { return merged_bits + split_bits; }
};

// Memory:  16 bytes a person and a linked cluster.
// Threads: safe.
ClusterMeasures MeasureClusters(const Clusterings& both);

}  // namespace musubi::engine
