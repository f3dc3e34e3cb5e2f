#include "engine/attach/attach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/csv_files.h"

namespace musubi::engine {
namespace {

using storage::Overwrite;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string kMapHeader = "record_ref,project_id\n";
const std::string kRefsHeader = "record_ref,holder,local_id\n";
const std::string kLinksHeader = "project_id,holder,local_id\n";

// The holder's own id of a record, which no message may show.
constexpr const char* kCanary = "canary-4711";

class AttachTest : public testing::Test {
 protected:
  // Attaches a map and a references file of these rows (headers included) into links.csv.
  Result<AttachReceipt> Run(std::string_view map, std::string_view refs,
                            Overwrite overwrite = Overwrite::kRefuse,
                            const ExecContext& context = {}) {
    return Attach({folder_.Write("map.csv", map)}, {{folder_.Write("refs.csv", refs)}},
                  folder_ / "links.csv", overwrite, context);
  }

  // Expects a refusal that leaves no output and shows no value.
  void ExpectBad(std::string_view map, std::string_view refs, const std::string& what) {
    const auto receipt = Run(map, refs);
    ASSERT_FALSE(receipt.ok()) << what;
    EXPECT_EQ(receipt.error().code, ErrorCode::kBadData);
    EXPECT_THAT(receipt.error().message, HasSubstr(what));
    ExpectNoValue(receipt.error().message);
    EXPECT_THAT(folder_.Names(), UnorderedElementsAre("map.csv", "refs.csv"));
  }

  static void ExpectNoValue(const std::string& message) {
    EXPECT_THAT(message, Not(HasSubstr(kCanary)));
    for (std::uint8_t number = 1; number <= 3; ++number) {
      EXPECT_THAT(message, Not(HasSubstr(Ref(number))));
      EXPECT_THAT(message, Not(HasSubstr(ProjectId(number))));
    }
  }

  static std::string MapRow(std::uint8_t ref, std::uint8_t project) {
    return Ref(ref) + ',' + ProjectId(project) + '\n';
  }
  static std::string RefsRow(std::uint8_t ref, const std::string& local_id) {
    return Ref(ref) + ",hospital," + local_id + '\n';
  }

