// Keys over time: what new records get, and what is left for people to decide.
#include "engine/resolve/regroup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kNew = kNoKey;

// A population whose references ascend with the rows.
Population NumberedPeople(const std::vector<std::uint16_t>& sources,
                          const std::set<std::uint16_t>& declared = {}) {
  Population population = PeopleOf(sources, declared);
  for (std::uint32_t row = 0; row < population.rows(); ++row) {
    population.records.refs[row].bytes[0] = static_cast<std::uint8_t>(row + 1);
  }
  return population;
}

Regrouping Regrouped(const Population& people, const Rows& first_of, const Rows& key_of,
                     Rows since = {}, const std::vector<ScoredPair>& pairs = {}) {
  std::uint32_t keys = 0;
  for (const std::uint32_t key : key_of) {
    if (key != kNew) keys = std::max(keys, key + 1);
  }
  since.resize(people.rows(), 1);
  return Regroup(people, first_of, {keys, key_of, since}, PairList(pairs, 0));
}

TEST(RegroupTest, NobodyNeedsNoKey) {
  const Regrouping none = Regrouped(NumberedPeople({}), {}, {});
  EXPECT_EQ(none.minted, 0U);
  EXPECT_THAT(none.moves, IsEmpty());
}

TEST(RegroupTest, EachNewClusterGetsAKeyInTheOrderOfRows) {
  const Regrouping first =
      Regrouped(NumberedPeople({0, 0, 1, 1}), {0, 1, 0, 3}, {kNew, kNew, kNew, kNew});
  EXPECT_THAT(first.key_of, ElementsAre(0, 1, 0, 2));
  EXPECT_EQ(first.minted, 3U);
  EXPECT_THAT(first.moves, IsEmpty());
}

TEST(RegroupTest, ANewRecordGetsTheKeyOfItsCluster) {
  const Regrouping second = Regrouped(NumberedPeople({0, 1, 2}), {0, 1, 1}, {0, 1, kNew});
  EXPECT_THAT(second.key_of, ElementsAre(0, 1, 1));
  EXPECT_EQ(second.minted, 0U);
  EXPECT_THAT(second.moves, IsEmpty());
}

// Rows 0 and 1 have two keys, and a third record shows that they are one person's. The key given
// first is to stay; the other's record is to come under it.
TEST(RegroupTest, TwoKeysOfOneClusterAreToBeMerged) {
  const Regrouping merge = Regrouped(NumberedPeople({0, 1, 2}), {0, 0, 0}, {0, 1, kNew}, {2, 1, 0});
  EXPECT_THAT(merge.key_of, ElementsAre(0, 1, 1));
  EXPECT_THAT(merge.moves, ElementsAre(KeyMove{{0}, 0, 1, true}));
}

// The new record comes under the younger key, which it is more like; it would follow a merge.
TEST(RegroupTest, ANewRecordComesUnderTheKeyThatItHasMostInCommonWith) {
  const Population people = NumberedPeople({0, 1, 2});
  const Rows first_of = {0, 0, 0};
  const Rows keys = {0, 1, kNew};
  const Regrouping younger =
      Regrouped(people, first_of, keys, {2, 1, 0}, {{0, 2, 900'000}, {1, 2, 800'000}});
  EXPECT_THAT(younger.key_of, ElementsAre(0, 1, 0));
  EXPECT_THAT(younger.moves, ElementsAre(KeyMove{{0, 2}, 0, 1, true}));
  const Regrouping tied =
      Regrouped(people, first_of, keys, {2, 1, 0}, {{0, 2, 800'000}, {1, 2, 800'000}});
  EXPECT_THAT(tied.key_of, ElementsAre(0, 1, 1));
}

TEST(RegroupTest, OfKeysGivenAtOnceTheOneOfTheLeastReferenceStays) {
  const Regrouping merge = Regrouped(NumberedPeople({0, 1}), {0, 0}, {1, 0});
  EXPECT_THAT(merge.moves, ElementsAre(KeyMove{{1}, 0, 1, true}));
}

// Row 2 was under key 0, and is found to be someone else.
TEST(RegroupTest, ARecordThatBelongsToNobodyIsToGetAKeyOfItsOwn) {
  const Regrouping split = Regrouped(NumberedPeople({0, 1, 2}), {0, 0, 2}, {0, 0, 0});
  EXPECT_THAT(split.key_of, ElementsAre(0, 0, 0));
  EXPECT_EQ(split.minted, 0U);
  EXPECT_THAT(split.moves, ElementsAre(KeyMove{{2}, 0, kNoKey, false}));
}

TEST(RegroupTest, TheAnchorIsTheRecordThatWasThereFirst) {
  const Regrouping split = Regrouped(NumberedPeople({0, 1, 2}), {0, 0, 2}, {0, 0, 0}, {2, 2, 1});
  EXPECT_THAT(split.moves, ElementsAre(KeyMove{{0, 1}, 0, kNoKey, false}));
}

