#include "engine/evaluate/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/attach/attach.h"
#include "tests/engine/csv_files.h"

namespace musubi::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kTruthHeader = "person_id,holder,local_id\n";
const std::string kLinksHeader = "project_id,holder,local_id\n";
constexpr const char* kCanary = "canary-4711";

// Three persons: the first twice at A.
const std::string kTruth = kTruthHeader +
                           "p1,A,1\n"
                           "p1,A,2\n"
                           "p1,B,1\n"
                           "p2,A,3\n"
                           "p2,B,2\n"
                           "p3,B,3\n";

class EvaluateTest : public testing::Test {
 protected:
  Result<Evaluation> Run(std::string_view truth, const std::vector<std::string>& links,
                         const std::vector<std::string>& by = {}) {
    std::vector<std::filesystem::path> files;
    for (const std::string& text : links) {
      files.push_back(folder_.Write("links" + std::to_string(files.size()) + ".csv", text));
    }
    return Evaluate(folder_.Write("truth.csv", truth), files, by);
  }

  void ExpectBad(std::string_view truth, const std::vector<std::string>& links,
                 const std::string& where, const std::vector<std::string>& by = {},
                 ErrorCode code = ErrorCode::kBadData) {
    const auto evaluation = Run(truth, links, by);
    ASSERT_FALSE(evaluation.ok()) << where;
    EXPECT_EQ(evaluation.error().code, code);
    EXPECT_THAT(evaluation.error().message, HasSubstr(where));
    EXPECT_THAT(evaluation.error().message, Not(HasSubstr(kCanary)));
  }

  CsvFolder folder_;
};

void ExpectCounts(const PairCounts& counts, std::uint64_t truth, std::uint64_t linked,
                  std::uint64_t correct) {
  EXPECT_EQ(counts.truth, truth);
  EXPECT_EQ(counts.linked, linked);
  EXPECT_EQ(counts.correct, correct);
}

TEST_F(EvaluateTest, CountsRecordsAndPersonsOfTheTruth) {
  const Evaluation evaluation = Run(kTruth, {kLinksHeader}).value();
  EXPECT_EQ(evaluation.records, 6U);
  EXPECT_EQ(evaluation.persons, 3U);
}

// Truth: A1-A2, A1-B1, A2-B1, A3-B2. Linked: X holds A1, A3, B1 and Y holds A2, B2, so A1-A3,
// A1-B1, A3-B1, A2-B2. Only A1-B1 is both.
TEST_F(EvaluateTest, CountsPairsWithinAndAcrossHolders) {
  const Evaluation evaluation =
      Run(kTruth, {kLinksHeader + "X,A,1\nY,A,2\nX,A,3\n", kLinksHeader + "X,B,1\nY,B,2\nZ,B,3\n"})
          .value();
  ExpectCounts(evaluation.all, 4, 4, 1);
  ExpectCounts(evaluation.within, 1, 1, 0);
  ExpectCounts(evaluation.across, 3, 3, 1);
  EXPECT_EQ(evaluation.unlinked, 0U);
}

TEST_F(EvaluateTest, APerfectLinkageIsPerfect) {
  const Evaluation evaluation =
      Run(kTruth, {kLinksHeader + "X,A,1\nX,A,2\nX,B,1\nY,A,3\nY,B,2\nZ,B,3\n"}).value();
  ExpectCounts(evaluation.all, 4, 4, 4);
  ExpectCounts(evaluation.within, 1, 1, 1);
  ExpectCounts(evaluation.across, 3, 3, 3);
  EXPECT_EQ(evaluation.all.f1(), 1.0);
}

// A record that no file has is alone: its pairs are missed, and it is not linked to another such.
TEST_F(EvaluateTest, UnlinkedRecordsAreMissed) {
  const Evaluation evaluation = Run(kTruth, {kLinksHeader + "X,A,1\nX,A,2\n"}).value();
  EXPECT_EQ(evaluation.unlinked, 4U);
  ExpectCounts(evaluation.all, 4, 1, 1);
  ExpectCounts(evaluation.across, 3, 0, 0);
}

TEST_F(EvaluateTest, WithoutLinksAllIsMissed) {
  const Evaluation evaluation = Run(kTruth, {}).value();
  EXPECT_EQ(evaluation.unlinked, 6U);
  ExpectCounts(evaluation.all, 4, 0, 0);
  EXPECT_EQ(evaluation.all.precision(), 1.0);
  EXPECT_EQ(evaluation.all.recall(), 0.0);
  EXPECT_EQ(evaluation.all.f1(), 0.0);
}

TEST_F(EvaluateTest, OneProjectIdLinksOverFiles) {
  const Evaluation evaluation =
      Run(kTruth, {kLinksHeader + "X,A,1\n", kLinksHeader + "X,B,1\n"}).value();
  ExpectCounts(evaluation.all, 4, 1, 1);
}

// Local id 1 of A and of B are two records.
TEST_F(EvaluateTest, TellsHoldersApart) {
  const Evaluation evaluation =
      Run(kTruthHeader + "p1,A,1\np2,B,1\n", {kLinksHeader + "X,A,1\nX,B,1\n"}).value();
  ExpectCounts(evaluation.all, 0, 1, 0);
}

