#include "engine/release/small_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace musubi::engine {
namespace {

using Form = ToldCount::Form;

ToldCount Number(std::uint64_t number) { return {Form::kNumber, number}; }
constexpr ToldCount kBelow = {Form::kBelow, 0};
constexpr ToldCount kWithheld = {Form::kWithheld, 0};

// Persons by the set of holders that have records of them: bit h of an index is holder h.
using PersonsBySet = std::vector<std::uint64_t>;

// What a release of such persons counts, where holder h has `extra[h]` second records of persons.
ReleaseCounts CountsOf(const PersonsBySet& persons, const std::vector<std::uint64_t>& extra) {
  ReleaseCounts counts;
  counts.persons_of_holders.resize(extra.size());
  for (std::size_t h = 0; h < extra.size(); ++h) {
    std::uint64_t own = 0;
    for (std::size_t set = 1; set < persons.size(); ++set) {
      if ((set >> h & 1) != 0) own += persons[set];
    }
    counts.holders.push_back({"holder-" + std::to_string(h), own == 0 ? 0 : own + extra[h], own});
  }
  for (std::size_t set = 1; set < persons.size(); ++set) {
    counts.persons_of_holders[std::popcount(set) - 1] += persons[set];
  }
  return counts;
}

// Every count, in an order in which told and true ones correspond; the last, which are told nowhere
// and may follow, are the persons whom one of several holders does not have.
std::vector<std::uint64_t> Cells(const ReleaseCounts& counts) {
  std::vector<std::uint64_t> cells = {counts.records(), counts.persons()};
  for (const auto& holder : counts.holders) {
    cells.push_back(holder.records);
    cells.push_back(holder.persons);
  }
  cells.insert(cells.end(), counts.persons_of_holders.begin(), counts.persons_of_holders.end());
  if (counts.holders.size() == 1) return cells;
  for (const auto& holder : counts.holders) cells.push_back(counts.persons() - holder.persons);
  return cells;
}

std::vector<ToldCount> Cells(const ToldCounts& told) {
  std::vector<ToldCount> cells = {told.records, told.persons};
  for (const auto& holder : told.holders) {
    cells.push_back(holder.records);
    cells.push_back(holder.persons);
  }
  cells.insert(cells.end(), told.persons_of_holders.begin(), told.persons_of_holders.end());
  if (told.holders.size() > 1) cells.resize(cells.size() + told.holders.size());
  return cells;
}

std::string TextOf(const std::vector<ToldCount>& cells) {
  std::string text;
  for (const ToldCount& cell : cells) {
    text += std::to_string(static_cast<int>(cell.form)) + ':' + std::to_string(cell.number) + ' ';
  }
  return text;
}

TEST(SmallCountsTest, TellsAllWhereNothingIsSmall) {
  const ToldCounts told = TellCounts(CountsOf({0, 50, 30, 20}, {5, 0}), 10);
  ASSERT_EQ(told.holders.size(), 2U);
  EXPECT_EQ(told.holders[0].holder, "holder-0");
  EXPECT_EQ(told.holders[0].records, Number(75));
  EXPECT_EQ(told.holders[0].persons, Number(70));
  EXPECT_EQ(told.records, Number(125));
  EXPECT_EQ(told.persons, Number(100));
  EXPECT_THAT(told.persons_of_holders, testing::ElementsAre(Number(80), Number(20)));
}

TEST(SmallCountsTest, WithholdsWhatASmallHolderFollowsFrom) {
  const ToldCounts told = TellCounts(CountsOf({0, 50, 5, 4}, {5, 3}), 10);
  EXPECT_EQ(told.holders[0].persons, Number(54));
  EXPECT_EQ(told.holders[0].records, Number(59));
  EXPECT_EQ(told.holders[1].persons, kBelow);
  EXPECT_EQ(told.holders[1].records, kWithheld);
  EXPECT_EQ(told.records, kWithheld);
  EXPECT_EQ(told.persons, kWithheld);
  EXPECT_THAT(told.persons_of_holders, testing::Each(kWithheld));
}

// Of two holders with 54 and 59 persons, 104 together, nine are in both.
TEST(SmallCountsTest, WithholdsTheTotalThatTheSharedPersonsFollowFrom) {
  const ToldCounts told = TellCounts(CountsOf({0, 45, 50, 9}, {0, 0}), 10);
  EXPECT_EQ(told.holders[0].persons, Number(54));
  EXPECT_EQ(told.holders[1].persons, Number(59));
  EXPECT_EQ(told.records, Number(113));
  EXPECT_EQ(told.persons, kWithheld);
  EXPECT_THAT(told.persons_of_holders, testing::Each(kWithheld));
}

// Of two holders with 115 and 24 persons, 119 together, the second has four alone.
TEST(SmallCountsTest, WithholdsTheTotalThatThePersonsElsewhereFollowFrom) {
  const ToldCounts told = TellCounts(CountsOf({0, 95, 4, 20}, {0, 0}), 10);
  EXPECT_EQ(told.holders[0].persons, Number(115));
  EXPECT_EQ(told.holders[1].persons, Number(24));
  EXPECT_EQ(told.persons, kWithheld);
  EXPECT_THAT(told.persons_of_holders, testing::Each(kWithheld));
}

TEST(SmallCountsTest, TheSmallestIsTold) {
  const ToldCounts told = TellCounts(CountsOf({0, 10}, {0}), 10);
  EXPECT_EQ(told.holders[0].persons, Number(10));
  EXPECT_EQ(told.persons, Number(10));
  EXPECT_EQ(TellCounts(CountsOf({0, 9}, {0}), 10).holders[0].persons, kBelow);
}

TEST(SmallCountsTest, OneHidesNothing) {
  const ToldCounts told = TellCounts(CountsOf({0, 3, 0, 0}, {0, 0}), 1);
  EXPECT_EQ(told.holders[1].persons, Number(0));
  EXPECT_THAT(told.persons_of_holders, testing::ElementsAre(Number(3), Number(0)));
}

// Every table of some holders in which each set of holders has 0 to `most` persons. Whoever knows
// what is told, the rule by which it was, and all there is to know of how counts hang together,
// knows that the truth is one of the tables for which the same is told. Among these, no small count
// has one value alone.
void ExpectNothingFollows(std::size_t holders, std::uint64_t most, std::uint64_t most_extra,
                          std::uint64_t smallest) {
  struct Group {
    std::vector<std::set<std::uint64_t>> values;  // of each cell
    std::vector<ToldCount> told;
  };
  std::map<std::string, Group> groups;
  PersonsBySet persons(std::size_t{1} << holders);
  std::vector<std::uint64_t> extra(holders);
  const auto next = [](auto first, auto last, std::uint64_t bound) {
    for (; first != last; ++first) {
      if (++*first <= bound) return true;
      *first = 0;
    }
    return false;
  };
  do {
    do {
      const ReleaseCounts counts = CountsOf(persons, extra);
      const std::vector<std::uint64_t> cells = Cells(counts);
      const std::vector<ToldCount> told = Cells(TellCounts(counts, smallest));
      Group& group = groups[TextOf(told)];
      group.told = told;
      group.values.resize(cells.size());
      for (std::size_t i = 0; i < cells.size(); ++i) {
        group.values[i].insert(cells[i]);
        if (told[i].form == Form::kNumber) {
          ASSERT_EQ(told[i].number, cells[i]);
          ASSERT_GE(cells[i], smallest);
        } else if (told[i].form == Form::kBelow) {
          ASSERT_LT(cells[i], smallest);
        }
      }
    } while (next(extra.begin(), extra.end(), most_extra));
  } while (next(persons.begin() + 1, persons.end(), most));
  std::size_t checked = 0;
  for (const auto& [text, group] : groups) {
    // Beyond `most` not every table of which this would be told was made.
    const bool whole = std::ranges::all_of(
        group.told, [most](const ToldCount& told) { return told.number <= most; });
    if (!whole) continue;
    ++checked;
    for (std::size_t i = 0; i < group.values.size(); ++i) {
      if (*group.values[i].begin() >= smallest) continue;
      ASSERT_GE(group.values[i].size(), 2U) << "cell " << i << " of " << text;
    }
  }
  EXPECT_GT(checked, 10U);
}

TEST(SmallCountsTest, NoSmallCountFollowsFromWhatIsTold) {
  ExpectNothingFollows(1, 25, 3, 5);
  ExpectNothingFollows(2, 12, 1, 2);
  ExpectNothingFollows(2, 12, 1, 5);
  ExpectNothingFollows(3, 4, 0, 2);
  ExpectNothingFollows(3, 4, 0, 3);
}

}  // namespace
}  // namespace musubi::engine
