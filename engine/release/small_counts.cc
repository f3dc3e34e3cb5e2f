#include "engine/release/small_counts.h"

#include <algorithm>
#include <numeric>

namespace musubi::engine {

namespace {

ToldCount Number(std::uint64_t number) { return {ToldCount::Form::kNumber, number}; }

constexpr ToldCount kBelow = {ToldCount::Form::kBelow, 0};
constexpr ToldCount kWithheld = {ToldCount::Form::kWithheld, 0};

// Only 0 is below 1, and to tell that a count is below it would be to tell it.
bool IsSmall(std::uint64_t count, std::uint64_t smallest) {
  return smallest > 1 && count < smallest;
}

}  // namespace

std::uint64_t ReleaseCounts::records() const {
  std::uint64_t sum = 0;
  for (const Holder& holder : holders) sum += holder.records;
  return sum;
}

std::uint64_t ReleaseCounts::persons() const {
  return std::accumulate(persons_of_holders.begin(), persons_of_holders.end(), std::uint64_t{0});
}

ToldCount TellCount(std::uint64_t count, std::uint64_t smallest) {
  return IsSmall(count, smallest) ? kBelow : Number(count);
}

ToldCounts TellCounts(const ReleaseCounts& counts, std::uint64_t smallest) {
  const auto is_small = [smallest](std::uint64_t count) { return IsSmall(count, smallest); };
  const bool small_holder =
      std::ranges::any_of(counts.holders, is_small, &ReleaseCounts::Holder::persons);
  // Of one holder alone nobody is elsewhere, and that tells nothing.
  const auto is_elsewhere_small = [&](const ReleaseCounts::Holder& holder) {
    return counts.holders.size() > 1 && is_small(counts.persons() - holder.persons);
  };
  const bool small_persons = small_holder ||
                             std::ranges::any_of(counts.persons_of_holders, is_small) ||
                             std::ranges::any_of(counts.holders, is_elsewhere_small);
  ToldCounts told;
  for (const ReleaseCounts::Holder& holder : counts.holders) {
    told.holders.push_back({holder.holder,
                            is_small(holder.persons) ? kWithheld : Number(holder.records),
                            TellCount(holder.persons, smallest)});
  }
  for (const std::uint64_t persons : counts.persons_of_holders) {
    told.persons_of_holders.push_back(small_persons ? kWithheld : Number(persons));
  }
  told.records = small_holder ? kWithheld : Number(counts.records());
  told.persons = small_persons ? kWithheld : Number(counts.persons());
  return told;
}

}  // namespace musubi::engine