  CsvFolder folder_;
};

TEST_F(AttachTest, JoinsProjectIdsToTheHoldersIds) {
  const auto receipt = Run(kMapHeader + MapRow(1, 20) + MapRow(2, 10),
                           kRefsHeader + RefsRow(1, "P1") + RefsRow(2, "P2"));
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(folder_.Read("links.csv"),
            kLinksHeader + ProjectId(10) + ",hospital,P2\n" + ProjectId(20) + ",hospital,P1\n");
  EXPECT_EQ(receipt.value().records, 2U);
  EXPECT_EQ(receipt.value().persons, 2U);
  EXPECT_EQ(receipt.value().unmapped, 0U);
}

TEST_F(AttachTest, CountsPersonsNotRecords) {
  const auto receipt = Run(kMapHeader + MapRow(1, 10) + MapRow(2, 20) + MapRow(3, 10),
                           kRefsHeader + RefsRow(1, "b") + RefsRow(2, "c") + RefsRow(3, "a"));
  EXPECT_EQ(receipt.value().records, 3U);
  EXPECT_EQ(receipt.value().persons, 2U);
  EXPECT_EQ(folder_.Read("links.csv"), kLinksHeader + ProjectId(10) + ",hospital,a\n" +
                                           ProjectId(10) + ",hospital,b\n" + ProjectId(20) +
                                           ",hospital,c\n");
}

// A release may leave out records, withdrawn ones for example.
TEST_F(AttachTest, CountsRecordsThatTheMapDoesNotHave) {
  const auto receipt = Run(kMapHeader + MapRow(2, 10),
                           kRefsHeader + RefsRow(1, "P1") + RefsRow(2, "P2") + RefsRow(3, "P3"));
  EXPECT_EQ(receipt.value().records, 1U);
  EXPECT_EQ(receipt.value().unmapped, 2U);
  EXPECT_EQ(folder_.Read("links.csv"), kLinksHeader + ProjectId(10) + ",hospital,P2\n");
}

// The order of the holder's file, often an alphabet, must not show in what goes to a researcher.
TEST_F(AttachTest, TheOrderOfTheInputsDoesNotShow) {
  ASSERT_TRUE(Run(kMapHeader + MapRow(1, 30) + MapRow(2, 20) + MapRow(3, 10),
                  kRefsHeader + RefsRow(1, "a") + RefsRow(2, "b") + RefsRow(3, "c"))
                  .ok());
  const std::string links = folder_.Read("links.csv");
  ASSERT_TRUE(Run(kMapHeader + MapRow(3, 10) + MapRow(1, 30) + MapRow(2, 20),
                  kRefsHeader + RefsRow(2, "b") + RefsRow(3, "c") + RefsRow(1, "a"),
                  Overwrite::kReplace)
                  .ok());
  EXPECT_EQ(folder_.Read("links.csv"), links);
}

TEST_F(AttachTest, QuotesIdsThatNeedIt) {
  ASSERT_TRUE(Run(kMapHeader + MapRow(1, 10), kRefsHeader + RefsRow(1, "\"a,\"\"b\"\"\nc\"")).ok());
  EXPECT_EQ(folder_.Read("links.csv"),
            kLinksHeader + ProjectId(10) + ",hospital,\"a,\"\"b\"\"\nc\"\n");
}

TEST_F(AttachTest, AnEmptyMapGivesAnEmptyTable) {
  const auto receipt = Run(kMapHeader, kRefsHeader + RefsRow(1, "P1"));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.value().records, 0U);
  EXPECT_EQ(receipt.value().persons, 0U);
  EXPECT_EQ(receipt.value().unmapped, 1U);
  EXPECT_EQ(folder_.Read("links.csv"), kLinksHeader);
}

TEST_F(AttachTest, TheOutputIsTheHoldersOwn) {
  ASSERT_TRUE(Run(kMapHeader, kRefsHeader).ok());
  EXPECT_EQ(crypto::ModeOf(folder_ / "links.csv"), 0600U);
}

TEST_F(AttachTest, RefusesAnotherHeader) {
  ExpectBad("project_id,record_ref\n", kRefsHeader, "its columns must be record_ref,project_id");
  ExpectBad(kMapHeader, "record_ref,local_id\n", "its columns must be record_ref,holder,local_id");
  ExpectBad(kRefsHeader, kMapHeader, "its columns must be record_ref,project_id");
}

TEST_F(AttachTest, RefusesARowOfOtherCells) {
  ExpectBad(kMapHeader + Ref(1) + '\n', kRefsHeader, "row 2");
  ExpectBad(kMapHeader, kRefsHeader + Ref(1) + ",hospital," + kCanary + ",more\n", "row 2");
}

TEST_F(AttachTest, RefusesWhatIsNoReference) {
  const std::string id = ProjectId(1);
  ExpectBad(kMapHeader + MapRow(2, 2) + kCanary + ',' + id + '\n', kRefsHeader,
            "map.csv: row 3, column record_ref");
  ExpectBad(kMapHeader + Ref(1) + "0," + id + '\n', kRefsHeader, "row 2, column record_ref");
  ExpectBad(kMapHeader, kRefsHeader + kCanary + ",hospital," + kCanary + '\n',
            "refs.csv: row 2, column record_ref");
}

TEST_F(AttachTest, RefusesAProjectIdWhoseCheckSymbolIsWrong) {
  std::string id = ProjectId(1);
  id.back() = id.back() == '0' ? '1' : '0';
  ExpectBad(kMapHeader + Ref(1) + ',' + id + '\n', kRefsHeader + RefsRow(1, kCanary),
            "map.csv: row 2, column project_id");
}

TEST_F(AttachTest, RefusesAReferenceThatTheMapHasTwice) {
  ExpectBad(kMapHeader + MapRow(1, 1) + MapRow(2, 2) + MapRow(1, 3),
            kRefsHeader + RefsRow(1, kCanary) + RefsRow(2, kCanary), "column record_ref");
  ExpectBad(kMapHeader + MapRow(1, 1) + MapRow(1, 1), kRefsHeader + RefsRow(1, kCanary),
            "record_ref");
}

TEST_F(AttachTest, RefusesAReferenceThatTheReferencesFileHasTwice) {
  ExpectBad(kMapHeader + MapRow(1, 1),
            kRefsHeader + RefsRow(1, kCanary) + RefsRow(2, kCanary) + RefsRow(1, kCanary),
            "refs.csv: row 4, column record_ref");
}

// A map for another encoding must not be attached in part.
TEST_F(AttachTest, RefusesAMapOfRecordsThatTheReferencesFileDoesNotKnow) {
  ExpectBad(kMapHeader + MapRow(1, 1) + MapRow(2, 2), kRefsHeader + RefsRow(1, kCanary),
            "map.csv: row 3");
}

// A map may be older than a withdrawal: the holder's own list keeps the person out.
TEST_F(AttachTest, LeavesOutWhoWithdrew) {
  const auto map = folder_.Write("map.csv", kMapHeader + MapRow(1, 1) + MapRow(2, 2));
  const auto refs = folder_.Write("refs.csv", kRefsHeader + RefsRow(1, "a") + RefsRow(2, "b"));
  const std::string left = ",77e077e077e077e077e077e077e077e0\n";
  const auto list = folder_.Write("list.csv", "local_id,withdrawal\nb" + left + "c" + left);
  const auto out = folder_ / "links.csv";
  const auto receipt = Attach({map}, {{refs}, list}, out, Overwrite::kRefuse, {});
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(receipt.value().records, 1U);
  EXPECT_EQ(receipt.value().left_out, 1U);
  EXPECT_EQ(receipt.value().unmapped, 0U);
  EXPECT_EQ(folder_.Read("links.csv"), kLinksHeader + ProjectId(1) + ",hospital,a\n");
  const auto no_list = Attach({map}, {{refs}, folder_ / "none.csv"}, out, Overwrite::kReplace, {});
  ASSERT_FALSE(no_list.ok());
  EXPECT_EQ(no_list.error().code, ErrorCode::kNoInput);
}

// A holder that sent two encodings gets one map, and has two references files.
TEST_F(AttachTest, TakesTheReferencesOfSeveralEncodings) {
  const std::string first(32, '1');
  const std::string second(32, '2');
  const std::string id = "00000-00000-00000-00000-0";
  const auto map = folder_.Write(
      "map.csv", "record_ref,project_id\n" + first + "," + id + "\n" + second + "," + id + "\n");
  const std::string header = "record_ref,holder,local_id\n";
  const auto one = folder_.Write("one.csv", header + first + ",a,1\n");
  const auto two = folder_.Write("two.csv", header + second + ",a,2\n");
  const auto both = Attach({map}, {{one, two}}, folder_ / "links.csv", Overwrite::kRefuse, {});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both.value().records, 2U);
  EXPECT_EQ(both.value().persons, 1U);
  EXPECT_FALSE(Attach({map}, {{one}}, folder_ / "half.csv", Overwrite::kRefuse, {}).ok());
  EXPECT_FALSE(
      Attach({map}, {{one, two, one}}, folder_ / "twice.csv", Overwrite::kRefuse, {}).ok());
}

