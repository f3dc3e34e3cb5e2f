#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/evaluate/cluster_measures.h"
#include "engine/evaluate/clusterings.h"
#include "engine/evaluate/group_measures.h"
#include "engine/evaluate/measures.h"
#include "engine/evaluate/text_numbers.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Labels = std::vector<std::uint32_t>;

ClusterMeasures Measure(const Labels& person, const Labels& cluster) {
  return MeasureClusters(Clusterings(person, cluster));
}

TEST(WilsonIntervalTest, IsThatOfTheTables) {
  // 81 of 263: Newcombe, Stat Med 17:857-872 (1998), table I, method 3.
  EXPECT_NEAR(WilsonInterval(81, 263).low, 0.2553, 5e-5);
  EXPECT_NEAR(WilsonInterval(81, 263).high, 0.3662, 5e-5);
  EXPECT_NEAR(WilsonInterval(15, 148).low, 0.0624, 5e-5);
  EXPECT_NEAR(WilsonInterval(15, 148).high, 0.1605, 5e-5);
}

// By the formula alone rounding would leave some ends a little off.
TEST(WilsonIntervalTest, EndsWhereSharesDo) {
  for (std::uint64_t n = 1; n <= 100; ++n) {
    EXPECT_EQ(WilsonInterval(0, n).low, 0.0) << n;
    EXPECT_EQ(WilsonInterval(n, n).high, 1.0) << n;
  }
  EXPECT_NEAR(WilsonInterval(0, 20).high, 0.1611, 5e-5);
  EXPECT_NEAR(WilsonInterval(29, 29).low, 0.8830, 5e-5);
}

TEST(WilsonIntervalTest, OfNothingIsEverything) {
  EXPECT_EQ(WilsonInterval(0, 0).low, 0.0);
  EXPECT_EQ(WilsonInterval(0, 0).high, 1.0);
}

// Tenths have no exact double, so a sum one by one depends on the order and is not 1.
TEST(FractionMeanTest, SumsIntegers) {
  FractionMean mean;
  for (int i = 0; i < 10; ++i) mean.Add(1, 10, 10);
  EXPECT_EQ(mean.value(), 1.0);
  for (int i = 0; i < 10; ++i) mean.Add(1, 1, 10);
  EXPECT_EQ(mean.value(), 11.0 / 20.0);
}

TEST(FractionMeanTest, OfNothingIsOne) { EXPECT_EQ(FractionMean().value(), 1.0); }

TEST(MeanRatiosTest, F1OfNothingRightIsZero) {
  EXPECT_EQ((MeanRatios{0.0, 0.0}).f1(), 0.0);
  EXPECT_DOUBLE_EQ((MeanRatios{0.5, 1.0}).f1(), 2.0 / 3.0);
}

TEST(TextNumbersTest, NumbersInOrderOfFirstUse) {
  TextNumbers numbers;
  EXPECT_EQ(numbers.Find("a"), std::nullopt);
  EXPECT_EQ(numbers.Of("b"), 0U);
  EXPECT_EQ(numbers.Of(""), 1U);
  EXPECT_EQ(numbers.Of("b"), 0U);
  EXPECT_EQ(numbers.Find(""), 1U);
  EXPECT_EQ(numbers.Find("a"), std::nullopt);
  EXPECT_EQ(numbers.size(), 2U);
}

// Enough to grow many times, and for some ten pairs of texts with one hash of 32 bits.
TEST(TextNumbersTest, KeepsTextsApartWhileItGrows) {
  constexpr std::uint32_t kTexts = 300000;
  TextNumbers numbers;
  for (std::uint32_t i = 0; i < kTexts; ++i) ASSERT_EQ(numbers.Of(std::to_string(i)), i);
  for (std::uint32_t i = 0; i < kTexts; ++i) ASSERT_EQ(numbers.Find(std::to_string(i)), i);
  EXPECT_EQ(numbers.Find(std::to_string(kTexts)), std::nullopt);
}

