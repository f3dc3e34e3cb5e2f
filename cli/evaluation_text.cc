#include "cli/evaluation_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "core/utf8.h"
#include "storage/display.h"

namespace musubi::cli {
namespace {

using engine::ClusterMeasures;
using engine::ColumnMeasures;
using engine::Evaluation;
using engine::Gap;
using engine::GroupMeasures;
using engine::Interval;
using engine::MeanRatios;
using engine::PairCounts;

Json JsonOf(const PairCounts& counts) {
  const Interval precision = counts.precision_interval();
  const Interval recall = counts.recall_interval();
  return {{"true_pairs", counts.truth},      {"linked_pairs", counts.linked},
          {"correct_pairs", counts.correct}, {"precision", counts.precision()},
          {"precision_low", precision.low},  {"precision_high", precision.high},
          {"recall", counts.recall()},       {"recall_low", recall.low},
          {"recall_high", recall.high},      {"f1", counts.f1()}};
}

Json JsonOf(const MeanRatios& means) {
  return {{"precision", means.precision}, {"recall", means.recall}, {"f1", means.f1()}};
}

// Every size that a person's or a linked cluster has.
std::set<std::uint32_t> SizesOf(const ClusterMeasures& clusters) {
  std::set<std::uint32_t> sizes;
  for (const auto& [size, count] : clusters.truth_sizes) sizes.insert(size);
  for (const auto& [size, count] : clusters.linked_sizes) sizes.insert(size);
  return sizes;
}

std::uint64_t CountOf(const std::map<std::uint32_t, std::uint64_t>& histogram, std::uint32_t size) {
  const auto found = histogram.find(size);
  return found == histogram.end() ? 0 : found->second;
}

Json JsonOf(const ClusterMeasures& clusters) {
  Json sizes = Json::array();
  for (const std::uint32_t size : SizesOf(clusters)) {
    sizes.push_back({{"records", size},
                     {"true_clusters", CountOf(clusters.truth_sizes, size)},
                     {"linked_clusters", CountOf(clusters.linked_sizes, size)}});
  }
  return {{"true_clusters", clusters.truth},
          {"linked_clusters", clusters.linked},
          {"identical_clusters", clusters.identical},
          {"identical_singletons", clusters.identical_singletons},
          {"true_singletons", clusters.truth_singletons},
          {"linked_singletons", clusters.linked_singletons},
          {"over_merged_clusters", clusters.over_merged},
          {"split_persons", clusters.split},
          {"splits_needed", clusters.splits_needed},
          {"merges_needed", clusters.merges_needed},
          {"precision", clusters.precision()},
          {"recall", clusters.recall()},
          {"f1", clusters.f1()},
          {"b_cubed", JsonOf(clusters.b_cubed)},
          {"closest_cluster", JsonOf(clusters.closest)},
          {"merged_bits", clusters.merged_bits},
          {"split_bits", clusters.split_bits},
          {"variation_of_information_bits", clusters.variation_bits()},
          {"sizes", sizes}};
}

Json JsonOf(const std::optional<Gap>& gap) {
  if (!gap) return nullptr;
  return {{"difference", gap->difference()}, {"lowest", gap->lowest}, {"highest", gap->highest}};
}

Json JsonOf(const ColumnMeasures& column) {
  Json groups = Json::array();
  for (const GroupMeasures& group : column.groups) {
    groups.push_back({{"value", group.value},
                      {"records", group.records},
                      {"persons", group.persons},
                      {"few", group.few()},
                      {"pairs", JsonOf(group.pairs)},
                      {"b_cubed", JsonOf(group.b_cubed)}});
  }
  return {{"column", column.name},
          {"groups", groups},
          {"precision_gap", JsonOf(column.precision_gap)},
          {"recall_gap", JsonOf(column.recall_gap)}};
}

std::string Decimal(double ratio) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", ratio);
  return text;
}

std::string Range(const Interval& interval) {
  return Decimal(interval.low) + "-" + Decimal(interval.high);
}

// As Left, for any text: characters beyond the alphabets of Europe and the Near East take two
// columns of a terminal.
std::string LeftWide(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    columns += NextCodePoint(text, &at) < 0x1100 ? 1 : 2;
  }
  return std::string(text) + std::string(columns < width ? width - columns : 0, ' ');
}

std::string RatiosText(double precision, double recall, double f1) {
  return Right(Decimal(precision), 11) + Right(Decimal(recall), 9) + Right(Decimal(f1), 9) + "\n";
}

std::string PairLine(std::string_view name, const PairCounts& counts) {
  return Left(name, 16) + Right(Grouped(counts.truth), 13) + Right(Grouped(counts.linked), 13) +
         Right(Grouped(counts.correct), 13) +
         RatiosText(counts.precision(), counts.recall(), counts.f1());
}

std::string PairText(const Evaluation& result) {
  return Left("pairs", 16) + Right("true", 13) + Right("linked", 13) + Right("correct", 13) +
         Right("precision", 11) + Right("recall", 9) + Right("F1", 9) + "\n" +
         PairLine("all", result.all) + PairLine("within holders", result.within) +
         PairLine("across holders", result.across) + "95 % intervals, all pairs: precision " +
         Range(result.all.precision_interval()) + ", recall " +
         Range(result.all.recall_interval()) + "\n";
}

std::string MeanLine(std::string_view name, const MeanRatios& means) {
  return Left(name, 55) + RatiosText(means.precision, means.recall, means.f1());
}