TEST(PairCountsTest, RatiosAreThoseOfTheCounts) {
  const PairCounts counts{.truth = 8, .linked = 5, .correct = 4};
  EXPECT_DOUBLE_EQ(counts.precision(), 0.8);
  EXPECT_DOUBLE_EQ(counts.recall(), 0.5);
  EXPECT_DOUBLE_EQ(counts.f1(), 8.0 / 13.0);
}

TEST(PairCountsTest, NothingToBeWrongAboutIsOne) {
  EXPECT_EQ(PairCounts{}.precision(), 1.0);
  EXPECT_EQ(PairCounts{}.recall(), 1.0);
  EXPECT_EQ(PairCounts{}.f1(), 1.0);
}

TEST_F(EvaluateTest, AnEmptyTruthHasNoPairs) {
  const Evaluation evaluation = Run(kTruthHeader, {kLinksHeader}).value();
  EXPECT_EQ(evaluation.records, 0U);
  ExpectCounts(evaluation.all, 0, 0, 0);
}

TEST_F(EvaluateTest, RefusesARecordThatTheTruthHasTwice) {
  ExpectBad(kTruthHeader + "p1,A," + kCanary + "\np2,A," + kCanary + '\n', {kLinksHeader},
            "truth.csv: row 3, column local_id");
}

TEST_F(EvaluateTest, RefusesARecordThatTheLinksHaveTwice) {
  const std::string truth = kTruthHeader + "p1,A," + kCanary + '\n';
  const std::string row = std::string("X,A,") + kCanary + '\n';
  ExpectBad(truth, {kLinksHeader + row + row}, "links0.csv: row 3, column local_id");
  ExpectBad(truth, {kLinksHeader + row, kLinksHeader + row}, "links1.csv: row 2, column local_id");
}

TEST_F(EvaluateTest, RefusesARecordThatTheTruthDoesNotKnow) {
  ExpectBad(kTruth, {kLinksHeader + "X,A,1\nX,A," + kCanary + '\n'},
            "links0.csv: row 3, column local_id");
  ExpectBad(kTruth, {kLinksHeader + "X,C,1\n"}, "links0.csv: row 2, column local_id");
}

TEST_F(EvaluateTest, RefusesAnotherHeader) {
  ExpectBad(kLinksHeader, {kLinksHeader}, "truth.csv has no column \"person_id\"");
  ExpectBad(kTruthHeader, {kTruthHeader}, "its columns must be project_id,holder,local_id");
}

// Persons {1 2 of A, 1 of B} and {3 of A}; the columns in another order, a value with a comma.
const std::string kGrouped =
    "local_id,sex,person_id,area,holder\n"
    "1,F,p1,\"n, w\",A\n"
    "2,F,p1,s,A\n"
    "1,M,p1,s,B\n"
    "3,,p2,s,A\n";

TEST_F(EvaluateTest, ReadsOtherColumnsWhereverTheyAre) {
  const Evaluation evaluation =
      Run(kGrouped, {kLinksHeader + "X,A,1\nX,A,2\nY,B,1\nY,A,3\n"}, {"area", "sex"}).value();
  ExpectCounts(evaluation.all, 3, 2, 1);
  ASSERT_EQ(evaluation.columns.size(), 2U);
  const ColumnMeasures& area = evaluation.columns[0];
  EXPECT_EQ(area.name, "area");
  ASSERT_EQ(area.groups.size(), 2U);
  EXPECT_EQ(area.groups[0].value, "n, w");
  ExpectCounts(area.groups[0].pairs, 2, 1, 1);
  ExpectCounts(area.groups[1].pairs, 3, 2, 1);
  EXPECT_EQ(evaluation.clusters.split, 1U);
}

// After all values, even those that sort behind it.
TEST_F(EvaluateTest, AMissingValueIsAGroupOfItsOwn) {
  const Evaluation evaluation = Run(kGrouped, {kLinksHeader + "X,A,1\nX,A,3\n"}, {"sex"}).value();
  const std::vector<GroupMeasures>& groups = evaluation.columns[0].groups;
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].value, "F");
  EXPECT_EQ(groups[1].value, "M");
  EXPECT_EQ(groups[2].value, "(none)");
  EXPECT_EQ(groups[2].records, 1U);
  ExpectCounts(groups[2].pairs, 0, 1, 0);
}

TEST_F(EvaluateTest, HoldersMayBeGroups) {
  const Evaluation evaluation = Run(kTruth, {kLinksHeader}, {"holder"}).value();
  ASSERT_EQ(evaluation.columns[0].groups.size(), 2U);
  ExpectCounts(evaluation.columns[0].groups[0].pairs, 4, 0, 0);  // with a record of A
  ExpectCounts(evaluation.columns[0].groups[1].pairs, 3, 0, 0);  // A1-A2 has none of B
}

TEST_F(EvaluateTest, RefusesAColumnThatIsNotThere) {
  ExpectBad(kGrouped, {kLinksHeader}, "truth.csv has no column \"age\"", {"age"});
}

