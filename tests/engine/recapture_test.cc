// Recall by recapture.
#include "engine/link/recapture.h"

#include <gtest/gtest.h>

#include "tests/engine/graphs.h"

namespace musubi::engine {
namespace {

Recapture Recaptured(const Population& people, const std::vector<ScoredPair>& links,
                     const Rows& first_of) {
  return RecaptureLinks(people, PairList(links, 0), first_of).value();
}

TEST(RecaptureTest, TwoHoldersHaveNoThird) {
  EXPECT_EQ(Recaptured(PeopleOf({0, 1}), {{0, 1, 9}}, {0, 0}).joined, 0U);
}

// 0-1 and 1-2 are linked, and join 0 and 2, which are not. The other two pairs have no way round.
TEST(RecaptureTest, AThirdRecordJoinsWhatIsNotLinked) {
  const Recapture two = Recaptured(PeopleOf({0, 1, 2}), {{0, 1, 9}, {1, 2, 9}}, {0, 0, 0});
  EXPECT_EQ(two.joined, 1U);
  EXPECT_EQ(two.linked, 0U);
  const Recapture all =
      Recaptured(PeopleOf({0, 1, 2}), {{0, 1, 9}, {1, 2, 9}, {0, 2, 9}}, {0, 0, 0});
  EXPECT_EQ(all.joined, 3U);
  EXPECT_EQ(all.linked, 3U);
}

// Rows 0 and 1 are of one holder: row 2 joins them, but no two holders; and it is no third one
// beside row 3, for row 1 is of holder 0 as well.
TEST(RecaptureTest, TheThirdIsOfAnotherHolder) {
  const Recapture within =
      Recaptured(PeopleOf({0, 0, 1, 2}, {0}), {{0, 2, 9}, {1, 2, 9}}, {0, 0, 0, 0});
  EXPECT_EQ(within.joined, 0U);
  const Recapture beside =
      Recaptured(PeopleOf({0, 0, 1, 2}, {0}), {{0, 1, 9}, {1, 2, 9}}, {0, 0, 0, 0});
  EXPECT_EQ(beside.joined, 0U);
}

TEST(RecaptureTest, LinksBetweenPersonsDoNotCount) {
  const Recapture apart = Recaptured(PeopleOf({0, 1, 2}), {{0, 1, 9}, {1, 2, 9}}, {0, 0, 2});
  EXPECT_EQ(apart.joined, 0U);
}

// Four records, all but one of six pairs linked: each pair has a way round.
TEST(RecaptureTest, PersonsOfManyRecordsCountEveryPair) {
  const std::vector<ScoredPair> links = {{0, 1, 9}, {0, 2, 9}, {0, 3, 9}, {1, 2, 9}, {1, 3, 9}};
  const Recapture found = Recaptured(PeopleOf({0, 1, 2, 3}), links, {0, 0, 0, 0});
  EXPECT_EQ(found.joined, 6U);
  EXPECT_EQ(found.linked, 5U);
}

}  // namespace
}  // namespace musubi::engine
