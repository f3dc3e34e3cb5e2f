#include "blocking/lsh_tables.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

namespace musubi::blocking {
namespace {

// Orders entries, a key above a slot, by the keys, which have `bits` bits; equal keys stay in the
// order they are in. `*sorted` is room for as many. Least significant digit first, digits of up to
// twelve bits.
void SortByKey(std::uint32_t bits, SortEntries* entries, SortEntries* sorted) {
  constexpr std::uint32_t kDigitBits = 12;
  const std::uint32_t passes = (bits + kDigitBits - 1) / kDigitBits;
  const std::uint32_t digit_bits = (bits + passes - 1) / passes;
  const std::uint64_t mask = (std::uint64_t{1} << digit_bits) - 1;
  sorted->resize(entries->size());
  std::vector<std::uint32_t> place(mask + 1);
  for (std::uint32_t pass = 0; pass < passes; ++pass) {
    const std::uint32_t shift = 32 + pass * digit_bits;
    std::ranges::fill(place, 0U);
    for (const std::uint64_t entry : *entries) ++place[entry >> shift & mask];
    std::uint32_t before = 0;
    for (std::uint32_t& count : place) before += std::exchange(count, before);
    for (const std::uint64_t entry : *entries) (*sorted)[place[entry >> shift & mask]++] = entry;
    entries->swap(*sorted);
  }
}

}  // namespace

// Writes (*hashes)[t - begin][slot] for blocks of slots.
void TableMaker::HashBlocks(std::size_t first_block, std::size_t end_block, std::size_t begin,
                            std::size_t end, std::vector<TableEntries>* hashes) const {
  BitGatherer gatherer(FilterHead::kWords);
  BitGatherer::Gathered keys;
  for (std::size_t block = first_block; block < end_block; ++block) {
    const std::size_t slot = block * BitGatherer::kBlock;
    const std::size_t count = std::min(BitGatherer::kBlock, rows_.size() - slot);
    for (std::size_t i = 0; i < count; ++i) gatherer.Load(i, rows_.heads[slot + i].words);
    for (std::size_t table = begin; table < end; ++table) {
      gatherer.Gather(keys_[table], &keys);
      std::copy_n(keys.begin(), count, (*hashes)[table - begin].data() + slot);
    }
  }
}

// Whether two records of a bucket may pair: any where a model learns from them; else the first and
// a later one, since those without a key come first, and by source.
bool TableMaker::HasPair(std::span<const std::uint64_t> bucket) const {
  const auto slot = [&](std::size_t i) { return static_cast<std::uint32_t>(bucket[i]); };
  if (bucket.size() < 2) return false;
  if (population_.learns) return true;
  const RecordRun& first = rows_.RunOf(slot(0));
  if (first.settled) return false;
  if (population_.allows_within[first.source] != 0) return true;
  for (std::size_t i = bucket.size() - 1; i > 0 && slot(i) >= first.end; --i) {
    if (rows_.RunOf(slot(i)).source != first.source) return true;
  }
  return false;
}

LshTable TableMaker::Sort(std::size_t table, TableEntries hashes) const {
  SortScratch& scratch = scratch_.local();
  SortEntries& sorted = scratch.entries;
  sorted.resize(hashes.size());
  for (std::size_t slot = 0; slot < hashes.size(); ++slot) {
    sorted[slot] = std::uint64_t{hashes[slot]} << 32 | slot;
  }
  SortByKey(static_cast<std::uint32_t>(keys_[table].size()), &sorted, &scratch.other);
  std::size_t kept = 0;  // the hashes are no longer needed: their memory becomes the table's
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end] >> 32 == sorted[begin] >> 32) ++end;
    if (!HasPair(std::span(sorted).subspan(begin, end - begin))) continue;
    for (std::size_t i = begin; i < end; ++i)
      hashes[kept++] = static_cast<std::uint32_t>(sorted[i]);
    hashes[kept - 1] |= LshTable::kEndsBucket;
  }
  hashes.resize(kept);
  return {std::move(hashes)};
}

std::vector<LshTable> TableMaker::Make(std::size_t begin, std::size_t end,
                                       const ExecContext& context) const {
  std::vector<TableEntries> hashes(end - begin);
  for (auto& table : hashes) table.resize(rows_.size());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, Blocks()), [&](const auto& blocks) {
    if (!context.stopped()) HashBlocks(blocks.begin(), blocks.end(), begin, end, &hashes);
  });
  std::vector<LshTable> tables(end - begin);
  tbb::parallel_for(begin, end, [&](std::size_t table) {
    if (!context.stopped()) tables[table - begin] = Sort(table, std::move(hashes[table - begin]));
  });
  return tables;
}

LshTable TableMaker::Make(std::size_t table) const {
  std::vector<TableEntries> hashes(1, TableEntries(rows_.size()));
  HashBlocks(0, Blocks(), table, table + 1, &hashes);
  return Sort(table, std::move(hashes[0]));
}

TableStore::TableStore(std::vector<LshTable> made) {
  for (LshTable& table : made) {
    all_.push_back(std::make_shared<const LshTable>(std::move(table)));
  }
}

std::shared_ptr<const LshTable> TableStore::Get(std::uint32_t table) {
  if (maker_ == nullptr) return all_[table];
  std::promise<std::shared_ptr<const LshTable>> promise;
  std::unique_lock lock(mutex_);
  const auto found = recent_.find(table);
  if (found != recent_.end()) {
    found->second.last_use = ++uses_;
    const Made made = found->second.table;
    lock.unlock();
    return made.get();
  }
  if (recent_.size() >= most_) ForgetOldest();
  recent_.emplace(table, Recent{promise.get_future().share(), ++uses_});
  lock.unlock();
  auto made = std::make_shared<const LshTable>(maker_->Make(table));
  promise.set_value(made);
  return made;
}

// Whoever works with that table still holds it.
void TableStore::ForgetOldest() {
  const auto oldest = std::ranges::min_element(
      recent_, {}, [](const auto& entry) { return entry.second.last_use; });
  if (oldest != recent_.end()) recent_.erase(oldest);
}

}  // namespace musubi::blocking