TEST_F(EvaluateTest, RefusesIdsAndRepeatsAsGroups) {
  ExpectBad(kGrouped, {kLinksHeader}, "person_id", {"person_id"}, ErrorCode::kUsage);
  ExpectBad(kGrouped, {kLinksHeader}, "local_id", {"sex", "local_id"}, ErrorCode::kUsage);
  ExpectBad(kGrouped, {kLinksHeader}, "twice", {"sex", "area", "sex"}, ErrorCode::kUsage);
}

TEST_F(EvaluateTest, RefusesAValueThatIsNotUtf8) {
  ExpectBad("person_id,holder,local_id,sex\np1,A,1,F\np1,A,2,\xFF" + std::string(kCanary) + '\n',
            {kLinksHeader}, "truth.csv: row 3, column sex: is not UTF-8", {"sex"});
}

// A thousand values and a missing one are groups, one more is an identifier.
TEST_F(EvaluateTest, RefusesAColumnOfTooManyValues) {
  std::string truth = "person_id,holder,local_id,postcode\np0,A,none,\n";
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    truth += "p1,A," + number + ",v" + number + '\n';
  }
  const auto evaluation = Run(truth, {kLinksHeader}, {"postcode"});
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  EXPECT_EQ(evaluation.value().columns[0].groups.size(), 1001U);
  EXPECT_EQ(evaluation.value().columns[0].groups.back().value, "(none)");
  ExpectBad(truth + "p1,A,more," + kCanary + '\n', {kLinksHeader},
            "truth.csv: row 1003, column postcode: the column has more than 1,000 different values",
            {"postcode"});
}

TEST_F(EvaluateTest, RefusesARowOfOtherCells) {
  ExpectBad(kTruthHeader + "p1,A," + kCanary + ",4\n", {kLinksHeader}, "truth.csv: row 2");
  ExpectBad(kTruth, {kLinksHeader + kCanary + '\n'}, "links0.csv: row 2");
}

TEST_F(EvaluateTest, MissesFiles) {
  const auto truth = folder_.Write("truth.csv", kTruth);
  EXPECT_EQ(Evaluate(folder_ / "none.csv", {}).error().code, ErrorCode::kNoInput);
  EXPECT_EQ(Evaluate(truth, {folder_ / "none.csv"}).error().code, ErrorCode::kNoInput);
}

struct Row {
  int person;
  int project;  // -1 where no links file has the record
  char holder;
};

PairCounts CountOneByOne(const std::vector<Row>& rows, bool within) {
  PairCounts counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if ((rows[i].holder == rows[j].holder) != within) continue;
      const bool truth = rows[i].person == rows[j].person;
      const bool linked = rows[i].project >= 0 && rows[i].project == rows[j].project;
      counts.truth += truth ? 1 : 0;
      counts.linked += linked ? 1 : 0;
      counts.correct += truth && linked ? 1 : 0;
    }
  }
  return counts;
}

TEST_F(EvaluateTest, CountsAsOneByOneDoes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<Row> rows;
    std::string truth = kTruthHeader;
    std::string links = kLinksHeader;
    for (int i = 0; i < 150; ++i) {
      const Row row{static_cast<int>(random() % 40), static_cast<int>(random() % 41) - 1,
                    static_cast<char>('A' + random() % 3)};
      const std::string record = std::string(",") + row.holder + ",id" + std::to_string(i) + '\n';
      truth += 'p' + std::to_string(row.person) + record;
      if (row.project >= 0) links += 'X' + std::to_string(row.project) + record;
      rows.push_back(row);
    }
    const Evaluation evaluation = Run(truth, {links}).value();
    const PairCounts within = CountOneByOne(rows, true);
    const PairCounts across = CountOneByOne(rows, false);
    ExpectCounts(evaluation.within, within.truth, within.linked, within.correct);
    ExpectCounts(evaluation.across, across.truth, across.linked, across.correct);
    ExpectCounts(evaluation.all, within.truth + across.truth, within.linked + across.linked,
                 within.correct + across.correct);
  }
}

// What attach writes is what evaluate reads.
TEST_F(EvaluateTest, ReadsTheLinksThatAttachWrites) {
  const auto map =
      folder_.Write("map.csv", "record_ref,project_id\n" + Ref(1) + ',' + ProjectId(1) + '\n' +
                                   Ref(2) + ',' + ProjectId(1) + '\n');
  const auto refs = folder_.Write("refs.csv", "record_ref,holder,local_id\n" + Ref(1) +
                                                  ",A,\"1,\"\"x\"\"\"\n" + Ref(2) + ",A,2\n");
  ASSERT_TRUE(
      Attach({map}, {.refs = {refs}}, folder_ / "links.csv", storage::Overwrite::kRefuse, {}).ok());
  const auto truth =
      folder_.Write("truth.csv", kTruthHeader + "p1,A,\"1,\"\"x\"\"\"\np1,A,2\np1,B,1\n");
  const auto evaluation = Evaluate(truth, {folder_ / "links.csv"});
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  ExpectCounts(evaluation.value().all, 3, 1, 1);
}

}  // namespace
}  // namespace musubi::engine