TEST(RegroupTest, ARecordMayBelongUnderAnotherKey) {
  const Regrouping move = Regrouped(NumberedPeople({0, 1, 2, 3}), {0, 1, 1, 1}, {0, 1, 0, 1});
  EXPECT_THAT(move.moves, ElementsAre(KeyMove{{2}, 0, 1, false}));
}

// The stray row 1 is left without its key's anchor: the new record that is with it gets a key,
// which is then the cluster's.
TEST(RegroupTest, ANewRecordWithAStrayStartsAKeyThatTheStrayIsToJoin) {
  const Regrouping move = Regrouped(NumberedPeople({0, 1, 2}), {0, 1, 1}, {0, 0, kNew});
  EXPECT_THAT(move.key_of, ElementsAre(0, 0, 1));
  EXPECT_EQ(move.minted, 1U);
  EXPECT_THAT(move.moves, ElementsAre(KeyMove{{1}, 0, 1, false}));
}

// Key 0 still has row 1 of holder 1, found to be someone else. A new record of holder 1 that is
// with row 0 would be a second one of that holder under key 0: it waits.
TEST(RegroupTest, ANewRecordDoesNotJoinAKeyThatHasAnotherOfItsHolder) {
  const Regrouping waits = Regrouped(NumberedPeople({0, 1, 1}), {0, 1, 0}, {0, 0, kNew});
  EXPECT_THAT(waits.key_of, ElementsAre(0, 0, 1));
  EXPECT_EQ(waits.minted, 1U);
  EXPECT_THAT(waits.moves, ElementsAre(KeyMove{{1}, 0, kNoKey, false}, KeyMove{{2}, 1, 0, true}));
  const Regrouping joins = Regrouped(NumberedPeople({0, 1, 1}, {1}), {0, 1, 0}, {0, 0, kNew});
  EXPECT_THAT(joins.key_of, ElementsAre(0, 0, 0));
}

// Records, in batches, under the keys that they have; what people decide is up to the test.
class History {
 public:
  History(const RandomGraph& graph, std::uint64_t seed) : graph_(graph), random_(seed) {
    const std::size_t rows = graph.population.rows();
    order_.resize(rows);
    std::iota(order_.begin(), order_.end(), 0U);
    std::ranges::shuffle(order_, random_);
    // References are in no order of rows.
    for (std::uint32_t i = 0; i < rows; ++i) {
      graph_.population.records.refs[order_[i]].bytes[0] = static_cast<std::uint8_t>(i + 1);
    }
    std::ranges::shuffle(order_, random_);
    key_of_.assign(rows, kNoKey);
    since_.assign(rows, 0);
  }

  // Adds the next records, some of them, and links all there are.
  void AddBatch() {
    present_ += 1 + random_() % (order_.size() - present_);
    Relink();
  }

