#include "engine/report/filter_fill.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace musubi::engine {
namespace {

// Numbers of set bits, counted.
struct BitCounts {
  std::vector<std::uint64_t> records;  // by number of set bits
  std::uint64_t present = 0;
};

// What the mean and the deviation of some records follow from.
struct Moments {
  std::uint64_t records = 0;
  std::uint64_t sum = 0;
  std::uint64_t squares = 0;  // at most 2^26 a record

  double mean() const { return static_cast<double>(sum) / static_cast<double>(records); }
  // The sum of squares about the mean.
  double spread() const { return static_cast<double>(squares) - mean() * static_cast<double>(sum); }
};

Moments MomentsOf(const BitCounts& counts) {
  Moments moments;
  for (std::uint64_t bits = 0; bits < counts.records.size(); ++bits) {
    moments.records += counts.records[bits];
    moments.sum += bits * counts.records[bits];
    moments.squares += bits * bits * counts.records[bits];
  }
  return moments;
}

std::uint64_t Rounded(double value) {
  return static_cast<std::uint64_t>(std::llround(std::max(value, 0.0)));
}

// The least number of set bits that at least `hundredths` of the records do not exceed.
std::uint32_t Quantile(const BitCounts& counts, unsigned hundredths) {
  std::uint64_t below = 0;
  std::uint32_t bits = 0;
  for (; bits + 1 < counts.records.size(); ++bits) {
    below += counts.records[bits];
    if (below * 100 >= counts.present * hundredths) break;
  }
  return bits;
}

FilterOfHolder Describe(const BitCounts& counts, const Moments& moments) {
  FilterOfHolder filter;
  filter.present = counts.present;
  if (counts.present < kLeastFill) return filter;
  FilterFill fill;
  fill.mean = Rounded(1000 * moments.mean());
  fill.deviation =
      Rounded(1000 * std::sqrt(moments.spread() / static_cast<double>(moments.records)));
  for (std::size_t q = 0; q < kFillQuantiles.size(); ++q) {
    fill.bits[q] = Quantile(counts, kFillQuantiles[q]);
  }
  filter.fill = fill;
  return filter;
}

// The middle of some means; of two holders, each is held against the other.
double MiddleFor(std::size_t own, const std::vector<double>& means) {
  if (means.size() == 2) return means[1 - own];
  std::vector<double> ascending = means;
  std::ranges::sort(ascending);
  const std::size_t half = ascending.size() / 2;
  return ascending.size() % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
}

// Tells how the holders with enough records differ from the middle of them. By holder: `moments` of
// a filter, and what is to be told of it.
void Compare(const std::vector<Moments>& moments, const std::vector<FilterFill*>& fill) {
  std::vector<double> means;
  std::vector<std::size_t> compared;
  double spread = 0;
  std::uint64_t records = 0;
  std::uint64_t fewest = UINT64_MAX;
  for (std::size_t h = 0; h < moments.size(); ++h) {
    if (moments[h].records < kLeastCompared) continue;
    compared.push_back(h);
    means.push_back(moments[h].mean());
    spread += std::max(moments[h].spread(), 0.0);
    records += moments[h].records;
    fewest = std::min(fewest, moments[h].records);
  }
  if (compared.size() < 2) return;
  const double deviation = std::sqrt(spread / static_cast<double>(records - compared.size()));
  if (deviation <= 0) return;
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const double difference = (means[i] - MiddleFor(i, means)) / deviation;
    const auto own = static_cast<double>(moments[compared[i]].records);
    const double error = std::sqrt(1 / own + 1 / static_cast<double>(fewest));
    FilterFill& told = *fill[compared[i]];
    told.difference = std::llround(1000 * difference);
    told.differs =
        std::abs(*told.difference) >= kSmallDifference && std::abs(difference) >= 3 * error;
  }
}

// One pass over the store, filter by filter.
class FillReader {
 public:
  FillReader(const storage::LinkStore& store, const ExecContext& context)
      : store_(store), context_(context) {}

  // The numbers of set bits of filter `f` in a holder's records.
  Result<BitCounts> Count(const HolderData& holder, std::size_t f) {
    BitCounts counts;
    counts.records.resize(store_.contract().filters()[f].bits + 1);
    const auto add = [&](const storage::RecordsColumn& some) -> Status {
      if (context_.stopped()) return Interrupted();
      const FilterColumn& filter = some.records.filters[f];
      for (std::size_t row = 0; row < some.records.rows(); ++row) {
        if (filter.present[row] == 0) continue;
        ++counts.present;
        ++counts.records[filter.popcounts[row]];
      }
      done_ += some.records.rows();
      context_.Progress(done_);
      return {};
    };
    const auto column = static_cast<std::uint16_t>(1 + f);
    for (const std::uint32_t dataset : holder.datasets) {
      MUSUBI_RETURN_IF_ERROR(store_.VisitColumn(dataset, column, add));
    }
    return counts;
  }

 private:
  const storage::LinkStore& store_;
  const ExecContext& context_;
  std::uint64_t done_ = 0;
};

}  // namespace

std::vector<HolderData> HoldersOf(const std::vector<storage::DatasetInfo>& datasets) {
  std::map<std::string, HolderData> by_name;
  for (const storage::DatasetInfo& dataset : datasets) {
    HolderData& holder = by_name[dataset.manifest.holder];
    holder.name = dataset.manifest.holder;
    holder.declares_duplicates = dataset.manifest.declares_duplicates;
    holder.records += dataset.manifest.records;
    holder.datasets.push_back(dataset.id);
  }
  std::vector<HolderData> holders;
  for (auto& [name, holder] : by_name) holders.push_back(std::move(holder));
  return holders;
}

Result<std::vector<std::vector<FilterOfHolder>>> ReadFill(const storage::LinkStore& store,
                                                          std::span<const HolderData> holders,
                                                          const ExecContext& context) {
  const std::size_t filters = store.contract().filters().size();
  std::uint64_t records = 0;
  for (const HolderData& holder : holders) records += holder.records;
  context.Stage("read filters", records * filters);
  FillReader reader(store, context);
  std::vector<std::vector<FilterOfHolder>> fill(holders.size());
  for (std::size_t f = 0; f < filters; ++f) {
    std::vector<Moments> moments;
    std::vector<FilterFill*> told;
    for (std::size_t h = 0; h < holders.size(); ++h) {
      MUSUBI_ASSIGN_OR_RETURN(const BitCounts counts, reader.Count(holders[h], f));
      moments.push_back(MomentsOf(counts));
      fill[h].push_back(Describe(counts, moments.back()));
    }
    for (auto& of_holder : fill) told.push_back(of_holder[f].fill ? &*of_holder[f].fill : nullptr);
    Compare(moments, told);
  }
  return fill;
}

}  // namespace musubi::engine
