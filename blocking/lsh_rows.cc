#include "blocking/lsh_rows.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "blocking/lsh_bits.h"

namespace musubi::blocking {
namespace {

std::vector<std::uint32_t> OrderedRows(const Population& population, const FilterColumn& column) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < population.rows(); ++row) {
    if (column.present[row] != 0) rows.push_back(row);
  }
  const auto group = [&](std::uint32_t row) {
    return (IsSettled(population, row) ? 1U << 16 : 0U) | population.source[row];
  };
  std::ranges::stable_sort(rows, {}, group);
  return rows;
}

std::vector<RecordRun> RunsOf(const Population& population,
                              const std::vector<std::uint32_t>& row_of) {
  std::vector<RecordRun> runs;
  for (std::uint32_t slot = 0; slot < row_of.size(); ++slot) {
    const std::uint16_t source = population.source[row_of[slot]];
    const bool settled = IsSettled(population, row_of[slot]);
    if (runs.empty() || runs.back().source != source || runs.back().settled != settled) {
      runs.push_back({slot, slot, source, settled});
    }
    runs.back().end = slot + 1;
  }
  return runs;
}

// Fills the heads of up to a block of rows.
void FillHeads(const FilterColumn& column, std::span<const std::uint32_t> rows,
               std::span<const std::uint32_t> positions, BitGatherer* gatherer, FilterHead* heads) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    gatherer->Load(i, column.bits.row(rows[i]).data());
  }
  BitGatherer::Gathered half;
  for (std::size_t first = 0; first < positions.size(); first += 32) {
    gatherer->Gather(positions.subspan(first, std::min<std::size_t>(32, positions.size() - first)),
                     &half);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      heads[i].words[first / 64] |= std::uint64_t{half[i]} << (first % 64);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t bits = column.popcounts[rows[i]];
    heads[i].row = rows[i];
    heads[i].bits =
        static_cast<std::uint16_t>(std::min<std::uint32_t>(bits, FilterHead::kMostBits));
    heads[i].tail_bits = static_cast<std::uint16_t>(
        bits - CountBits(std::span(heads[i].words).first(FilterHead::kFirstWords)));
  }
}

}  // namespace

HashedRows::HashedRows(const Population& population, const FilterColumn& column,
                       std::span<const std::uint32_t> ranked)
    : row_of(OrderedRows(population, column)),
      runs(RunsOf(population, row_of)),
      heads(row_of.size()) {
  const auto positions = ranked.first(std::min(ranked.size(), FilterHead::kWords * 64));
  const std::size_t blocks = (size() + BitGatherer::kBlock - 1) / BitGatherer::kBlock;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, blocks), [&](const auto& range) {
    BitGatherer gatherer(column.bits.stride_words());
    for (std::size_t block = range.begin(); block < range.end(); ++block) {
      const std::size_t slot = block * BitGatherer::kBlock;
      const std::size_t count = std::min(BitGatherer::kBlock, size() - slot);
      FillHeads(column, std::span(row_of).subspan(slot, count), positions, &gatherer,
                heads.data() + slot);
    }
  });
}

}  // namespace musubi::blocking
