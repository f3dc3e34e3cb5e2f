#include "engine/audit/identical.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>

namespace musubi::engine {
namespace {

// Numbers from 0 for distinct keys in the order in which they come, and how often each came.
struct Numbered {
  std::vector<std::uint32_t> of;  // per record
  std::vector<std::uint64_t> times;
};

template <typename Key, typename KeyOf>
Numbered Number(std::size_t records, const KeyOf& key_of) {
  Numbered numbered;
  std::map<Key, std::uint32_t> numbers;
  for (std::size_t i = 0; i < records; ++i) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    const auto [found, is_new] = numbers.emplace(key_of(i), next);
    if (is_new) numbered.times.push_back(0);
    ++numbered.times[found->second];
    numbered.of.push_back(found->second);
  }
  return numbered;
}

// Per number its place by frequency, the most frequent first.
std::vector<std::uint32_t> RanksOf(const std::vector<std::uint64_t>& times) {
  std::vector<std::uint32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order,
                           [&](std::uint32_t a, std::uint32_t b) { return times[a] > times[b]; });
  std::vector<std::uint32_t> ranks(times.size());
  for (std::uint32_t place = 0; place < order.size(); ++place) ranks[order[place]] = place;
  return ranks;
}

}  // namespace

Identical FindIdentical(const FilterColumn& filter, const std::vector<std::uint32_t>& values) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < filter.present.size(); ++row) {
    if (filter.present[row] != 0) rows.push_back(row);
  }
  const auto filters = Number<std::string_view>(rows.size(), [&](std::size_t i) {
    const auto words = filter.bits.row(rows[i]);
    return std::string_view(reinterpret_cast<const char*>(words.data()), words.size_bytes());
  });
  const auto clear =
      Number<std::uint32_t>(rows.size(), [&](std::size_t i) { return values[rows[i]]; });
  const std::vector<std::uint32_t> filter_ranks = RanksOf(filters.times);
  const std::vector<std::uint32_t> value_ranks = RanksOf(clear.times);
  Identical found;
  found.shared.trials = rows.size();
  found.aligned.trials = rows.size();
  found.values = clear.times.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t times = filters.times[filters.of[i]];
    found.most = std::max(found.most, times);
    if (times == 1) continue;
    ++found.shared.successes;
    found.aligned.successes += filter_ranks[filters.of[i]] == value_ranks[clear.of[i]] ? 1 : 0;
  }
  return found;
}

}  // namespace musubi::engine
