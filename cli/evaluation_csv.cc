#include "cli/evaluation_csv.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "storage/csv_reader.h"

namespace musubi::cli {
namespace {

using engine::ClusterMeasures;
using engine::Interval;
using engine::MeanRatios;
using engine::PairCounts;

// The fewest digits that give the same number again.
std::string Shortest(double number) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  MUSUBI_CHECK(error == std::errc());
  return {text, end};
}

// Rows of one scope.
class Rows {
 public:
  Rows(std::string* out, std::string_view scope, std::string_view column = {},
       std::string_view value = {})
      : out_(out) {
    for (const std::string_view cell : {scope, column, value}) {
      storage::AppendCsvCell(cell, &start_);
      start_ += ',';
    }
  }

  void Count(std::string_view measure, std::uint64_t count) {
    Add(measure, ",,," + std::to_string(count));
  }

  // A value that is not a share of one count.
  void Value(std::string_view measure, double value) { Add(measure, Shortest(value) + ",,,"); }

  // A difference, between two values.
  void Difference(std::string_view measure, double low, double high) {
    Add(measure, Shortest(high - low) + ',' + Shortest(low) + ',' + Shortest(high) + ',');
  }

  void Share(std::string_view measure, double value, std::uint64_t of) {
    Add(measure, Shortest(value) + ",,," + std::to_string(of));
  }

  void Share(std::string_view measure, double value, const Interval& interval, std::uint64_t of) {
    Add(measure, Shortest(value) + ',' + Shortest(interval.low) + ',' + Shortest(interval.high) +
                     ',' + std::to_string(of));
  }

 private:
  void Add(std::string_view measure, const std::string& rest) {
    *out_ += start_;
    *out_ += measure;
    *out_ += ',' + rest + '\n';
  }

  std::string* out_;
  std::string start_;
};

void AddPairs(const PairCounts& counts, Rows* rows) {
  rows->Count("true_pairs", counts.truth);
  rows->Count("linked_pairs", counts.linked);
  rows->Count("correct_pairs", counts.correct);
  rows->Share("pair_precision", counts.precision(), counts.precision_interval(), counts.linked);
  rows->Share("pair_recall", counts.recall(), counts.recall_interval(), counts.truth);
  rows->Value("pair_f1", counts.f1());
}

void AddMeans(const std::string& name, const MeanRatios& means, std::uint64_t precision_of,
              std::uint64_t recall_of, Rows* rows) {
  rows->Share(name + "_precision", means.precision, precision_of);
  rows->Share(name + "_recall", means.recall, recall_of);
  rows->Value(name + "_f1", means.f1());
}

void AddClusters(const ClusterMeasures& clusters, std::uint64_t records, Rows* rows) {
  rows->Count("true_clusters", clusters.truth);
  rows->Count("linked_clusters", clusters.linked);
  rows->Count("identical_clusters", clusters.identical);
  rows->Count("identical_singletons", clusters.identical_singletons);
  rows->Count("true_singletons", clusters.truth_singletons);
  rows->Count("linked_singletons", clusters.linked_singletons);
  rows->Count("over_merged_clusters", clusters.over_merged);
  rows->Count("split_persons", clusters.split);
  rows->Count("splits_needed", clusters.splits_needed);
  rows->Count("merges_needed", clusters.merges_needed);
  rows->Share("cluster_precision", clusters.precision(), clusters.linked);
  rows->Share("cluster_recall", clusters.recall(), clusters.truth);
  rows->Value("cluster_f1", clusters.f1());
  AddMeans("b_cubed", clusters.b_cubed, records, records, rows);
  AddMeans("closest_cluster", clusters.closest, clusters.linked, clusters.truth, rows);
  rows->Value("merged_bits", clusters.merged_bits);
  rows->Value("split_bits", clusters.split_bits);
  rows->Value("variation_of_information_bits", clusters.variation_bits());
  for (const auto& [size, count] : clusters.truth_sizes) {
    rows->Count("true_clusters_of_" + std::to_string(size), count);
  }
  for (const auto& [size, count] : clusters.linked_sizes) {
    rows->Count("linked_clusters_of_" + std::to_string(size), count);
  }
}

void AddGroup(std::string_view column, const engine::GroupMeasures& group, std::string* csv) {
  Rows rows(csv, "group", column, group.value);
  rows.Count("records", group.records);
  rows.Count("persons", group.persons);
  rows.Count("few", group.few() ? 1 : 0);
  AddPairs(group.pairs, &rows);
  AddMeans("b_cubed", group.b_cubed, group.records, group.records, &rows);
}

void AddGap(std::string_view measure, const std::optional<engine::Gap>& gap, Rows* rows) {
  if (gap) rows->Difference(measure, gap->low, gap->high);
}

}  // namespace

std::string CsvOf(const engine::Evaluation& result) {
  std::string csv = "scope,group_column,group_value,measure,value,low,high,count\n";
  Rows all(&csv, "all");
  all.Count("records", result.records);
  all.Count("persons", result.persons);
  all.Count("unlinked_records", result.unlinked);
  AddPairs(result.all, &all);
  Rows within(&csv, "within");
  AddPairs(result.within, &within);
  Rows across(&csv, "across");
  AddPairs(result.across, &across);
  Rows clusters(&csv, "clusters");
  AddClusters(result.clusters, result.records, &clusters);
  for (const engine::ColumnMeasures& column : result.columns) {
    for (const auto& group : column.groups) AddGroup(column.name, group, &csv);
    Rows gap(&csv, "gap", column.name);
    AddGap("pair_precision", column.precision_gap, &gap);
    AddGap("pair_recall", column.recall_gap, &gap);
  }
  return csv;
}

}  // namespace musubi::cli
