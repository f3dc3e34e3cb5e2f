#include "identity/nicknames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "identity/data_tables.h"

namespace musubi::identity {
namespace {

TEST(NicknamesTest, GivesTheFormalName) {
  EXPECT_EQ(FormalName("BOB"), "ROBERT");
  EXPECT_EQ(FormalName("BILL"), "WILLIAM");
  EXPECT_EQ(FormalName("PEGGY"), "MARGARET");
  EXPECT_EQ(FormalName("ABBIE"), "ABIGAIL");  // the first of the table
  EXPECT_EQ(FormalName("ZEKE"), "EZEKIEL");   // and the last
}

TEST(NicknamesTest, LeavesOtherNames) {
  for (const std::string_view name :
       {"ROBERT", "ALEX", "CHRIS", "PAT", "SAM", "JO", "BO", "BOBB", "bob", "TARO", ""}) {
    EXPECT_EQ(FormalName(name), name);
  }
}

TEST(NicknamesTest, GivesThePetForms) {
  EXPECT_THAT(PetFormsOf("ROBERT"), testing::ElementsAre("BOB", "BOBBY", "ROB", "ROBBIE", "ROBBY"));
  for (const std::string_view name : {"BOB", "Robert", "TARO", ""}) {
    EXPECT_THAT(PetFormsOf(name), testing::IsEmpty()) << name;
  }
}

TEST(NicknamesTest, TableReachesAFixedPointInOneStep) {
  const std::vector<std::string_view> cells = data::Cells(data::kNicknamesEnTsv, 2);
  EXPECT_GE(cells.size(), 2 * 250U);
  for (std::size_t at = 0; at < cells.size(); at += 2) {
    EXPECT_NE(cells[at], cells[at + 1]);
    EXPECT_EQ(FormalName(cells[at]), cells[at + 1]);
    EXPECT_EQ(FormalName(cells[at + 1]), cells[at + 1]) << cells[at + 1];
  }
}

TEST(DataTablesTest, CellsAreThoseOfRowsAndNotOfComments) {
  const std::vector<std::string_view> expected = {"A", "B", "C", "D"};
  EXPECT_EQ(data::Cells("# a comment\tof two\n\nA\tB\nC\tD\n", 2), expected);
  EXPECT_EQ(data::Cells("A\tB\nC\tD", 2), expected);
  EXPECT_TRUE(data::Cells("", 2).empty());
}

TEST(DataTablesDeathTest, BadRowsEndTheProgram) {
  EXPECT_DEATH(data::Cells("A\n", 2), "data_tables.cc");
  EXPECT_DEATH(data::Cells("A\t\n", 2), "data_tables.cc");
  EXPECT_DEATH(data::Cells("A\tB\tC\n", 2), "data_tables.cc");
}

}  // namespace
}  // namespace musubi::identity