TEST_F(AttachTest, MissesFiles) {
  folder_.Write("some.csv", kMapHeader);
  const auto no_map = Attach({folder_ / "none.csv"}, {{folder_ / "some.csv"}},
                             folder_ / "links.csv", Overwrite::kRefuse, {});
  EXPECT_EQ(no_map.error().code, ErrorCode::kNoInput);
  const auto no_refs = Attach({folder_ / "some.csv"}, {{folder_ / "none.csv"}},
                              folder_ / "links.csv", Overwrite::kRefuse, {});
  EXPECT_EQ(no_refs.error().code, ErrorCode::kNoInput);
  EXPECT_FALSE(folder_.Has("links.csv"));
}

TEST_F(AttachTest, LeavesAnExistingOutputAlone) {
  folder_.Write("links.csv", "mine");
  const auto receipt = Run(kMapHeader + MapRow(1, 1), kRefsHeader + RefsRow(1, kCanary));
  ASSERT_FALSE(receipt.ok());
  EXPECT_EQ(receipt.error().code, ErrorCode::kExists);
  ExpectNoValue(receipt.error().message);
  EXPECT_EQ(folder_.Read("links.csv"), "mine");
}

TEST_F(AttachTest, ReplacesAnExistingOutputWhenTold) {
  folder_.Write("links.csv", "mine");
  ASSERT_TRUE(Run(kMapHeader, kRefsHeader, Overwrite::kReplace).ok());
  EXPECT_EQ(folder_.Read("links.csv"), kLinksHeader);
}

TEST_F(AttachTest, InterruptedItLeavesNothing) {
  const std::atomic<bool> stop = true;
  ExecContext context;
  context.stop = &stop;
  const auto receipt = Run(kMapHeader, kRefsHeader, Overwrite::kRefuse, context);
  ASSERT_FALSE(receipt.ok());
  EXPECT_EQ(receipt.error().code, ErrorCode::kInterrupted);
  EXPECT_THAT(folder_.Names(), UnorderedElementsAre("map.csv", "refs.csv"));
}

TEST_F(AttachTest, AFolderThatIsNotThereCannotHoldTheOutput) {
  const auto map = folder_.Write("map.csv", kMapHeader);
  const auto refs = folder_.Write("refs.csv", kRefsHeader);
  const auto receipt = Attach({map}, {{refs}}, folder_ / "none/links.csv", Overwrite::kRefuse, {});
  ASSERT_FALSE(receipt.ok());
  EXPECT_EQ(receipt.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace musubi::engine