TEST(ClusteringsTest, FindsWhatClustersShare) {
  const Labels person = {1, 0, 1, 0, 1};
  const Labels cluster = {0, 1, 2, 1, 0};
  const Clusterings both(person, cluster);
  EXPECT_THAT(both.person_sizes(), ElementsAre(2, 3));
  EXPECT_THAT(both.cluster_sizes(), ElementsAre(2, 2, 1));
  ASSERT_EQ(both.overlaps().size(), 3U);
  EXPECT_THAT(both.overlap(), ElementsAre(1, 0, 2, 0, 1));
  EXPECT_EQ(both.overlaps()[1].person, 1U);
  EXPECT_EQ(both.overlaps()[1].cluster, 0U);
  EXPECT_EQ(both.overlaps()[1].records, 2U);
}

// Persons {a b c d} {e f} {g}, linked {a b} {c d e} {f} {g}. Each measure by hand.
TEST(ClusterMeasuresTest, AreThoseCountedByHand) {
  const ClusterMeasures m = Measure({0, 0, 0, 0, 1, 1, 2}, {0, 0, 1, 1, 1, 2, 3});
  EXPECT_EQ(m.truth, 3U);
  EXPECT_EQ(m.linked, 4U);
  EXPECT_EQ(m.identical, 1U);  // {g}
  EXPECT_EQ(m.identical_singletons, 1U);
  EXPECT_EQ(m.truth_singletons, 1U);
  EXPECT_EQ(m.linked_singletons, 2U);
  EXPECT_EQ(m.over_merged, 1U);    // {c d e}
  EXPECT_EQ(m.split, 2U);          // {a b c d}, {e f}
  EXPECT_EQ(m.splits_needed, 1U);  // {c d} {e}
  EXPECT_EQ(m.merges_needed, 2U);  // {a b} {c d}, {e} {f}
  EXPECT_THAT(m.truth_sizes, ElementsAre(Pair(1, 1), Pair(2, 1), Pair(4, 1)));
  EXPECT_THAT(m.linked_sizes, ElementsAre(Pair(1, 2), Pair(2, 1), Pair(3, 1)));
  EXPECT_DOUBLE_EQ(m.precision(), 1.0 / 4);
  EXPECT_DOUBLE_EQ(m.recall(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(m.f1(), 2.0 / 7);
  // a b: 1, c d: 2/3, e: 1/3, f g: 1; and a b c d: 1/2, e f: 1/2, g: 1.
  EXPECT_DOUBLE_EQ(m.b_cubed.precision, (2 + 4.0 / 3 + 1.0 / 3 + 2) / 7);
  EXPECT_DOUBLE_EQ(m.b_cubed.recall, (2 + 1 + 1) / 7.0);
  // {a b}: 2/4, {c d e}: 2/5, {f}: 1/2, {g}: 1; and {a b c d}: 2/4, {e f}: 1/2, {g}: 1.
  EXPECT_DOUBLE_EQ(m.closest.precision, (0.5 + 0.4 + 0.5 + 1) / 4);
  EXPECT_DOUBLE_EQ(m.closest.recall, (0.5 + 0.5 + 1) / 3);
  // Merged: {c d e} alone has 2 and 1. Split: four records in two halves, two in two.
  EXPECT_DOUBLE_EQ(m.merged_bits, (3 * std::log2(3.0) - 2) / 7);
  EXPECT_DOUBLE_EQ(m.split_bits, (4 + 2) / 7.0);
  EXPECT_DOUBLE_EQ(m.variation_bits(), m.merged_bits + m.split_bits);
}

TEST(ClusterMeasuresTest, APerfectLinkageIsPerfect) {
  const ClusterMeasures m = Measure({0, 1, 1, 2, 2, 2, 2, 2, 2, 2}, {2, 0, 0, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_EQ(m.f1(), 1.0);
  EXPECT_EQ(m.b_cubed.f1(), 1.0);
  EXPECT_EQ(m.closest.f1(), 1.0);
  EXPECT_EQ(m.merged_bits, 0.0);
  EXPECT_EQ(m.split_bits, 0.0);
  EXPECT_EQ(m.splits_needed + m.merges_needed + m.over_merged + m.split, 0U);
}

TEST(ClusterMeasuresTest, OfNoRecordsAreOfNothing) {
  const ClusterMeasures m = Measure({}, {});
  EXPECT_EQ(m.truth + m.linked, 0U);
  EXPECT_EQ(m.f1(), 1.0);
  EXPECT_EQ(m.b_cubed.precision, 1.0);
  EXPECT_EQ(m.closest.recall, 1.0);
  EXPECT_EQ(m.variation_bits(), 0.0);
}

// One cluster of all: every pair is linked, nothing is split.
TEST(ClusterMeasuresTest, MergingAllSplitsNone) {
  const ClusterMeasures m = Measure({0, 0, 1, 1}, {0, 0, 0, 0});
  EXPECT_DOUBLE_EQ(m.merged_bits, 1.0);
  EXPECT_EQ(m.split_bits, 0.0);
  EXPECT_DOUBLE_EQ(m.b_cubed.precision, 0.5);
  EXPECT_DOUBLE_EQ(m.b_cubed.recall, 1.0);
  EXPECT_EQ(m.splits_needed, 1U);
  EXPECT_EQ(m.merges_needed, 0U);
}

// Numbers labels from 0 without gaps.
void CloseGaps(Labels* labels) {
  const std::set<std::uint32_t> used(labels->begin(), labels->end());
  for (std::uint32_t& label : *labels) {
    label = static_cast<std::uint32_t>(std::distance(used.begin(), used.find(label)));
  }
}

GroupColumn Column(std::vector<std::string> values, std::vector<std::uint16_t> group) {
  return {"sex", std::move(values), std::move(group)};
}

// Persons {a b c} {d e}, linked {a b} {c d} {e}; a, b and d are F, c and e are M. The pairs with an
// F: true ab ac bc de, linked ab cd, right ab. With an M: true ac bc de, linked cd, right none.
TEST(GroupMeasuresTest, APairCountsForEachOfItsRecordsOnce) {
  const Labels person = {0, 0, 0, 1, 1};
  const Labels cluster = {0, 0, 1, 1, 2};
  const ColumnMeasures m =
      MeasureGroups(Clusterings(person, cluster), Column({"F", "M"}, {0, 0, 1, 0, 1}));
  EXPECT_EQ(m.name, "sex");
  ASSERT_EQ(m.groups.size(), 2U);
  EXPECT_EQ(m.groups[0].value, "F");
  EXPECT_EQ(m.groups[0].records, 3U);
  EXPECT_EQ(m.groups[0].persons, 2U);
  EXPECT_EQ(m.groups[0].pairs, (PairCounts{4, 2, 1}));
  EXPECT_EQ(m.groups[1].records, 2U);
  EXPECT_EQ(m.groups[1].persons, 2U);
  EXPECT_EQ(m.groups[1].pairs, (PairCounts{3, 1, 0}));
  // F: a b 1, d 1/2; a b 2/3, d 1/2. M: c 1/2, e 1; c 1/3, e 1/2.
  EXPECT_DOUBLE_EQ(m.groups[0].b_cubed.precision, 2.5 / 3);
  EXPECT_DOUBLE_EQ(m.groups[0].b_cubed.recall, (4.0 / 3 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(m.groups[1].b_cubed.precision, 0.75);
  EXPECT_DOUBLE_EQ(m.groups[1].b_cubed.recall, 5.0 / 12);
  EXPECT_TRUE(m.groups[0].few());
  EXPECT_FALSE(m.precision_gap.has_value());
  EXPECT_FALSE(m.recall_gap.has_value());
}

// `pairs` persons of two records each, of which `found` are linked, all of one group.
void AddPersons(std::uint16_t group, std::uint32_t pairs, std::uint32_t found, Labels* person,
                Labels* cluster, GroupColumn* column) {
  for (std::uint32_t i = 0; i < pairs; ++i) {
    const std::uint32_t next_person = person->empty() ? 0 : person->back() + 1;
    const std::uint32_t next_cluster = cluster->empty() ? 0 : cluster->back() + 1;
    person->insert(person->end(), 2, next_person);
    cluster->push_back(next_cluster);
    cluster->push_back(i < found ? next_cluster : next_cluster + 1);
    column->group.insert(column->group.end(), 2, group);
  }
}

// 30 true pairs are enough, 29 are few. The group of 29 has the worst precision and recall and sets
// no gap; the one with 29 linked pairs sets none of precision.
TEST(GroupMeasuresTest, FewPairsSetNoGap) {
  Labels person;
  Labels cluster;
  GroupColumn column = Column({"a", "b", "few", "unlinked"}, {});
  AddPersons(0, 30, 30, &person, &cluster, &column);
  AddPersons(1, 50, 40, &person, &cluster, &column);
  AddPersons(2, 29, 0, &person, &cluster, &column);
  AddPersons(3, 58, 20, &person, &cluster, &column);
  // Two clusters of "b" become one of two persons: 4 wrong pairs of 44.
  cluster[62] = cluster[63] = cluster[60];
  // One cluster of a record of each person that is "few": 406 pairs, all wrong.
  for (std::size_t i = 160; i < 218; i += 2) cluster[i] = cluster[160];
  // Nine wrong pairs beside the twenty right ones that are linked of the last group.
  for (std::size_t i = 218 + 2 * 20; i < 218 + 2 * 29; i += 2) cluster[i] = cluster[i + 2 * 20];
  CloseGaps(&cluster);
  const ColumnMeasures m = MeasureGroups(Clusterings(person, cluster), column);
  EXPECT_FALSE(m.groups[0].few());
  EXPECT_TRUE(m.groups[2].few());
  EXPECT_EQ(m.groups[2].pairs, (PairCounts{29, 406, 0}));
  EXPECT_EQ(m.groups[3].pairs, (PairCounts{58, 29, 20}));
  ASSERT_TRUE(m.recall_gap.has_value());
  EXPECT_EQ(m.recall_gap->highest, "a");
  EXPECT_EQ(m.recall_gap->lowest, "unlinked");
  EXPECT_DOUBLE_EQ(m.recall_gap->difference(), 1 - 20.0 / 58);
  ASSERT_TRUE(m.precision_gap.has_value());
  EXPECT_EQ(m.precision_gap->lowest, "b");
  EXPECT_DOUBLE_EQ(m.precision_gap->low, 40.0 / 44);
  EXPECT_EQ(m.precision_gap->high, 1.0);
}

// Random clusterings, small and large clusters among them, measured record by record.
class OneByOneTest : public testing::Test {
 protected:
  template <typename Check>
  void ForEachSeed(Check check) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Draw(seed);
      check();
    }
  }

  void Draw(std::uint64_t seed) {
    person_.clear();
    cluster_.clear();
    column_.group.clear();
    std::mt19937_64 engine(seed);
    const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
    const std::size_t records = 1 + random() % 60;
    const std::uint32_t persons = 1 + random() % 25;
    for (std::size_t i = 0; i < records; ++i) {
      person_.push_back(random() % persons);
      // Mostly right, so that there is something to find.
      cluster_.push_back(random() % 3 == 0 ? random() % 30 : 100 + person_.back() / 2);
      column_.group.push_back(static_cast<std::uint16_t>(random() % 3));
    }
    CloseGaps(&person_);
    CloseGaps(&cluster_);
  }

  // How many records have the first label, and the second one, and both.
  double Shared(std::uint32_t person, std::uint32_t cluster) const {
    double shared = 0;
    for (std::size_t i = 0; i < person_.size(); ++i) {
      shared += person_[i] == person && cluster_[i] == cluster ? 1 : 0;
    }
    return shared;
  }
  double InPerson(std::uint32_t person) const {
    return static_cast<double>(std::ranges::count(person_, person));
  }
  double InCluster(std::uint32_t cluster) const {
    return static_cast<double>(std::ranges::count(cluster_, cluster));
  }
  std::uint32_t persons() const { return std::ranges::max(person_) + 1; }
  std::uint32_t clusters() const { return std::ranges::max(cluster_) + 1; }

  Labels person_;
  Labels cluster_;
  GroupColumn column_ = Column({"x", "y", "z"}, {});
};

TEST_F(OneByOneTest, PairsOfGroups) {
  ForEachSeed([this] {
    const ColumnMeasures m = MeasureGroups(Clusterings(person_, cluster_), column_);
    for (std::uint16_t g = 0; g < 3; ++g) {
      PairCounts expected;
      for (std::size_t i = 0; i < person_.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (column_.group[i] != g && column_.group[j] != g) continue;
          const bool truth = person_[i] == person_[j];
          const bool linked = cluster_[i] == cluster_[j];
          expected.truth += truth ? 1 : 0;
          expected.linked += linked ? 1 : 0;
          expected.correct += truth && linked ? 1 : 0;
        }
      }
      EXPECT_EQ(m.groups[g].pairs, expected);
    }
  });
}

TEST_F(OneByOneTest, BCubed) {
  ForEachSeed([this] {
    const Clusterings both(person_, cluster_);
    const ClusterMeasures all = MeasureClusters(both);
    const ColumnMeasures by = MeasureGroups(both, column_);
    for (std::uint16_t g = 0; g < 4; ++g) {  // 3 is for all records
      double records = 0;
      double precision = 0;
      double recall = 0;
      for (std::size_t i = 0; i < person_.size(); ++i) {
        if (g < 3 && column_.group[i] != g) continue;
        records += 1;
        precision += Shared(person_[i], cluster_[i]) / InCluster(cluster_[i]);
        recall += Shared(person_[i], cluster_[i]) / InPerson(person_[i]);
      }
      const MeanRatios& found = g < 3 ? by.groups[g].b_cubed : all.b_cubed;
      EXPECT_NEAR(found.precision, records == 0 ? 1 : precision / records, 1e-12);
      EXPECT_NEAR(found.recall, records == 0 ? 1 : recall / records, 1e-12);
    }
  });
}

TEST_F(OneByOneTest, WholeClusters) {
  ForEachSeed([this] {
    const ClusterMeasures m = Measure(person_, cluster_);
    std::uint64_t identical = 0;
    std::uint64_t over_merged = 0;
    std::uint64_t split = 0;
    double closest_clusters = 0;
    double closest_persons = 0;
    for (std::uint32_t c = 0; c < clusters(); ++c) {
      int shared = 0;
      double best = 0;
      for (std::uint32_t p = 0; p < persons(); ++p) {
        const double n = Shared(p, c);
        shared += n > 0 ? 1 : 0;
        best = std::max(best, n / (InPerson(p) + InCluster(c) - n));
      }
      identical += best == 1 ? 1 : 0;
      over_merged += shared > 1 ? 1 : 0;
      closest_clusters += best;
    }
    for (std::uint32_t p = 0; p < persons(); ++p) {
      int shared = 0;
      double best = 0;
      for (std::uint32_t c = 0; c < clusters(); ++c) {
        const double n = Shared(p, c);
        shared += n > 0 ? 1 : 0;
        best = std::max(best, n / (InPerson(p) + InCluster(c) - n));
      }
      split += shared > 1 ? 1 : 0;
      closest_persons += best;
    }
    EXPECT_EQ(m.identical, identical);
    EXPECT_EQ(m.over_merged, over_merged);
    EXPECT_EQ(m.split, split);
    EXPECT_NEAR(m.closest.precision, closest_clusters / clusters(), 1e-12);
    EXPECT_NEAR(m.closest.recall, closest_persons / persons(), 1e-12);
  });
}

// Takes linked clusters apart and puts persons together, one step at a time.
TEST_F(OneByOneTest, MergeDistanceIsWalked) {
  ForEachSeed([this] {
    const ClusterMeasures m = Measure(person_, cluster_);
    Labels now = cluster_;
    std::uint32_t next = clusters();
    std::uint64_t splits = 0;
    std::uint64_t merges = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const std::uint32_t from = now[i];
      bool other = false;
      for (std::size_t j = 0; j < now.size(); ++j) {
        other |= now[j] == from && person_[j] != person_[i];
      }
      if (!other) continue;
      for (std::size_t j = 0; j < now.size(); ++j) {
        if (now[j] == from && person_[j] == person_[i]) now[j] = next;
      }
      ++next;
      ++splits;
    }
    for (std::size_t i = 0; i < now.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (person_[i] != person_[j] || now[i] == now[j]) continue;
        const std::uint32_t from = now[i];
        std::ranges::replace(now, from, now[j]);
        ++merges;
      }
    }
    EXPECT_EQ(m.splits_needed, splits);
    EXPECT_EQ(m.merges_needed, merges);
  });
}

TEST_F(OneByOneTest, VariationOfInformation) {
  ForEachSeed([this] {
    const ClusterMeasures m = Measure(person_, cluster_);
    const auto records = static_cast<double>(person_.size());
    double merged = 0;
    double split = 0;
    for (std::size_t i = 0; i < person_.size(); ++i) {
      const double shared = Shared(person_[i], cluster_[i]);
      merged -= std::log2(shared / InCluster(cluster_[i])) / records;
      split -= std::log2(shared / InPerson(person_[i])) / records;
    }
    EXPECT_NEAR(m.merged_bits, merged, 1e-12);
    EXPECT_NEAR(m.split_bits, split, 1e-12);
  });
}

}  // namespace
}  // namespace musubi::engine