// Sizes of up to ten records, and all others together.
std::string SizeText(const ClusterMeasures& clusters) {
  constexpr std::uint32_t kShown = 10;
  const auto line = [](std::string_view name, std::uint64_t truth, std::uint64_t linked) {
    return Left(name, 16) + Right(Grouped(truth), 13) + Right(Grouped(linked), 13) + "\n";
  };
  std::string text = "\n" + Left("cluster of", 16) + Right("true", 13) + Right("linked", 13) + "\n";
  std::uint64_t larger_true = 0;
  std::uint64_t larger_linked = 0;
  for (const std::uint32_t size : SizesOf(clusters)) {
    const std::uint64_t truth = CountOf(clusters.truth_sizes, size);
    const std::uint64_t linked = CountOf(clusters.linked_sizes, size);
    if (size <= kShown) {
      text += line(std::to_string(size) + (size == 1 ? " record" : " records"), truth, linked);
    } else {
      larger_true += truth;
      larger_linked += linked;
    }
  }
  return larger_true + larger_linked == 0 ? text : text + line("more", larger_true, larger_linked);
}

std::string ClusterText(const ClusterMeasures& clusters) {
  return "\n" + Left("clusters", 16) + Right("true", 13) + Right("linked", 13) +
         Right("identical", 13) + Right("precision", 11) + Right("recall", 9) + Right("F1", 9) +
         "\n" + Left("exact", 16) + Right(Grouped(clusters.truth), 13) +
         Right(Grouped(clusters.linked), 13) + Right(Grouped(clusters.identical), 13) +
         RatiosText(clusters.precision(), clusters.recall(), clusters.f1()) +
         Left("of one record", 16) + Right(Grouped(clusters.truth_singletons), 13) +
         Right(Grouped(clusters.linked_singletons), 13) +
         Right(Grouped(clusters.identical_singletons), 13) + "\n" +
         MeanLine("B-cubed", clusters.b_cubed) + MeanLine("closest cluster", clusters.closest) +
         "over-merged   " + Grouped(clusters.over_merged) +
         " linked clusters hold records of two persons or more\n" + "split         " +
         Grouped(clusters.split) + " persons are in two linked clusters or more\n" +
         "to mend       " + Grouped(clusters.splits_needed) + " splits, then " +
         Grouped(clusters.merges_needed) + " merges\n" + "information   " +
         Decimal(clusters.merged_bits) + " bits lost by merging, " + Decimal(clusters.split_bits) +
         " by splitting; variation " + Decimal(clusters.variation_bits()) + "\n" +
         SizeText(clusters);
}

std::string GroupLine(const GroupMeasures& group) {
  constexpr std::size_t kShownBytes = 40;
  const PairCounts& pairs = group.pairs;
  return LeftWide(storage::Displayable(group.value, kShownBytes), 16) +
         Right(Grouped(group.records), 12) + Right(Grouped(group.persons), 12) +
         Right(Grouped(pairs.truth), 12) + Right(Decimal(pairs.precision()), 11) +
         Right(Range(pairs.precision_interval()), 15) + Right(Decimal(pairs.recall()), 9) +
         Right(Range(pairs.recall_interval()), 15) + Right(Decimal(pairs.f1()), 9) +
         Right(Decimal(group.b_cubed.f1()), 12) + (group.few() ? "  few" : "") + "\n";
}

std::string GapLine(std::string_view measure, const std::optional<Gap>& gap) {
  constexpr std::size_t kShownBytes = 40;
  const std::string name = "gap of " + Left(measure, 11);
  if (!gap) return name + "none: fewer than two groups have enough pairs\n";
  if (gap->difference() == 0) return name + "0: all groups are at " + Decimal(gap->low) + "\n";
  return name + Decimal(gap->difference()) + ", from " + Decimal(gap->low) + " of " +
         storage::Displayable(gap->lowest, kShownBytes) + " to " + Decimal(gap->high) + " of " +
         storage::Displayable(gap->highest, kShownBytes) + "\n";
}

std::string ColumnText(const ColumnMeasures& column) {
  constexpr std::size_t kShownBytes = 40;
  std::string text = "\n" + LeftWide("by " + storage::Displayable(column.name, kShownBytes), 16) +
                     Right("records", 12) + Right("persons", 12) + Right("true pairs", 12) +
                     Right("precision", 11) + Right("95 %", 15) + Right("recall", 9) +
                     Right("95 %", 15) + Right("F1", 9) + Right("B-cubed F1", 12) + "\n";
  for (const GroupMeasures& group : column.groups) text += GroupLine(group);
  if (std::ranges::any_of(column.groups, &GroupMeasures::few)) {
    text += "few: fewer than " + std::to_string(engine::kFewPairs) +
            " true pairs, which say little; left out of the gaps\n";
  }
  return text + GapLine("precision", column.precision_gap) + GapLine("recall", column.recall_gap);
}

}  // namespace

Json JsonOf(const Evaluation& result) {
  Json json = {{"records", result.records},           {"persons", result.persons},
               {"unlinked_records", result.unlinked}, {"all", JsonOf(result.all)},
               {"within", JsonOf(result.within)},     {"across", JsonOf(result.across)},
               {"clusters", JsonOf(result.clusters)}, {"by", Json::array()}};
  for (const ColumnMeasures& column : result.columns) json["by"].push_back(JsonOf(column));
  return json;
}

std::string TextOf(const Evaluation& result) {
  std::string text = Grouped(result.records) + " records of " + Grouped(result.persons) +
                     " persons; " + Grouped(result.unlinked) +
                     " records are in no links file and count as missed\n\n" + PairText(result) +
                     ClusterText(result.clusters);
  for (const ColumnMeasures& column : result.columns) text += ColumnText(column);
  return text;
}

}  // namespace musubi::cli