  // Links all records there are.
  void Relink() {
    ++epoch_;
    std::vector<std::uint32_t> rows(order_.begin(),
                                    order_.begin() + static_cast<std::ptrdiff_t>(present_));
    std::ranges::sort(rows);
    const RandomGraph part = Part(rows);
    first_of_ = ResolvePairs(part.population, part.pairs, kThreshold).first_of;
    Rows keys;
    Rows since;
    for (const std::uint32_t row : rows) {
      keys.push_back(key_of_[row]);
      since.push_back(since_[row]);
    }
    const PairList scores(part.pairs, kThreshold);
    const Regrouping result = Regroup(part.population, first_of_, {keys_, keys, since}, scores);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool is_new = keys[i] == kNoKey;
      ASSERT_TRUE(is_new || result.key_of[i] == keys[i]) << "a key changed without a decision";
      key_of_[rows[i]] = result.key_of[i];
      if (is_new) since_[rows[i]] = epoch_;
    }
    keys_ += result.minted;
    moves_ = result.moves;
    rows_ = rows;
  }

  bool done() const { return present_ == order_.size(); }

  // Carries out the moves that `accept` wants.
  template <typename Accept>
  void Decide(Accept accept) {
    if (moves_.empty()) return;
    ++epoch_;
    for (const KeyMove& move : moves_) {
      if (!accept()) continue;
      const std::uint32_t to = move.to == kNoKey ? keys_++ : move.to;
      for (const std::uint32_t row : move.rows) {
        key_of_[rows_[row]] = to;
        since_[rows_[row]] = epoch_;
      }
    }
  }

  // The clusters that the keys make of all records, and those that the last run found.
  std::vector<Rows> ByKeys() const { return Groups(key_of_); }
  std::vector<Rows> ByRun() const { return Groups(first_of_); }
  const std::vector<KeyMove>& moves() const { return moves_; }
  std::mt19937_64& random() { return random_; }

  // Whether no two records of a holder without duplicates are under one key.
  bool Consistent() const {
    for (std::uint32_t a = 0; a < key_of_.size(); ++a) {
      for (std::uint32_t b = a + 1; b < key_of_.size(); ++b) {
        if (key_of_[a] != kNoKey && key_of_[a] == key_of_[b] && !graph_.population.MayBeOne(a, b)) {
          return false;
        }
      }
    }
    return true;
  }

  static constexpr std::uint32_t kThreshold = 600'000;

 private:
  RandomGraph Part(const Rows& rows) const {
    RandomGraph part;
    Population& population = part.population;
    population.records.Resize(rows.size());
    population.allows_within = graph_.population.allows_within;
    population.settled.assign(rows.size(), 0);
    std::map<std::uint32_t, std::uint32_t> place;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      place[rows[i]] = i;
      population.source.push_back(graph_.population.source[rows[i]]);
      population.records.refs[i] = graph_.population.records.refs[rows[i]];
    }
    for (const ScoredPair& pair : graph_.pairs) {
      if (!place.contains(pair.left) || !place.contains(pair.right)) continue;
      part.pairs.push_back({place[pair.left], place[pair.right], pair.score});
    }
    return part;
  }

  static std::vector<Rows> Groups(const Rows& number_of) {
    std::map<std::uint32_t, Rows> groups;
    for (std::uint32_t row = 0; row < number_of.size(); ++row) {
      groups[number_of[row]].push_back(row);
    }
    std::vector<Rows> list;
    for (auto& [number, rows] : groups) list.push_back(std::move(rows));
    std::ranges::sort(list);
    return list;
  }

  RandomGraph graph_;
  std::mt19937_64 random_;
  Rows order_;
  std::size_t present_ = 0;
  Rows rows_;  // those present, ascending
  Rows first_of_;
  Rows key_of_;
  Rows since_;
  std::uint32_t keys_ = 0;
  std::uint32_t epoch_ = 0;
  std::vector<KeyMove> moves_;
};

constexpr std::uint64_t kHistories = 1000;

// The recipes differ in how much people have to decide.
GraphRecipe RecipeOf(std::uint64_t seed) {
  if (seed % 3 == 0) return {.sources = 2, .pair_percent = 20};
  if (seed % 3 == 1) return {.sources = 5, .pair_percent = 30, .least_score = 440'000};
  return {.sources = 4, .duplicates_percent = 40, .pair_percent = 15};
}

RandomGraph GraphOfHistory(std::uint64_t seed) { return GraphOf(RecipeOf(seed), seed); }

// The clusters that all records at once would make.
std::vector<Rows> AtOnce(const RandomGraph& graph) {
  return ListOf(ResolvePairs(graph.population, graph.pairs, History::kThreshold));
}

// Whatever the batches: what keys make of the records is what all at once make of them, but for the
// moves that are left to decide; and with these, it is the same.
TEST(HistoriesTest, AnyOrderOfBatchesLeadsToTheSameClustersOrProposesEachDifference) {
  std::size_t proposed = 0;
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph graph = GraphOfHistory(seed);
    History history(graph, seed);
    while (!history.done()) {
      history.AddBatch();
      ASSERT_FALSE(HasFatalFailure());
      ASSERT_TRUE(history.Consistent());
    }
    ASSERT_EQ(history.ByRun(), AtOnce(graph));
    ASSERT_EQ(history.moves().empty(), history.ByKeys() == AtOnce(graph));
    proposed += history.moves().size();
    // A cluster without an anchor takes one move to give it a key, and others to join that.
    for (int rounds = 0; rounds < 3 && !history.moves().empty(); ++rounds) {
      history.Decide([] { return true; });
      history.Relink();
    }
    ASSERT_EQ(history.ByKeys(), AtOnce(graph));
    ASSERT_TRUE(history.Consistent());
  }
  EXPECT_GT(proposed, kHistories / 4);  // else the histories are too tame to tell
}

// People accept some of the moves and leave others: no key changes but by a decision, which
// AddBatch checks, and every difference is still proposed.
TEST(HistoriesTest, DecisionsOnTheWayLeaveNoDifferenceUnproposed) {
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph graph = GraphOfHistory(seed);
    History history(graph, seed);
    while (!history.done()) {
      history.AddBatch();
      ASSERT_FALSE(HasFatalFailure());
      if (!history.done()) history.Decide([&] { return history.random()() % 2 == 0; });
    }
    ASSERT_EQ(history.ByRun(), AtOnce(graph));
    ASSERT_EQ(history.moves().empty(), history.ByKeys() == AtOnce(graph));
  }
}

}  // namespace
}  // namespace musubi::engine
